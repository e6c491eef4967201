//! Bytes that lie, break off, nest or swell: an error or less data, never a crash, and never memory by a
//! length.

use super::allocations::most_held;
use super::bytes::*;
use ldicomnet::Code;
use ldicomnet::dataset::{
    Content, DataSet, DataSetError, EncodeOptions, LoadOptions, MetaHeader, ReadLimits,
};

/// What a small data set with something wrong in it may cost: a compressor, the window of a reader, a
/// chunk, a few elements.
const SMALL: usize = 640 << 10;

/// Reads all that can be read, changes something and writes it; the outcome of reading.
fn go_through(bytes: &[u8], syntax: ldicomnet::pdu::Uid) -> Result<(), DataSetError> {
    let (held, outcome) = most_held(|| {
        let mut read = travelled(bytes, syntax);
        let outcome = read.parse();
        let mut at = read.first(None, false);
        while let Some(id) = at {
            // The outcome does not matter here, only that there is one.
            let _ = (read.strings(id), read.value(id).map(|value| value.len()), read.count(id));
            at = read.next(id, false);
        }
        for to in NATIVE {
            let _ = read.encode(
                to,
                &EncodeOptions { group_lengths: true, explicit_lengths: true },
                &mut Vec::new(),
            );
        }
        if let Some(first) = read.first(None, true) {
            read.delete(first);
        }
        outcome
    });
    assert!(held < SMALL + 40 * bytes.len(), "{held} bytes held for {}", bytes.len());
    outcome
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let name = explicit(PATIENT_NAME, "PN", b"A^B ");
    let far = 0xFFFF_FFFE;
    let cases = [
        ("a value", explicit_head(PIXEL_DATA, "OW", far)),
        ("text", explicit_head(COMMENTS, "UT", far)),
        ("a short value", explicit_head(PATIENT_ID, "LO", 0xFFFF)),
        ("a sequence", explicit_head(CONTENT_SEQUENCE, "SQ", far)),
        ("a sequence's item", [explicit_head(CONTENT_SEQUENCE, "SQ", UNDEFINED), head(ITEM, far)].concat()),
        ("an item", [explicit_head(CONTENT_SEQUENCE, "SQ", 8), head(ITEM, far)].concat()),
        (
            "a value in an item",
            [
                explicit_head(CONTENT_SEQUENCE, "SQ", 24),
                head(ITEM, 16),
                explicit_head(PATIENT_ID, "UT", 9),
                b"1234".to_vec(),
            ]
            .concat(),
        ),
        ("a fragment", [explicit_head(PIXEL_DATA, "OB", UNDEFINED), head(ITEM, far)].concat()),
        (
            "a fragment without end",
            [explicit_head(PIXEL_DATA, "OB", UNDEFINED), head(ITEM, UNDEFINED)].concat(),
        ),
        ("a value without end", explicit_head(PATIENT_ID, "UT", UNDEFINED)),
        (
            "a sequence without items",
            [explicit_head(CONTENT_SEQUENCE, "SQ", UNDEFINED), name.clone()].concat(),
        ),
        ("an item at the root", head(ITEM, 4)),
        ("a delimiter at the root", head(SEQUENCE_END, 0)),
        (
            "implicit lies",
            implicit(0x0009_1001, b"")[..4].iter().copied().chain([0xFE, 0xFF, 0xFF, 0xFF]).collect(),
        ),
    ];
    for (what, lie) in cases {
        let bytes = [name.clone(), lie].concat();
        let error = go_through(&bytes, EXPLICIT).expect_err(what);
        assert!(matches!(error.code(), Code::Format | Code::End), "{what}: {error}");
        // What came before is there.
        assert_eq!(strings(&travelled(bytes, EXPLICIT), PATIENT_NAME), ["A^B"], "{what}");
    }
}

