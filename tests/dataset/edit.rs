//! Elements come, go, are set and copied.

use super::bytes::*;
use ldicomnet::Code;
use ldicomnet::dataset::{CharacterSet, Content, DataSet, Kind, vr};

#[test]
fn elements_take_their_place_by_tag() {
    let mut made = DataSet::new(EXPLICIT);
    for tag in [PIXEL_DATA, PATIENT_ID, 0x0002_0002, PATIENT_NAME, SOP_INSTANCE_UID] {
        let id = made.insert(None, false, tag, 0, false, UNDEFINED).unwrap();
        // Each tag once.
        assert_eq!(made.insert(Some(id), false, tag, 0, false, UNDEFINED), None);
    }
    assert_eq!(tags(&made), [0x0002_0002, SOP_INSTANCE_UID, PATIENT_NAME, PATIENT_ID, PIXEL_DATA]);
    assert!(made.is_changed());
}

#[test]
fn the_vr_is_the_given_one_or_that_of_the_dictionary() {
    let mut made = DataSet::new(EXPLICIT);
    let mut vr_of = |tag, vr, is_sequence| {
        let id = made.insert(None, false, tag, vr, is_sequence, UNDEFINED).unwrap();
        let element = made.element(id).unwrap();
        (element.vr, element.kind)
    };
    assert_eq!(vr_of(PATIENT_NAME, 0, false), (vr::PN, Kind::Value));
    assert_eq!(vr_of(PATIENT_ID, vr::UT, false), (vr::UT, Kind::Value));
    assert_eq!(vr_of(CONTENT_SEQUENCE, 0, false), (vr::SQ, Kind::Sequence));
    assert_eq!(vr_of(0x0009_1001, 0, true), (vr::SQ, Kind::Sequence));
    assert_eq!(vr_of(0x0009_1002, 0, false), (vr::UN, Kind::Value));
    assert_eq!(vr_of(PIXEL_DATA, 0, true), (vr::OB, Kind::Fragments));
}

#[test]
fn what_cannot_stand_somewhere_is_not_inserted() {
    let mut made = DataSet::new(EXPLICIT);
    let name = put(&mut made, None, PATIENT_NAME, b"A");
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let before = outline(&made);
    assert_eq!(made.insert(None, false, ITEM, 0, true, 0), None);
    assert_eq!(made.insert(Some(sequence), true, PATIENT_ID, 0, false, 0), None);
    assert_eq!(made.insert(Some(name), true, PATIENT_ID, 0, false, 0), None);
    assert_eq!(made.insert(None, false, SEQUENCE_END, 0, false, 0), None);
    made.delete(name);
    assert_eq!(made.insert(Some(name), false, PATIENT_ID, 0, false, 0), None);
    assert_eq!(outline(&made).len(), before.len() - 1);
}

#[test]
fn items_are_placed_by_index() {
    let mut made = DataSet::new(EXPLICIT);
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    for (index, text) in [(UNDEFINED, "b"), (UNDEFINED, "d"), (0, "a"), (2, "c"), (99, "e")] {
        let item = made.insert(Some(sequence), true, ITEM, 0, true, index).unwrap();
        put(&mut made, Some(item), PATIENT_ID, text.as_bytes());
    }
    let texts: Vec<_> =
        outline(&made).into_iter().map(|(.., value)| value).filter(|value| !value.is_empty()).collect();
    assert_eq!(texts.concat(), b"abcde");
    // Beside an item, not below the sequence.
    let first = made.child(sequence).unwrap();
    let added = made.insert(Some(first), false, ITEM, 0, true, 1).unwrap();
    assert_eq!(made.next(first, true), Some(added));
}

#[test]
fn a_deleted_element_is_gone_with_all_below_it_and_its_name_is_not_used_again() {
    let mut made = DataSet::new(EXPLICIT);
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let item = made.insert(Some(sequence), true, ITEM, 0, true, 0).unwrap();
    let id = put(&mut made, Some(item), PATIENT_ID, b"x");
    let pixels = put(&mut made, None, PIXEL_DATA, b"px");
    assert_eq!(made.delete(sequence), Some(pixels));
    for gone in [sequence, item, id] {
        assert!(!made.exists(gone));
        assert_eq!(made.delete(gone), None);
        assert!(made.set_value_le(gone, b"").is_err());
    }
    assert_eq!(tags(&made), [PIXEL_DATA]);
    let again = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    assert_ne!(again, sequence);
    assert_eq!(made.delete(pixels), None);
    made.clear();
    assert_eq!(made.first(None, false), None);
    assert!(!made.exists(again) && made.is_changed());
    assert_eq!(made.transfer_syntax(), EXPLICIT);
}

