//! The bytes of the standard: what is written for a data set that has everything, in each transfer syntax.

use super::bytes::*;
use ldicomnet::dataset::{CharacterSet, DataSet, EncodeOptions};

/// A name, a number, a sequence with an item of two elements and an empty one, and pixels.
fn example() -> DataSet {
    let mut made = DataSet::new(EXPLICIT);
    put(&mut made, None, PATIENT_NAME, b"A^B");
    put(&mut made, None, SOP_INSTANCE_UID, b"1.2.3");
    put(&mut made, None, 0x0028_0010, &[2, 1]);
    let sequence = made.insert(None, false, 0x0008_1140, 0, true, UNDEFINED).unwrap();
    let item = made.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
    put(&mut made, Some(item), 0x0008_1155, b"1.2");
    put(&mut made, Some(item), 0x0008_1160, b"7");
    made.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
    put(&mut made, None, PIXEL_DATA, &[1, 2, 3, 4]);
    made
}

#[test]
fn implicit_vr_little_endian() {
    let expected = [
        b"\x08\x00\x18\x00\x06\x00\x00\x001.2.3\x00".to_vec(),
        b"\x08\x00\x40\x11\xFF\xFF\xFF\xFF".to_vec(),
        b"\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF".to_vec(),
        b"\x08\x00\x55\x11\x04\x00\x00\x001.2\x00".to_vec(),
        b"\x08\x00\x60\x11\x02\x00\x00\x007 ".to_vec(),
        b"\xFE\xFF\x0D\xE0\x00\x00\x00\x00".to_vec(),
        b"\xFE\xFF\x00\xE0\x00\x00\x00\x00".to_vec(),
        b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00".to_vec(),
        b"\x10\x00\x10\x00\x04\x00\x00\x00A^B ".to_vec(),
        b"\x28\x00\x10\x00\x02\x00\x00\x00\x02\x01".to_vec(),
        b"\xE0\x7F\x10\x00\x04\x00\x00\x00\x01\x02\x03\x04".to_vec(),
    ];
    assert_eq!(encoded(&example(), IMPLICIT, EncodeOptions::default()), expected.concat());
}

#[test]
fn explicit_vr_little_endian_with_lengths() {
    let options = EncodeOptions { explicit_lengths: true, group_lengths: true };
    let expected = [
        b"\x08\x00\x00\x00UL\x04\x00\x40\x00\x00\x00".to_vec(),
        b"\x08\x00\x18\x00UI\x06\x001.2.3\x00".to_vec(),
        b"\x08\x00\x40\x11SQ\x00\x00\x26\x00\x00\x00".to_vec(),
        b"\xFE\xFF\x00\xE0\x16\x00\x00\x00".to_vec(),
        b"\x08\x00\x55\x11UI\x04\x001.2\x00".to_vec(),
        b"\x08\x00\x60\x11IS\x02\x007 ".to_vec(),
        b"\xFE\xFF\x00\xE0\x00\x00\x00\x00".to_vec(),
        b"\x10\x00\x00\x00UL\x04\x00\x0C\x00\x00\x00".to_vec(),
        b"\x10\x00\x10\x00PN\x04\x00A^B ".to_vec(),
        b"\x28\x00\x00\x00UL\x04\x00\x0A\x00\x00\x00".to_vec(),
        b"\x28\x00\x10\x00US\x02\x00\x02\x01".to_vec(),
        b"\xE0\x7F\x00\x00UL\x04\x00\x10\x00\x00\x00".to_vec(),
        b"\xE0\x7F\x10\x00OW\x00\x00\x04\x00\x00\x00\x01\x02\x03\x04".to_vec(),
    ];
    assert_eq!(encoded(&example(), EXPLICIT, options), expected.concat());
}