#[test]
fn a_value_that_breaks_off_is_there_as_far_as_it_goes() {
    let bytes =
        [explicit(PATIENT_NAME, "PN", b"A^B "), explicit_head(PIXEL_DATA, "OW", 100), b"1234".to_vec()]
            .concat();
    let read = travelled(bytes.clone(), EXPLICIT);
    let element = read.element(find(&read, PIXEL_DATA)).unwrap();
    assert_eq!((element.length, element.value_length), (100, 4));
    assert_eq!(value(&read, PIXEL_DATA), b"1234");
    assert_eq!(read.parse().unwrap_err().code(), Code::End);
    // As it is it can be handed on; but less is not made of it in silence.
    assert_eq!(encoded(&read, EXPLICIT, EncodeOptions::default()), bytes);
    assert!(read.encode(IMPLICIT, &EncodeOptions::default(), &mut Vec::new()).is_err());
}

/// A data set with a bit of everything.
fn everything() -> Vec<u8> {
    let inside = [explicit(PATIENT_ID, "LO", b"in"), explicit(0x0028_0010, "US", &[1, 0])].concat();
    [
        explicit(CHARACTER_SET, "CS", b"\\ISO 2022 IR 87 "),
        explicit(PATIENT_NAME, "PN", b"Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B"),
        explicit_head(CONTENT_SEQUENCE, "SQ", UNDEFINED),
        head(ITEM, UNDEFINED),
        inside.clone(),
        head(ITEM_END, 0),
        head(ITEM, inside.len() as u32),
        inside,
        head(SEQUENCE_END, 0),
        explicit_head(PIXEL_DATA, "OB", UNDEFINED),
        head(ITEM, 4),
        vec![0; 4],
        head(ITEM, 4),
        vec![1; 4],
        head(SEQUENCE_END, 0),
    ]
    .concat()
}

#[test]
fn every_place_to_break_off_is_survived() {
    let whole = everything();
    for length in 0..whole.len() {
        // Some cuts fall between two elements.
        let _ = go_through(&whole[..length], RLE);
        let _ = go_through(&whole[..length], IMPLICIT);
    }
    go_through(&whole, RLE).unwrap();
}

#[test]
fn every_flipped_byte_is_survived() {
    let whole = everything();
    for place in 0..whole.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[place] ^= flip;
            for syntax in [RLE, IMPLICIT, BIG] {
                let _ = go_through(&bytes, syntax);
            }
        }
    }
}

/// Sequences in one another, each of one item; the innermost is empty.
fn nested(depth: usize, with_ends: bool) -> Vec<u8> {
    let begin = [head(CONTENT_SEQUENCE, UNDEFINED), head(ITEM, UNDEFINED)].concat();
    let end = if with_ends { [head(ITEM_END, 0), head(SEQUENCE_END, 0)].concat() } else { Vec::new() };
    [begin.repeat(depth), end.repeat(depth)].concat()
}

#[test]
fn sixty_four_deep_is_read_and_written() {
    let mut read = travelled([nested(64, true), implicit(PIXEL_DATA, b"px")].concat(), IMPLICIT);
    read.parse().unwrap();
    assert_eq!(tags(&read).len(), 129);
    let deepest = read
        .last(read.find_first(None, CONTENT_SEQUENCE, true), false)
        .and_then(|last| read.prev(last, false));
    assert_eq!(read.level(deepest.unwrap()), 127);
    let before = outline(&read);
    for to in [BIG, DEFLATED, EXPLICIT] {
        for explicit_lengths in [false, true] {
            let bytes = encoded(&read, to, EncodeOptions { explicit_lengths, group_lengths: false });
            let again = travelled(bytes, to);
            again.parse().unwrap();
            assert_eq!(outline(&again), before);
        }
    }
    put(&mut read, deepest, PATIENT_ID, b"deep");
    let again = travelled(encoded(&read, IMPLICIT, EncodeOptions::default()), IMPLICIT);
    let id = again.find_first(None, PATIENT_ID, false).unwrap();
    assert_eq!((again.level(id), again.strings(id).unwrap()), (128, vec!["deep".to_owned()]));
}