#[test]
fn numbers_are_text_and_text_is_numbers() {
    let mut made = DataSet::new(EXPLICIT);
    for (place, (vr, texts, bytes)) in [
        (vr::US, &["1", "65535"][..], &[1, 0, 0xFF, 0xFF][..]),
        (vr::SS, &["-1"], &[0xFF, 0xFF]),
        (vr::UL, &["4294967295"], &[0xFF; 4]),
        (vr::SL, &["-2"], &[0xFE, 0xFF, 0xFF, 0xFF]),
        (vr::UV, &["18446744073709551615"], &[0xFF; 8]),
        (vr::SV, &["-1"], &[0xFF; 8]),
        (vr::FL, &["1.5"], &[0, 0, 0xC0, 0x3F]),
        (vr::FD, &["-0.25"], &[0, 0, 0, 0, 0, 0, 0xD0, 0xBF]),
        (vr::AT, &["00100020"], &[0x10, 0, 0x20, 0]),
    ]
    .into_iter()
    .enumerate()
    {
        let tag = 0x0009_1000 + place as u32;
        let id = made.insert(None, false, tag, vr, false, UNDEFINED).unwrap();
        made.set_strings(id, texts, CharacterSet::Default).unwrap();
        assert_eq!(value(&made, tag), bytes);
        assert_eq!(strings(&made, tag), texts);
        assert_eq!(made.count(id) as usize, texts.len());
        assert_eq!(made.set_strings(id, &["x"], CharacterSet::Default).unwrap_err().code(), Code::Parameter);
    }
    let bytes = made.insert(None, false, PIXEL_DATA, vr::OB, false, UNDEFINED).unwrap();
    made.set_value_le(bytes, &[1, 2, 3]).unwrap();
    assert!(made.strings(bytes).is_err() && made.set_strings(bytes, &["1"], CharacterSet::Default).is_err());
    assert_eq!(made.count(bytes), 3);
}

#[test]
fn values_are_counted_by_vr() {
    let mut made = DataSet::new(EXPLICIT);
    for (place, (vr, value, count)) in [
        (vr::LO, &b"a\\b\\c"[..], 3),
        (vr::LO, b"a", 1),
        (vr::LO, b"", 0),
        (vr::DS, b"1\\2", 2),
        (vr::LT, b"a\\b", 1),
        (vr::UT, b"", 0),
        (vr::OW, b"abcdef", 3),
        (vr::OB, b"abc", 3),
        (vr::OF, b"abcdefgh", 2),
        (vr::OD, b"abcdefgh", 1),
        (vr::AT, b"abcdefgh", 2),
        (vr::FD, b"abcdefgh", 1),
    ]
    .into_iter()
    .enumerate()
    {
        let id = made.insert(None, false, 0x0009_1000 + place as u32, vr, false, UNDEFINED).unwrap();
        made.set_value_le(id, value).unwrap();
        assert_eq!(made.count(id), count, "{place}");
    }
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    assert_eq!(made.count(sequence), 0);
    assert!(made.value(sequence).is_err() && made.set_value_le(sequence, b"x").is_err());
}

#[test]
fn copies_have_what_the_filter_lets_through() {
    let inside = explicit(PATIENT_ID, "LO", b"in");
    let item = [head(ITEM, inside.len() as u32), inside].concat();
    let bytes = [
        explicit(PATIENT_NAME, "PN", b"A^B "),
        explicit_head(CONTENT_SEQUENCE, "SQ", item.len() as u32 * 2),
        item.repeat(2),
        explicit(PIXEL_DATA, "OW", &[1, 2]),
    ];
    let source = travelled(bytes.concat(), EXPLICIT);
    let mut copy = DataSet::new(BIG);
    put(&mut copy, None, PATIENT_NAME, b"old");
    copy.copy_from(None, &source, None, &mut |_, _| true).unwrap();
    assert_eq!(outline(&copy), outline(&source));
    // The bytes are in the order of the data set they came to.
    assert_eq!(copy.value(find(&copy, PIXEL_DATA)).unwrap().to_bytes(2).unwrap().as_ref(), [2, 1]);

    let mut some = DataSet::new(EXPLICIT);
    some.copy_from(None, &source, None, &mut |_, element| {
        element.tag != PATIENT_ID && element.tag != PATIENT_NAME
    })
    .unwrap();
    assert_eq!(tags(&some), [CONTENT_SEQUENCE, ITEM, ITEM, PIXEL_DATA]);

    // Items to a sequence, elements to an item; nothing else.
    let (from, to) = (find(&source, CONTENT_SEQUENCE), find(&some, CONTENT_SEQUENCE));
    some.copy_from(Some(to), &source, Some(from), &mut |_, _| true).unwrap();
    assert_eq!(tags(&some), [CONTENT_SEQUENCE, ITEM, ITEM, ITEM, PATIENT_ID, ITEM, PATIENT_ID, PIXEL_DATA]);
    let item = some.child(to);
    some.copy_from(item, &source, source.child(from), &mut |_, _| true).unwrap();
    assert_eq!(some.find_first_descendant(item, PATIENT_ID, true).map(|id| some.level(id)), Some(2));
    assert!(some.copy_from(Some(to), &source, None, &mut |_, _| true).is_err());
    assert!(some.copy_from(None, &source, Some(from), &mut |_, _| true).is_err());
}

#[test]
fn a_data_set_can_be_copied_into_itself() {
    let mut made = DataSet::new(EXPLICIT);
    put(&mut made, None, PATIENT_NAME, b"A");
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let item = made.insert(Some(sequence), true, ITEM, 0, true, 0).unwrap();
    let whole = made.clone();
    made.copy_from(Some(item), &whole, None, &mut |_, _| true).unwrap();
    assert_eq!(tags(&made), [PATIENT_NAME, CONTENT_SEQUENCE, ITEM, PATIENT_NAME, CONTENT_SEQUENCE, ITEM]);
}

#[test]
fn a_value_can_be_a_part_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pixels");
    std::fs::write(&path, b"..pixels..").unwrap();
    let mut made = DataSet::new(EXPLICIT);
    let id = made.insert(None, false, PIXEL_DATA, vr::OB, false, UNDEFINED).unwrap();
    made.set_value_content(id, Content::open(&path).unwrap().slice(2, 6)).unwrap();
    assert_eq!(encoded(&made, EXPLICIT, Default::default()), explicit(PIXEL_DATA, "OB", b"pixels"));
}
