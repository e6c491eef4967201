//! What is read from bytes: VRs, sequences of all forms, and what real files have that they should not.

use super::allocations::most_held;
use super::bytes::*;
use ldicomnet::dataset::{Content, DataSet, FileMeta, Kind, LoadOptions, ReadLimits, meta};
use ldicomnet::pdu::Uid;

/// One item of a sequence in the two ways an end is told.
fn sequence(item_length: Option<u32>, sequence_length: Option<u32>, content: &[u8]) -> Vec<u8> {
    let mut item = [&head(ITEM, item_length.unwrap_or(UNDEFINED)), content].concat();
    if item_length.is_none() {
        item.extend(head(ITEM_END, 0));
    }
    let mut all =
        [explicit_head(CONTENT_SEQUENCE, "SQ", sequence_length.unwrap_or(UNDEFINED)), item].concat();
    if sequence_length.is_none() {
        all.extend(head(SEQUENCE_END, 0));
    }
    all
}

#[test]
fn sequences_and_items_end_by_length_or_delimiter() {
    let inside = explicit(PATIENT_ID, "LO", b"in");
    let length = inside.len() as u32;
    let after = explicit(PIXEL_DATA, "OW", b"");
    for (item, around) in
        [(Some(length), Some(length + 8)), (None, Some(length + 16)), (Some(length), None), (None, None)]
    {
        let read = travelled([sequence(item, around, &inside), after.clone()].concat(), EXPLICIT);
        read.parse().unwrap();
        let expected = [(0, CONTENT_SEQUENCE), (1, ITEM), (2, PATIENT_ID), (0, PIXEL_DATA)];
        let found: Vec<_> = outline(&read).into_iter().map(|(level, tag, ..)| (level, tag)).collect();
        assert_eq!(found, expected, "{item:?} {around:?}");
        // The bytes of the children, without the delimiter behind them.
        let element = read.element(find(&read, CONTENT_SEQUENCE)).unwrap();
        let inner = read.element(read.child(find(&read, CONTENT_SEQUENCE)).unwrap()).unwrap();
        let item_bytes = 8 + u64::from(length) + if item.is_none() { 8 } else { 0 };
        assert_eq!((element.value_length, inner.value_length), (item_bytes, length.into()));
    }
}

#[test]
fn a_delimiter_after_an_item_of_known_length_is_stepped_over() {
    let inside = explicit(PATIENT_ID, "LO", b"in");
    let item = [head(ITEM, inside.len() as u32), inside, head(ITEM_END, 0)].concat();
    let bytes = [explicit_head(CONTENT_SEQUENCE, "SQ", UNDEFINED), item, head(SEQUENCE_END, 0)].concat();
    let read = travelled(bytes, EXPLICIT);
    read.parse().unwrap();
    assert_eq!(tags(&read), [CONTENT_SEQUENCE, ITEM, PATIENT_ID]);
}

#[test]
fn implicit_vr_comes_from_the_dictionary() {
    let bytes = [
        implicit(0x0008_0000, &[0; 4]),
        implicit(PATIENT_NAME, b"A^B "),
        implicit(0x0011_0010, b"CREATOR "),
        implicit(0x0011_1001, b"unknown "),
        implicit(0x0028_0103, &[1, 0]),
        // US or SS: signed, as Pixel Representation says.
        implicit(0x0028_0106, &[0xFE, 0xFF]),
        implicit(0x6002_3000, &[1, 2]),
    ];
    let read = travelled(bytes.concat(), IMPLICIT);
    let vrs: Vec<_> = outline(&read).into_iter().map(|(_, _, vr, ..)| vr).collect();
    assert_eq!(vrs, ["UL", "PN", "LO", "UN", "US", "SS", "OW"]);
    assert_eq!(strings(&read, 0x0028_0106), ["-2"]);
    assert_eq!(strings(&read, 0x0011_1001), ["unknown"]);
}