#[test]
fn a_hundred_thousand_deep_is_an_error_by_default_and_no_crash_without_the_bound() {
    for with_ends in [true, false] {
        let bytes = nested(100_000, with_ends);
        let limited = travelled(bytes.clone(), IMPLICIT);
        let error = limited.parse().unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            (Code::Memory, "more than 1024 sequences in one another")
        );
        assert_eq!(limited.level(limited.last(None, false).unwrap()), 2047);

        // On a thread with the least stack, so that one frame for each level would show.
        let work = move || {
            let limits = ReadLimits { depth: 200_000, ..Default::default() };
            let mut read = travelled(bytes, IMPLICIT).with_limits(limits);
            assert_eq!(read.parse().is_ok(), with_ends);
            let last = read.last(None, false).unwrap();
            assert_eq!(read.level(last), 199_999);
            let id = put(&mut read, Some(last), PATIENT_NAME, b"A^B");
            assert_eq!(read.strings(id).unwrap(), ["A^B"]);
            let mut copy = DataSet::new(EXPLICIT);
            copy.copy_from(None, &read, None, &mut |_, _| true).unwrap();
            let options = EncodeOptions { explicit_lengths: true, group_lengths: true };
            let written = encoded(&copy, BIG, options);
            assert!(written.len() > 2_000_000);
            read.delete(read.first(None, true).unwrap());
            assert_eq!(read.first(None, false), None);
        };
        std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap().join().unwrap();
    }
}

/// What `length` zeros deflate to, over and over: blocks that are made by hand, so that the test costs
/// nothing either.
fn bomb(explicit_le: &[u8]) -> Vec<u8> {
    let source = travelled(explicit_le, EXPLICIT);
    encoded(&source, DEFLATED, EncodeOptions { group_lengths: true, ..Default::default() })
}

#[test]
fn a_deflate_bomb_stops_at_the_bound_and_takes_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let zeros = 64 << 20;
    let bytes = bomb(&explicit(PIXEL_DATA, "OB", &vec![0; zeros]));
    assert!(bytes.len() < zeros / 100, "{}", bytes.len());
    let limits = |inflated_bytes| ReadLimits {
        inflated_bytes,
        memory_bytes: 64 << 10,
        spool_directory: directory.path().to_owned(),
        ..Default::default()
    };
    let (held, read) = most_held(|| {
        let read = travelled(bytes.clone(), DEFLATED).with_limits(limits(4 << 20));
        assert_eq!(read.parse().unwrap_err().code(), Code::Memory);
        read
    });
    assert!(held < bytes.len() + SMALL, "{held}");
    assert_eq!(read.element(find(&read, PIXEL_DATA)).unwrap().value_length, (4 << 20) - 24);
    drop(read);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);

    // Below the bound it is read, in as little memory.
    let (held, length) = most_held(|| {
        let read = travelled(bytes.clone(), DEFLATED).with_limits(limits(1 << 30));
        read.parse().unwrap();
        read.value(find(&read, PIXEL_DATA)).unwrap().len()
    });
    assert_eq!(length, zeros as u64);
    assert!(held < bytes.len() + SMALL, "{held}");
}

#[test]
fn a_deflated_data_set_that_is_damaged_or_breaks_off_has_what_came_before() {
    let source = [explicit(PATIENT_NAME, "PN", b"A^B "), explicit(COMMENTS, "LT", &[b'x'; 60_000])].concat();
    let whole = encoded(
        &travelled(source, EXPLICIT),
        DEFLATED,
        EncodeOptions { group_lengths: true, ..Default::default() },
    );
    for length in 0..whole.len() - 1 {
        let error = go_through(&whole[..length], DEFLATED)
            .map_or_else(|error| error, |()| panic!("{length} bytes will do"));
        assert!(matches!(error.code(), Code::Format | Code::End | Code::Read), "{error}");
    }
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        let _ = go_through(&bytes, DEFLATED);
    }
    go_through(b"\xFF\xFF\xFF\xFF", DEFLATED).unwrap_err();
}

