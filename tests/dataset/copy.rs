//! Copies between data sets of different character sets: text stays what it is, in the bytes of where it goes to.

use super::bytes::*;
use super::text::{NAMES, name};
use ldicomnet::Code;
use ldicomnet::dataset::{DataSet, DataSetError, ElementId};

const PRIVATE: u32 = 0x0009_1001;
const NAME_BYTES: &[u8] = b"Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=";
const NAME_TEXT: &str = "Yamada^Tarou=\u{5C71}\u{7530}^\u{592A}\u{90CE}=";

/// Copies all there is to below an element, or to the root level.
fn copy(to: &mut DataSet, parent: Option<ElementId>, from: &DataSet) -> Result<(), DataSetError> {
    to.copy_from(parent, from, None, &mut |_, _| true)
}

/// A data set with an item, and the item.
fn with_item(sets: &str) -> (DataSet, ElementId) {
    let mut made = DataSet::new(EXPLICIT);
    if !sets.is_empty() {
        put(&mut made, None, CHARACTER_SET, sets.as_bytes());
    }
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let item = made.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
    (made, item)
}

/// The text of an element below another.
fn text_in(data_set: &DataSet, parent: ElementId, tag: u32) -> Vec<String> {
    data_set.strings(data_set.find_first_descendant(Some(parent), tag, true).unwrap()).unwrap()
}

#[test]
fn every_name_of_the_standard_reads_the_same_wherever_it_goes() {
    for (from, bytes, text) in NAMES {
        let source = name(from, bytes);
        for (to, other, other_text) in NAMES {
            let mut target = name(to, other);
            put(&mut target, None, PATIENT_ID, b"");
            target.copy_from(None, &source, None, &mut |_, element| element.tag != CHARACTER_SET).unwrap();
            assert_eq!(strings(&target, PATIENT_NAME), [text], "{from} to {to}");
            // Into an item, beside text that stays on the root level.
            let mut target = name(to, other);
            let sequence = target.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
            let item = target.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
            copy(&mut target, Some(item), &source).unwrap();
            assert_eq!(text_in(&target, item, PATIENT_NAME), [text], "{from} to {to}");
            assert_eq!(strings(&target, PATIENT_NAME), [other_text], "{from} to {to}");
            // And so it is when it has travelled.
            let again = travelled(encoded(&target, EXPLICIT, Default::default()), EXPLICIT);
            assert_eq!(strings(&again, PATIENT_NAME), [other_text], "{from} to {to}");
            let item = again.child(find(&again, CONTENT_SEQUENCE)).unwrap();
            assert_eq!(text_in(&again, item, PATIENT_NAME), [text], "{from} to {to}");
        }
    }
}

#[test]
fn text_is_written_in_the_character_set_of_where_it_goes() {
    for (from, bytes, to, expected) in [
        ("ISO_IR 100", &b"J\xE9r\xF4me"[..], "ISO_IR 192", "J\u{E9}r\u{F4}me".as_bytes()),
        ("ISO_IR 192", "J\u{E9}r\u{F4}me".as_bytes(), "ISO_IR 100", b"J\xE9r\xF4me"),
        ("ISO_IR 192", NAME_TEXT.as_bytes(), "\\ISO 2022 IR 87", NAME_BYTES),
        ("\\ISO 2022 IR 87", NAME_BYTES, "ISO_IR 192", NAME_TEXT.as_bytes()),
        // Plain text is in every set what it is.
        ("ISO_IR 192", b"A^B", "\\ISO 2022 IR 87", b"A^B"),
    ] {
        let mut target = DataSet::new(EXPLICIT);
        put(&mut target, None, CHARACTER_SET, to.as_bytes());
        copy(&mut target, None, &name(from, bytes)).unwrap();
        assert_eq!(value(&target, PATIENT_NAME), expected, "{from} to {to}");
        assert_eq!(value(&target, CHARACTER_SET), to.as_bytes());
    }
}