#[test]
fn explicit_vr_big_endian() {
    let expected = [
        b"\x00\x08\x00\x18UI\x00\x061.2.3\x00".to_vec(),
        b"\x00\x08\x11\x40SQ\x00\x00\xFF\xFF\xFF\xFF".to_vec(),
        b"\xFF\xFE\xE0\x00\xFF\xFF\xFF\xFF".to_vec(),
        b"\x00\x08\x11\x55UI\x00\x041.2\x00".to_vec(),
        b"\x00\x08\x11\x60IS\x00\x027 ".to_vec(),
        b"\xFF\xFE\xE0\x0D\x00\x00\x00\x00".to_vec(),
        b"\xFF\xFE\xE0\x00\x00\x00\x00\x00".to_vec(),
        b"\xFF\xFE\xE0\xDD\x00\x00\x00\x00".to_vec(),
        b"\x00\x10\x00\x10PN\x00\x04A^B ".to_vec(),
        b"\x00\x28\x00\x10US\x00\x02\x01\x02".to_vec(),
        b"\x7F\xE0\x00\x10OW\x00\x00\x00\x00\x00\x04\x02\x01\x04\x03".to_vec(),
    ];
    assert_eq!(encoded(&example(), BIG, EncodeOptions::default()), expected.concat());
}

#[test]
fn units_of_every_vr_change_places_for_big_endian() {
    let mut made = DataSet::new(EXPLICIT);
    let cases: [(&str, &[u8], &[u8]); 12] = [
        ("US", &[1, 2, 3, 4], &[2, 1, 4, 3]),
        ("SS", &[1, 2], &[2, 1]),
        ("OW", &[1, 2], &[2, 1]),
        ("AT", &[0x10, 0, 0x20, 0], &[0, 0x10, 0, 0x20]),
        ("UL", &[1, 2, 3, 4], &[4, 3, 2, 1]),
        ("FL", &[1, 2, 3, 4], &[4, 3, 2, 1]),
        ("OF", &[1, 2, 3, 4], &[4, 3, 2, 1]),
        ("OL", &[1, 2, 3, 4], &[4, 3, 2, 1]),
        ("FD", &[1, 2, 3, 4, 5, 6, 7, 8], &[8, 7, 6, 5, 4, 3, 2, 1]),
        ("OV", &[1, 2, 3, 4, 5, 6, 7, 8], &[8, 7, 6, 5, 4, 3, 2, 1]),
        ("OB", &[1, 2, 3, 4], &[1, 2, 3, 4]),
        ("UN", &[1, 2, 3, 4], &[1, 2, 3, 4]),
    ];
    let vr_number = |vr: &str| u16::from_be_bytes(vr.as_bytes().try_into().unwrap());
    for (place, (vr, little, _)) in cases.iter().enumerate() {
        let id =
            made.insert(None, false, 0x0009_1000 + place as u32, vr_number(vr), false, UNDEFINED).unwrap();
        made.set_value_le(id, little).unwrap();
    }
    let read = travelled(encoded(&made, BIG, EncodeOptions::default()), BIG);
    for (place, (vr, little, big)) in cases.iter().enumerate() {
        let id = find(&read, 0x0009_1000 + place as u32);
        assert_eq!(read.value(id).unwrap().to_bytes(8).unwrap().as_ref(), *big, "{vr}");
        assert_eq!(read.value_le(id, 8).unwrap().as_ref(), *little, "{vr}");
    }
}

#[test]
fn a_value_too_long_for_sixteen_bits_becomes_un() {
    let mut made = DataSet::new(EXPLICIT);
    put(&mut made, None, 0x0008_2111, &[b'x'; 4]);
    let long = put(&mut made, None, 0x0010_21B0, &vec![b'y'; 0xFFFE]);
    let bytes = encoded(&made, EXPLICIT, EncodeOptions::default());
    assert_eq!(&bytes[12..20], b"\x10\x00\xB0\x21LT\xFE\xFF");
    made.set_value_le(long, &vec![b'y'; 0xFFFF]).unwrap();
    let bytes = encoded(&made, EXPLICIT, EncodeOptions::default());
    assert_eq!(&bytes[12..24], b"\x10\x00\xB0\x21UN\x00\x00\x00\x00\x01\x00");
    assert_eq!(bytes.len(), 24 + 0x1_0000);
    assert_eq!(bytes.last(), Some(&b' '));
    // The dictionary still knows what it is.
    let read = travelled(bytes, EXPLICIT);
    assert_eq!(strings(&read, 0x0010_21B0), ["y".repeat(0xFFFF)]);
}