#[test]
fn a_un_of_undefined_length_is_a_sequence_of_implicit_vr() {
    // PS3.5 6.2.2. In a big endian data set too, what is in it is little endian.
    let inside = [implicit(PATIENT_ID, b"in"), implicit(0x0028_0010, &[2, 1])].concat();
    let content = [head(ITEM, UNDEFINED), inside, head(ITEM_END, 0), head(SEQUENCE_END, 0)].concat();
    let little = [explicit_head(0x0009_1001, "UN", UNDEFINED), content.clone()].concat();
    let big = [b"\0\x09\x10\x01UN\0\0\xFF\xFF\xFF\xFF".to_vec(), content].concat();
    for (bytes, syntax) in [(little, EXPLICIT), (big, BIG)] {
        let read = travelled(bytes, syntax);
        read.parse().unwrap();
        assert_eq!(tags(&read), [0x0009_1001, ITEM, PATIENT_ID, 0x0028_0010]);
        let rows = read.find_first(None, 0x0028_0010, false).unwrap();
        assert_eq!(read.strings(rows).unwrap(), ["258"]);
        // Written in another syntax it is a sequence like others.
        let written = travelled(encoded(&read, BIG, Default::default()), BIG);
        assert_eq!(outline(&written), outline(&read));
    }
}

#[test]
fn an_unknown_element_of_undefined_length_is_a_sequence_in_implicit_vr() {
    let bytes = [
        head(0x0009_1001, UNDEFINED),
        head(ITEM, 10),
        implicit(PATIENT_ID, b"in"),
        head(SEQUENCE_END, 0),
        implicit(PIXEL_DATA, b"px"),
    ];
    let read = travelled(bytes.concat(), IMPLICIT);
    read.parse().unwrap();
    assert_eq!(tags(&read), [0x0009_1001, ITEM, PATIENT_ID, PIXEL_DATA]);
}

#[test]
fn a_sequence_of_the_dictionary_that_is_none_is_a_value() {
    let read =
        travelled([implicit(CONTENT_SEQUENCE, b"text"), implicit(PIXEL_DATA, b"px")].concat(), IMPLICIT);
    read.parse().unwrap();
    assert_eq!(tags(&read), [CONTENT_SEQUENCE, PIXEL_DATA]);
    assert_eq!(strings(&read, CONTENT_SEQUENCE), ["text"]);
}

#[test]
fn fragments_keep_their_bytes_whatever_they_look_like() {
    // A fragment that holds a sequence delimiter (JPEG 2000 can).
    let trap = head(SEQUENCE_END, 0);
    let bytes = [
        explicit_head(PIXEL_DATA, "OB", UNDEFINED),
        head(ITEM, 0),
        head(ITEM, 8),
        trap.clone(),
        head(SEQUENCE_END, 0),
        explicit(0xFFFC_FFFC, "OB", &[0; 4]),
    ];
    let read = travelled(bytes.concat(), JPEG_BASELINE);
    read.parse().unwrap();
    let kinds: Vec<_> = outline(&read).into_iter().map(|(.., kind, value)| (kind, value)).collect();
    assert_eq!(kinds[0].0, Kind::Fragments);
    assert_eq!(kinds[2], (Kind::Fragment, trap));
    assert_eq!(kinds[3].0, Kind::Value);
}

#[test]
fn odd_lengths_are_read_and_kept_until_something_is_changed() {
    let bytes = [explicit(PATIENT_NAME, "PN", b"ODD"), explicit(PATIENT_ID, "LO", b"x")].concat();
    let mut read = travelled(bytes.clone(), EXPLICIT);
    assert_eq!(strings(&read, PATIENT_NAME), ["ODD"]);
    assert_eq!(encoded(&read, EXPLICIT, Default::default()), bytes);
    read.set_value_le(find(&read, PATIENT_ID), b"y").unwrap();
    let even = [explicit(PATIENT_NAME, "PN", b"ODD "), explicit(PATIENT_ID, "LO", b"y ")].concat();
    assert_eq!(encoded(&read, EXPLICIT, Default::default()), even);
}