#[test]
fn text_with_nuls_and_control_bytes_is_text() {
    let odd: Vec<u8> = (0..=255).collect();
    for vr in ["AE", "CS", "DA", "DS", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"] {
        for sets in [
            "",
            "ISO_IR 100",
            "ISO_IR 192",
            "GB18030",
            "GBK",
            "ISO_IR 13",
            "\\ISO 2022 IR 87\\ISO 2022 IR 149",
            "NONSENSE",
            "\\\\\\",
        ] {
            let bytes = [
                explicit(CHARACTER_SET, "CS", sets.as_bytes()),
                explicit(0x0009_1001, vr, &odd),
                explicit(0x0009_1002, vr, b"\0"),
            ];
            let read = travelled(bytes.concat(), EXPLICIT);
            let values = strings(&read, 0x0009_1001);
            let text = values.join("\\");
            assert!(text.contains("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "{vr} {sets}: {text:?}");
            assert_eq!(read.count(find(&read, 0x0009_1001)) as usize, values.len(), "{vr} {sets}");
            assert_eq!(strings(&read, 0x0009_1002), [""]);
        }
    }
}

#[test]
fn zeros_at_the_end_are_padding_and_other_rests_are_not() {
    let name = explicit(PATIENT_NAME, "PN", b"A^B ");
    for zeros in [1, 7, 8, 100, 60_000] {
        let read = travelled([name.clone(), vec![0; zeros]].concat(), EXPLICIT);
        read.parse().unwrap();
        assert_eq!(tags(&read), [PATIENT_NAME], "{zeros}");
    }
    let error = travelled([name.clone(), vec![0; 1_000_000]].concat(), EXPLICIT).parse().unwrap_err();
    assert_eq!(error.code(), Code::End);
    assert_eq!(travelled([name, vec![1; 7]].concat(), EXPLICIT).parse().unwrap_err().code(), Code::End);
}

#[test]
fn as_many_elements_as_bytes_allow_cost_memory_by_the_bytes() {
    // 8 bytes an element is the least. The bound on elements is what bounds the rest.
    let bytes = head(PATIENT_ID, 0).repeat(200_000);
    let (held, read) = most_held(|| {
        let read = travelled(Vec::from(bytes.as_slice()), IMPLICIT);
        read.parse().unwrap();
        read
    });
    assert!(held < 40 * bytes.len(), "{held} for {}", bytes.len());
    drop(read);
    // Backwards, so that each is out of order.
    let bytes: Vec<u8> = (0..100_000_u32).rev().flat_map(|element| head(0x0010_0000 + element, 0)).collect();
    let read = travelled(bytes, IMPLICIT);
    read.parse().unwrap();
    assert_eq!(tags(&read).len(), 100_000);
    assert!(tags(&read).is_sorted());
}

#[test]
fn files_that_are_none_are_refused() {
    let load = |bytes: &[u8], meta| {
        DataSet::load(Content::from(bytes.to_vec()), &LoadOptions { meta, ..Default::default() }).map(drop)
    };
    for bytes in [
        &b""[..],
        b"x",
        b"Hello world, this is no data set.",
        b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\0",
        &[0xFF; 200],
    ] {
        let error = load(bytes, MetaHeader::Auto).unwrap_err();
        assert_eq!(error.code(), Code::Format, "{error}");
    }
    let bare = explicit(PATIENT_NAME, "PN", b"A^B ");
    assert!(load(&bare, MetaHeader::Auto).is_ok());
    assert!(load(&bare, MetaHeader::Absent).is_ok());
    assert_eq!(load(&bare, MetaHeader::Present).unwrap_err().code(), Code::Format);

    // A meta header that breaks off, lies, or is longer than any.
    let preamble = [vec![0; 128], b"DICM".to_vec()].concat();
    let lie = [preamble.clone(), explicit_head(0x0002_0001, "OB", 0xFFFF_FFFE)].concat();
    assert_eq!(load(&lie, MetaHeader::Auto).unwrap_err().code(), Code::End);
    let undefined = [preamble.clone(), explicit_head(0x0002_0001, "OB", UNDEFINED)].concat();
    assert_eq!(load(&undefined, MetaHeader::Auto).unwrap_err().code(), Code::End);
    let long = [preamble.clone(), explicit(0x0002_0102, "OB", &vec![0; 2 << 20])].concat();
    assert_eq!(load(&long, MetaHeader::Auto).unwrap_err().code(), Code::Memory);
    assert!(load(&preamble, MetaHeader::Present).is_err());
}