#[test]
fn encapsulated_pixel_data_is_fragments_after_an_offset_table() {
    let mut made = DataSet::new(RLE);
    let pixels = made.insert(None, false, PIXEL_DATA, 0, true, UNDEFINED).unwrap();
    for value in [&b""[..], b"abc", b"defg"] {
        let fragment = made.insert(Some(pixels), true, ITEM, 0, false, UNDEFINED).unwrap();
        made.set_value_le(fragment, value).unwrap();
    }
    let expected = [
        &b"\xE0\x7F\x10\x00OB\x00\x00\xFF\xFF\xFF\xFF"[..],
        b"\xFE\xFF\x00\xE0\x00\x00\x00\x00",
        b"\xFE\xFF\x00\xE0\x04\x00\x00\x00abc\x00",
        b"\xFE\xFF\x00\xE0\x04\x00\x00\x00defg",
        b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00",
    ];
    assert_eq!(encoded(&made, RLE, EncodeOptions::default()), expected.concat());
}

#[test]
fn a_command_set_begins_with_its_length() {
    let mut made = DataSet::new(IMPLICIT);
    put(&mut made, None, 0x0000_0002, b"1.2.840.10008.1.1");
    put(&mut made, None, 0x0000_0100, &[0x30, 0]);
    let bytes = encoded(&made, IMPLICIT, EncodeOptions::default());
    assert_eq!(&bytes[..12], b"\x00\x00\x00\x00\x04\x00\x00\x00\x24\x00\x00\x00");
    assert_eq!(bytes.len(), 12 + 0x24);
}

#[test]
fn deflated_is_raw_deflate_of_explicit_little_endian_and_even() {
    let made = example();
    let plain = encoded(&made, EXPLICIT, EncodeOptions::default());
    let deflated = encoded(&made, DEFLATED, EncodeOptions::default());
    assert_eq!(deflated.len() % 2, 0);
    let read = travelled(deflated, DEFLATED);
    assert_eq!(outline(&read), outline(&travelled(plain, EXPLICIT)));
    assert_eq!(strings(&read, PATIENT_NAME), ["A^B"]);
    // A stored block, made by hand: final, 6 bytes.
    let name = explicit(PATIENT_ID, "LO", b"ID");
    let length = name.len() as u16;
    let block = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &name, &[0]].concat();
    assert_eq!(strings(&travelled(block, DEFLATED), PATIENT_ID), ["ID"]);
}

#[test]
fn text_is_padded_with_spaces_and_uids_and_bytes_with_nuls() {
    let mut made = DataSet::new(EXPLICIT);
    let set = |made: &mut DataSet, tag, text| {
        let id = made.insert(None, false, tag, 0, false, UNDEFINED).unwrap();
        made.set_strings(id, &[text], CharacterSet::Default).unwrap();
    };
    set(&mut made, SOP_INSTANCE_UID, "1.2");
    set(&mut made, 0x0008_0060, "ABC");
    put(&mut made, None, 0x0009_1001, &[7]);
    let expected = [
        explicit(SOP_INSTANCE_UID, "UI", b"1.2\0"),
        explicit(0x0008_0060, "CS", b"ABC "),
        explicit(0x0009_1001, "UN", &[7, 0]),
    ];
    assert_eq!(encoded(&made, EXPLICIT, EncodeOptions::default()), expected.concat());
}