#[test]
fn elements_out_of_order_are_brought_into_it() {
    let bytes = [
        explicit(PATIENT_ID, "LO", b"20"),
        explicit(SOP_INSTANCE_UID, "UI", b"18"),
        explicit(PATIENT_NAME, "PN", b"10"),
        explicit(PATIENT_ID, "LO", b"21"),
    ];
    let read = travelled(bytes.concat(), EXPLICIT);
    let found: Vec<_> = outline(&read).into_iter().map(|(_, tag, _, _, value)| (tag, value)).collect();
    let expected = [(SOP_INSTANCE_UID, "18"), (PATIENT_NAME, "10"), (PATIENT_ID, "20"), (PATIENT_ID, "21")];
    assert_eq!(found, expected.map(|(tag, value)| (tag, value.as_bytes().to_vec())));
    assert_eq!(encoded(&read, EXPLICIT, Default::default()), bytes.concat());
}

#[test]
fn an_element_of_implicit_vr_in_an_explicit_data_set_is_read() {
    let bytes = [explicit(SOP_INSTANCE_UID, "UI", b"1.2."), implicit(PATIENT_NAME, b"A^B ")].concat();
    assert_eq!(strings(&travelled(bytes, EXPLICIT), PATIENT_NAME), ["A^B"]);
}

#[test]
fn offsets_are_those_of_the_bytes() {
    let bytes = [explicit(SOP_INSTANCE_UID, "UI", b"1.2."), explicit(PIXEL_DATA, "OW", b"pixels")].concat();
    let read = travelled(bytes, EXPLICIT);
    let element = read.element(find(&read, PIXEL_DATA)).unwrap();
    assert_eq!((element.offset, element.value_offset, element.value_length, element.length), (12, 24, 6, 6));
}

#[test]
fn a_transfer_syntax_that_nobody_knows_is_explicit_vr_little_endian() {
    let bytes = explicit(PATIENT_NAME, "PN", b"A^B ");
    let read = travelled(bytes.clone(), Uid::from_static("1.2.3.4"));
    assert_eq!(strings(&read, PATIENT_NAME), ["A^B"]);
    assert_eq!(encoded(&read, Uid::from_static("1.2.3.4"), Default::default()), bytes);
}

#[test]
fn an_empty_data_set_is_one() {
    for syntax in [IMPLICIT, EXPLICIT, BIG] {
        let read = travelled(Vec::new(), syntax);
        read.parse().unwrap();
        assert_eq!(read.first(None, false), None);
        assert_eq!(encoded(&DataSet::new(syntax), syntax, Default::default()), b"");
    }
}

#[test]
fn nothing_is_read_before_an_element_is_asked_for() {
    // A gigabyte of elements would show; so does a tree.
    let bytes = explicit(PATIENT_ID, "LO", b"x").repeat(100_000);
    let (held, read) = most_held(|| travelled(bytes.clone(), EXPLICIT));
    assert!(held < bytes.len() + 4096, "{held}");
    let (held, _) = most_held(|| read.content_for(EXPLICIT, "".as_ref(), 0).unwrap());
    assert!(held < 4096, "{held}");
    let (held, count) = most_held(|| read.find_first(None, PATIENT_ID, true).is_some());
    assert!(count && held > 1_000_000, "{held}");
}

#[test]
fn the_meta_header_is_asked_without_the_data_set_behind_it() {
    let meta = FileMeta {
        sop_instance: Uid::from_static("1.2.3"),
        transfer_syntax: EXPLICIT,
        ..FileMeta::default()
    };
    let mut bytes = Vec::new();
    meta::put(&meta, &mut bytes);
    // The first is an element of the meta header in the wrong place; a tree of the others would show.
    bytes.extend(explicit(0x0002_0016, "AE", b"LATE"));
    bytes.extend(explicit(0x0008_0005, "CS", b"ISO_IR 100"));
    bytes.extend(explicit(PATIENT_NAME, "PN", b"\xC4 ").repeat(100_000));
    let read = DataSet::load(Content::Memory(bytes.into()), &LoadOptions::default()).unwrap();
    let (held, id) = most_held(|| {
        let id = find(&read, 0x0002_0003);
        assert_eq!(read.strings(id).unwrap(), ["1.2.3"]);
        assert_eq!(read.find_first_descendant(None, 0x0002_0003, true), Some(id));
        assert_eq!(read.value(id).unwrap().len(), 6);
        id
    });
    assert!(held < 8192, "{held}");
    // With the rest it has the same name, and its neighbours.
    assert_eq!(read.next(id, true), read.find_first(None, 0x0002_0010, false));
    assert_eq!(read.strings(find(&read, PATIENT_NAME)).unwrap(), ["\u{C4}"]);
    assert_eq!((read.strings(id).unwrap(), read.prev(id, true).is_some()), (vec!["1.2.3".to_owned()], true));
    // What the meta header has not is looked for in the rest, and what is text is read as all text is.
    let late = DataSet::clone(&read).find_first(None, 0x0002_0016, true).unwrap();
    assert_eq!(read.strings(late).unwrap(), ["LATE"]);
    let mut changed = read.clone();
    assert!(changed.delete(id).is_some() && !changed.exists(id) && read.exists(id));
    assert!(changed.find_first(None, 0x0002_0003, true).is_none());
}