#[test]
fn where_no_character_set_counts_that_of_the_text_does() {
    let source = name("\\ISO 2022 IR 87", NAME_BYTES);
    let mut target = DataSet::new(EXPLICIT);
    put(&mut target, None, PATIENT_ID, b"42");
    copy(&mut target, None, &source).unwrap();
    assert_eq!(
        (value(&target, CHARACTER_SET), value(&target, PATIENT_NAME)),
        (b"\\ISO 2022 IR 87".into(), NAME_BYTES.into())
    );

    // The item takes it along.
    let (mut target, item) = with_item("");
    copy(&mut target, Some(item), &source).unwrap();
    assert_eq!(tags(&target), [CONTENT_SEQUENCE, ITEM, CHARACTER_SET, PATIENT_NAME]);
    assert_eq!(text_in(&target, item, PATIENT_NAME), [NAME_TEXT]);

    // It counted for more than what was copied, or was to be left out: then it is declared for all.
    let mut outer = name("\\ISO 2022 IR 87", b"plain");
    let sequence = outer.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let inner = outer.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
    put(&mut outer, Some(inner), PATIENT_NAME, NAME_BYTES);
    let (mut target, item) = with_item("");
    target.copy_from(Some(item), &outer, Some(inner), &mut |_, _| true).unwrap();
    assert_eq!(tags(&target), [CHARACTER_SET, CONTENT_SEQUENCE, ITEM, PATIENT_NAME]);
    assert_eq!(text_in(&target, item, PATIENT_NAME), [NAME_TEXT]);
    let mut target = DataSet::new(EXPLICIT);
    target.copy_from(None, &source, None, &mut |_, element| element.tag != CHARACTER_SET).unwrap();
    assert_eq!(strings(&target, PATIENT_NAME), [NAME_TEXT]);
    // Plain text needs none.
    let mut target = DataSet::new(EXPLICIT);
    let plain = name("ISO_IR 192", b"A^B ");
    target.copy_from(None, &plain, None, &mut |_, element| element.tag != CHARACTER_SET).unwrap();
    assert_eq!(tags(&target), [PATIENT_NAME]);
}

#[test]
fn what_does_not_fit_makes_all_of_it_utf_8() {
    let mut target = name("ISO_IR 100", b"J\xE9r\xF4me");
    put(&mut target, None, COMMENTS, b"\xE0 propos");
    let own = target.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let latin = target.insert(Some(own), true, ITEM, 0, true, UNDEFINED).unwrap();
    put(&mut target, Some(latin), PATIENT_ID, b"\xE9");
    let greek = target.insert(Some(own), true, ITEM, 0, true, UNDEFINED).unwrap();
    put(&mut target, Some(greek), CHARACTER_SET, b"ISO_IR 126");
    put(&mut target, Some(greek), PATIENT_ID, b"\xC4");
    copy(&mut target, None, &name("\\ISO 2022 IR 87", NAME_BYTES)).unwrap();
    assert_eq!(value(&target, CHARACTER_SET), b"ISO_IR 192");
    assert_eq!(value(&target, PATIENT_NAME), NAME_TEXT.as_bytes());
    assert_eq!(value(&target, COMMENTS), "\u{E0} propos".as_bytes());
    assert_eq!(text_in(&target, latin, PATIENT_ID), ["\u{E9}"]);
    // An item with its own keeps it.
    let kept = target.find_first_descendant(Some(greek), PATIENT_ID, true).unwrap();
    assert_eq!(target.value_le(kept, 9).unwrap().as_ref(), b"\xC4");
    assert_eq!(target.strings(kept).unwrap(), ["\u{394}"]);
}

#[test]
fn items_keep_the_character_set_that_they_bring() {
    let (mut source, item) = with_item("ISO_IR 100");
    put(&mut source, Some(item), CHARACTER_SET, b"ISO_IR 126");
    put(&mut source, Some(item), PATIENT_NAME, b"\xC4\xE9");
    put(&mut source, None, PATIENT_NAME, b"J\xE9r\xF4me");
    let mut target = name("ISO_IR 192", b"");
    copy(&mut target, None, &source).unwrap();
    let inside =
        target.find_first_descendant(Some(find(&target, CONTENT_SEQUENCE)), PATIENT_NAME, false).unwrap();
    assert_eq!(target.value_le(inside, 9).unwrap().as_ref(), b"\xC4\xE9");
    assert_eq!(target.strings(inside).unwrap(), ["\u{394}\u{3B9}"]);
    assert_eq!(value(&target, PATIENT_NAME), "J\u{E9}r\u{F4}me".as_bytes());
    // Two that are left out are one that has room for both.
    let mut target = DataSet::new(EXPLICIT);
    target.copy_from(None, &source, None, &mut |_, element| element.tag != CHARACTER_SET).unwrap();
    assert_eq!(strings(&target, CHARACTER_SET), ["ISO_IR 192"]);
    let inside =
        target.find_first_descendant(Some(find(&target, CONTENT_SEQUENCE)), PATIENT_NAME, false).unwrap();
    assert_eq!(
        (target.strings(inside).unwrap(), strings(&target, PATIENT_NAME)),
        (vec!["\u{394}\u{3B9}".into()], vec!["J\u{E9}r\u{F4}me".into()])
    );
}

