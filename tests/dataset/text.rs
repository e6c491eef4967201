//! Character sets: the examples of PS3.5 Annexes H, I, J and K, byte for byte, and what is met besides.

use super::bytes::*;
use ldicomnet::Code;
use ldicomnet::dataset::{CharacterSet, DataSet};

/// A name in character sets.
pub(crate) fn name(sets: &str, bytes: &[u8]) -> DataSet {
    travelled(
        [explicit(CHARACTER_SET, "CS", sets.as_bytes()), explicit(PATIENT_NAME, "PN", bytes)].concat(),
        EXPLICIT,
    )
}

/// The examples of the standard: the values of (0008,0005), the bytes, the text.
pub(crate) const NAMES: [(&str, &[u8], &str); 14] = [
    // PS3.5 H.3.1.
    (
        "\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    // PS3.5 H.3.2.
    (
        "ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J=\x1B$B$d$^$@\x1B(J^\x1B$B$?$m$&\x1B(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    // PS3.5 I.2.
    (
        "\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    // PS3.5 J.1.
    ("ISO_IR 192", "Wang^XiaoDong=王^小東=".as_bytes(), "Wang^XiaoDong=王^小東="),
    // PS3.5 J.2.
    ("GB18030", b"Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB=", "Wang^XiaoDong=王^小东="),
    // PS3.5 K.1.
    (
        "\\ISO 2022 IR 58",
        b"Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB=",
        "Zhang^XiaoDong=张^小东=",
    ),
    ("ISO_IR 100", b"Buc^J\xE9r\xF4me", "Buc^Jérôme"),
    ("ISO_IR 101", b"Wa\xB3\xEAsa", "Wałęsa"),
    ("ISO_IR 144", b"\xBB\xEE\xDAce\xDC\xD1yp\xD3", "Люкceмбypг"),
    ("ISO_IR 127", b"\xE2\xC8\xC7\xE6\xEA^\xE4\xE6\xD2\xC7\xD1", "قباني^لنزار"),
    ("ISO_IR 126", b"\xC4\xE9\xEF\xED\xF5\xF3\xE9\xEF\xF2", "Διονυσιος"),
    ("ISO_IR 138", b"\xF9\xF8\xE5\xEF^\xE3\xE1\xE5\xF8\xE4", "שרון^דבורה"),
    ("ISO_IR 148", b"\xC7avu\xFEo\xF0lu", "Çavuşoğlu"),
    ("ISO_IR 166", b"\xB9\xD2\xC2", "นาย"),
];

#[test]
fn names_of_the_standard_are_read() {
    for (sets, bytes, text) in NAMES {
        assert_eq!(strings(&name(sets, bytes), PATIENT_NAME), [text], "{sets}");
    }
}

#[test]
fn names_of_the_standard_are_written_byte_for_byte() {
    for (sets, bytes, text) in NAMES {
        let mut made = name(sets, b"");
        made.set_strings(find(&made, PATIENT_NAME), &[text], CharacterSet::Default).unwrap();
        assert_eq!(
            value(&made, PATIENT_NAME).escape_ascii().to_string(),
            bytes.escape_ascii().to_string(),
            "{sets}"
        );
        assert_eq!(strings(&made, CHARACTER_SET).join("\\"), sets);
    }
}

#[test]
fn several_sets_are_in_one_value() {
    let sets = "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126";
    let bytes = b"Dionysi\xF3s is \x1B-F\xC4\xE9\xEF\xED\x1B-A \xE9 \x1B-L\xBB\xEE\xDA";
    let read = travelled(
        [explicit(CHARACTER_SET, "CS", sets.as_bytes()), explicit(COMMENTS, "LT", bytes)].concat(),
        EXPLICIT,
    );
    assert_eq!(strings(&read, COMMENTS), ["Dionysiós is Διον é Люк"]);
    let mut made = read.clone();
    made.set_strings(find(&made, COMMENTS), &["é Δ Л\r\né"], CharacterSet::Default).unwrap();
    assert_eq!(value(&made, COMMENTS), b"\xE9 \x1B-F\xC4 \x1B-L\xBB\r\n\xE9");
    assert_eq!(strings(&made, COMMENTS), ["é Δ Л\r\né"]);
}

#[test]
fn jis_x_0212_is_read_and_written() {
    let sets = "\\ISO 2022 IR 87\\ISO 2022 IR 159";
    let mut made = name(sets, b"");
    made.set_strings(find(&made, PATIENT_NAME), &["丂山^侊"], CharacterSet::Default).unwrap();
    assert_eq!(value(&made, PATIENT_NAME), b"\x1B$(D0!\x1B$B;3\x1B(B^\x1B$(D1#\x1B(B");
    assert_eq!(strings(&made, PATIENT_NAME), ["丂山^侊"]);
}

#[test]
fn delimiters_begin_the_set_anew() {
    // Nothing switches back before `^`, `=` and the backslash: it is so all the same.
    let read = name("\\ISO 2022 IR 87", b"\x1B$B;3\x1B(B=\x1B$BED\x1B(B\\Plain");
    assert_eq!(strings(&read, PATIENT_NAME), ["山=田", "Plain"]);
    let greek = name("ISO 2022 IR 100\\ISO 2022 IR 126", b"\x1B-F\xC4^\xC4\\\x1B-F\xC4=\xC4");
    assert_eq!(strings(&greek, PATIENT_NAME), ["Δ^Ä", "Δ=Ä"]);
    // Not in LO, where `^` is a character like others.
    let bytes = [
        explicit(CHARACTER_SET, "CS", b"ISO 2022 IR 100\\ISO 2022 IR 126"),
        explicit(PATIENT_ID, "LO", b"\x1B-F\xC4^\xC4\\\xC4"),
    ];
    assert_eq!(strings(&travelled(bytes.concat(), EXPLICIT), PATIENT_ID), ["Δ^Δ", "Ä"]);
}

#[test]
fn a_backslash_inside_a_longer_code_parts_nothing() {
    // The second byte of a GBK code, and one of two of JIS X 0208, can be 5C.
    let bytes = [explicit(CHARACTER_SET, "CS", b"GBK "), explicit(PATIENT_ID, "LO", b"\x81\x5C\\x")];
    let read = travelled(bytes.concat(), EXPLICIT);
    assert_eq!(
        (strings(&read, PATIENT_ID), read.count(find(&read, PATIENT_ID))),
        (vec!["乗".into(), "x".into()], 2)
    );
    let bytes = [
        explicit(CHARACTER_SET, "CS", b"\\ISO 2022 IR 87"),
        explicit(PATIENT_ID, "LO", b"\x1B$B\x21\x5C\x30\x5C\x1B(B\\x"),
    ];
    assert_eq!(strings(&travelled(bytes.concat(), EXPLICIT), PATIENT_ID), ["＋移", "x"]);
}

#[test]
fn an_item_can_have_its_own_sets() {
    let item = |content: Vec<u8>| [head(ITEM, content.len() as u32), content].concat();
    let own = [explicit(CHARACTER_SET, "CS", b"ISO_IR 144"), explicit(PATIENT_NAME, "PN", b"\xBB")].concat();
    let without = explicit(PATIENT_NAME, "PN", b"\xBB");
    let items = [item(own), item(without)].concat();
    let bytes = [
        explicit(CHARACTER_SET, "CS", b"ISO_IR 126"),
        explicit_head(CONTENT_SEQUENCE, "SQ", items.len() as u32),
        items,
    ];
    let read = travelled(bytes.concat(), EXPLICIT);
    let first = read.find_first(None, PATIENT_NAME, false).unwrap();
    let second = read.find_next(first, false).unwrap();
    assert_eq!(read.strings(first).unwrap(), ["Л"]);
    assert_eq!(read.strings(second).unwrap(), ["»"]);
}

#[test]
fn what_is_no_character_becomes_one_that_says_so() {
    for (sets, bytes, text) in [
        ("", &b"J\xE9r"[..], "J\u{FFFD}r"),
        ("ISO_IR 192", b"J\xE9r", "J\u{FFFD}r"),
        ("ISO_IR 100", b"J\x80r", "J\u{FFFD}r"),
        ("NONSENSE", b"J\xE9r", "J\u{FFFD}r"),
        ("\\ISO 2022 IR 87", b"a\x1BZb", "a\u{FFFD}Zb"),
        ("\\ISO 2022 IR 87", b"\x1B$B\x7E\x7Ex\x1B(B", "\u{FFFD}x"),
        ("\\ISO 2022 IR 149", b"\x1B$)C\xFB", "\u{FFFD}"),
        ("ISO_IR 127", b"\xA1", "\u{FFFD}"),
    ] {
        assert_eq!(strings(&name(sets, bytes), PATIENT_NAME), [text], "{sets}");
    }
    // The sets do not count for a VR of the default repertoire.
    let bytes = [explicit(CHARACTER_SET, "CS", b"ISO_IR 100"), explicit(0x0008_0060, "CS", b"C\xE9")];
    assert_eq!(strings(&travelled(bytes.concat(), EXPLICIT), 0x0008_0060), ["C\u{FFFD}"]);
}

#[test]
fn an_escape_that_was_left_out_is_guessed_where_there_is_but_one() {
    let read = name("\\ISO 2022 IR 149", b"Hong=\xFB\xF3^\xD1\xCE");
    assert_eq!(strings(&read, PATIENT_NAME), ["Hong=洪^吉"]);
}

#[test]
fn padding_is_no_part_of_the_text() {
    for (vr, bytes, text) in [
        ("LO", &b"  a b  "[..], vec!["a b"]),
        ("LO", b" a \\ b ", vec!["a", "b"]),
        ("PN", b"A^B ", vec!["A^B"]),
        ("UI", b"1.2\0", vec!["1.2"]),
        ("DS", b" 1.5 ", vec!["1.5"]),
        ("LT", b"  a  ", vec!["  a"]),
        ("UT", b" a\\b ", vec![" a\\b"]),
        ("UC", b" a\\b ", vec![" a", "b"]),
        ("UR", b"http://x/ ", vec!["http://x/"]),
        ("SH", b"a\0", vec!["a"]),
        ("LO", b"a\\\\b", vec!["a", "", "b"]),
        ("LO", b"", vec![]),
    ] {
        let read = travelled(explicit(0x0009_1001, vr, bytes), EXPLICIT);
        assert_eq!(strings(&read, 0x0009_1001), text, "{vr}");
    }
}

#[test]
fn a_set_that_is_asked_for_is_declared() {
    let set = |before: &str, text: &str, set: CharacterSet| {
        let mut made = if before == "none" { DataSet::new(EXPLICIT) } else { name(before, b"") };
        let id = made.find_first(None, PATIENT_NAME, true);
        let id = id.unwrap_or_else(|| made.insert(None, false, PATIENT_NAME, 0, false, UNDEFINED).unwrap());
        made.set_strings(id, &[text], set)?;
        assert_eq!(strings(&made, PATIENT_NAME), [text]);
        let declared = made.find_first(None, CHARACTER_SET, true);
        Ok::<_, ldicomnet::dataset::DataSetError>(declared.map(|id| made.strings(id).unwrap().join("\\")))
    };
    let all = |text| Ok::<_, ()>(Some(String::from(text)));
    let check = |before, text, which, expected: Result<Option<String>, ()>| {
        assert_eq!(
            set(before, text, which).map_err(|error| assert_eq!(error.code(), Code::Parameter)),
            expected,
            "{text}"
        );
    };
    // Plain text needs nothing.
    check("none", "A^B", CharacterSet::Default, Ok(None));
    check("none", "A^B", CharacterSet::Greek, Ok(None));
    check("none", "Jérôme", CharacterSet::Default, all("ISO_IR 192"));
    check("none", "Jérôme", CharacterSet::LatinAlphabetNo1, all("ISO_IR 100"));
    check("none", "山", CharacterSet::JapaneseJisX0208, all("\\ISO 2022 IR 87"));
    check("none", "홍", CharacterSet::Korean, all("\\ISO 2022 IR 149"));
    check("none", "王", CharacterSet::Gb18030, all("GB18030"));
    check("ISO_IR 6", "Δ", CharacterSet::Greek, all("ISO_IR 126"));
    check("ISO_IR 100", "é Δ", CharacterSet::Greek, all("ISO 2022 IR 100\\ISO 2022 IR 126"));
    check("ISO_IR 192", "é Δ", CharacterSet::UnicodeInUtf8, all("ISO_IR 192"));
    // What cannot be.
    check("ISO_IR 100", "Δ", CharacterSet::Default, Err(()));
    check("ISO_IR 100", "Δ", CharacterSet::UnicodeInUtf8, Err(()));
    check("ISO_IR 192", "Δ", CharacterSet::Greek, Err(()));
    check("none", "Δ", CharacterSet::Hebrew, Err(()));
}

#[test]
fn the_numbers_of_the_sets_are_those_of_the_interface() {
    assert_eq!(CharacterSet::from_number(13), Some(CharacterSet::UnicodeInUtf8));
    assert_eq!(CharacterSet::from_number(16), Some(CharacterSet::JapaneseJisX0212));
    assert_eq!(CharacterSet::from_number(17), None);
}