#[test]
fn a_value_of_the_meta_header_that_may_be_text_is_the_same_before_and_after_the_rest_is_read() {
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(explicit(0x0002_0010, "UI", b"1.2.840.10008.1.2.1\0"));
    bytes.extend(explicit(0x0002_0103, "UN", b"\xC4 "));
    bytes.extend(explicit(0x0008_0005, "CS", b"ISO_IR 100"));
    let read = DataSet::load(Content::Memory(bytes.into()), &LoadOptions::default()).unwrap();
    let id = find(&read, 0x0002_0103);
    let before = read.strings(id).unwrap();
    read.parse().unwrap();
    assert_eq!(before, read.strings(id).unwrap());
}

#[test]
fn a_clone_shares_until_it_is_changed() {
    let read = travelled(explicit(PATIENT_NAME, "PN", b"A^B ").repeat(10_000), EXPLICIT);
    let id = find(&read, PATIENT_NAME);
    let (held, mut copy) = most_held(|| read.clone());
    assert_eq!(held, 0);
    copy.set_value_le(id, b"C^D").unwrap();
    assert_eq!(
        (strings(&copy, PATIENT_NAME), strings(&read, PATIENT_NAME)),
        (vec!["C^D".into()], vec!["A^B".into()])
    );
    assert!(copy.is_changed() && !read.is_changed());
    assert!(copy.content().is_none() && read.content().is_some());
}

#[test]
fn threads_that_ask_at_the_same_time_see_the_same_elements() {
    let read = travelled(explicit(PATIENT_NAME, "PN", b"A^B ").repeat(20_000), EXPLICIT);
    let ids: Vec<_> = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..4).map(|_| scope.spawn(|| find(&read, PATIENT_NAME))).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0] && read.exists(*id)));
}

#[test]
fn names_of_elements_are_of_one_data_set() {
    let bytes = explicit(PATIENT_NAME, "PN", b"A^B ");
    let (one, other) = (travelled(bytes.clone(), EXPLICIT), travelled(bytes, EXPLICIT));
    let id = find(&one, PATIENT_NAME);
    assert!(one.exists(id) && !other.exists(id));
    assert!(other.element(id).is_none() && other.strings(id).is_err() && other.next(id, false).is_none());
}

#[test]
fn limits_are_where_they_say() {
    let many = explicit(PATIENT_ID, "LO", b"x").repeat(100);
    let limited = |elements| {
        travelled(many.clone(), EXPLICIT).with_limits(ReadLimits { elements, ..Default::default() })
    };
    assert!(limited(100).parse().is_ok());
    let over = limited(99);
    assert_eq!(over.parse().unwrap_err().to_string(), "more than 99 elements");
    assert_eq!(tags(&over).len(), 99);

    let text = travelled(explicit(COMMENTS, "LT", b"0123456789"), EXPLICIT);
    let limited = |text_bytes| text.clone().with_limits(ReadLimits { text_bytes, ..Default::default() });
    let (enough, short) = (limited(10), limited(9));
    assert!(enough.strings(find(&enough, COMMENTS)).is_ok());
    assert!(short.strings(find(&short, COMMENTS)).is_err());
}