#[test]
fn what_is_no_text_is_copied_byte_by_byte() {
    let mut source = name("ISO_IR 192", b"\xFF\xFEbroken");
    put(&mut source, None, PATIENT_ID, "\u{E9}".as_bytes());
    let unknown = source.insert(None, false, PRIVATE, vr_un(), false, UNDEFINED).unwrap();
    source.set_value_le(unknown, b"\xC3\xA9").unwrap();
    let mut target = DataSet::new(EXPLICIT);
    put(&mut target, None, CHARACTER_SET, b"ISO_IR 100");
    copy(&mut target, None, &source).unwrap();
    assert_eq!(value(&target, PATIENT_NAME), b"\xFF\xFEbroken");
    assert_eq!(value(&target, PATIENT_ID), b"\xE9");
    assert_eq!(value(&target, PRIVATE), b"\xC3\xA9");
}

#[test]
fn what_is_replaced_is_replaced_once() {
    // The same tag twice, as broken senders have it: the last one counts.
    let [first, other, last] = [(PATIENT_ID, b"1 "), (COMMENTS, b"X "), (PATIENT_ID, b"2 ")];
    let twice = [first, other, last].map(|(tag, value)| explicit(tag, "LO", value)).concat();
    let mut target = DataSet::new(EXPLICIT);
    put(&mut target, None, PATIENT_ID, b"0");
    put(&mut target, None, COMMENTS, b"old");
    put(&mut target, None, PATIENT_NAME, b"kept");
    let twice = travelled(twice, EXPLICIT);
    copy(&mut target, None, &twice).unwrap();
    assert_eq!(tags(&target), [PATIENT_NAME, PATIENT_ID, COMMENTS]);
    // And what fails goes once.
    let mut unknown = name("ISO_IR 999", b"");
    put(&mut unknown, None, PATIENT_ID, b"0");
    let mut source = twice.clone();
    put(&mut source, None, PATIENT_NAME, b"A^B");
    put(&mut source, None, CHARACTER_SET, b"ISO_IR 192");
    put(&mut source, None, 0x0010_21B0, "\u{E9}".as_bytes());
    assert!(copy(&mut unknown, None, &source).is_err());
    assert_eq!(tags(&unknown), [CHARACTER_SET, PATIENT_NAME, PATIENT_ID]);
    assert_eq!(strings(&unknown, PATIENT_ID), ["0"]);
    assert_eq!(
        (strings(&target, PATIENT_ID), strings(&target, COMMENTS)),
        (vec!["2".into()], vec!["X".into()])
    );
}

fn vr_un() -> u16 {
    u16::from_be_bytes(*b"UN")
}

#[test]
fn what_cannot_be_written_leaves_the_data_set_as_it_was() {
    let mut target = name("ISO_IR 999", b"plain");
    put(&mut target, None, PATIENT_ID, b"1");
    let mut target = travelled(encoded(&target, EXPLICIT, Default::default()), EXPLICIT);
    let before = outline(&target);
    let mut source = name("ISO_IR 192", NAME_TEXT.as_bytes());
    put(&mut source, None, COMMENTS, b"more");
    assert_eq!(copy(&mut target, None, &source).unwrap_err().code(), Code::Parameter);
    assert_eq!((outline(&target), target.is_changed()), (before, false));
    // Plain text fits anywhere.
    copy(&mut target, None, &name("ISO_IR 192", b"A^B")).unwrap();
    assert_eq!(
        (strings(&target, PATIENT_NAME), strings(&target, CHARACTER_SET)),
        (vec!["A^B".into()], vec!["ISO_IR 999".into()])
    );
}
