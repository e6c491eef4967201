//! Compressed pixel data becomes native: RLE by hand (PS3.5 Annex G), JPEG frames that DCMTK's dcmcjpeg
//! wrote.

use super::allocations::most_held;
use super::bytes::*;
use ldicomnet::Code;
use ldicomnet::dataset::{CharacterSet, DataSet, DataSetError, Kind, ReadLimits};
use ldicomnet::pdu::Uid;
use std::slice::from_ref;

const JPEG_LOSSLESS: Uid = Uid::from_static("1.2.840.10008.1.2.4.70");
const ENCAPSULATED: Uid = Uid::from_static("1.2.840.10008.1.2.1.98");

/// An image, with an offset table and fragments.
pub(crate) struct Image<'a> {
    pub(crate) syntax: Uid,
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    pub(crate) samples: u16,
    pub(crate) bits: u16,
    pub(crate) frames: u32,
    pub(crate) photometric: &'a str,
    pub(crate) table: &'a [u8],
    pub(crate) fragments: &'a [Vec<u8>],
}

impl Default for Image<'_> {
    fn default() -> Self {
        let (syntax, photometric) = (RLE, "MONOCHROME2");
        Self {
            syntax,
            rows: 4,
            columns: 4,
            samples: 1,
            bits: 8,
            frames: 1,
            photometric,
            table: &[],
            fragments: &[],
        }
    }
}

impl Image<'_> {
    pub(crate) fn data_set(&self) -> DataSet {
        let mut made = DataSet::new(self.syntax);
        for (tag, number) in [
            (0x0028_0002, self.samples),
            (0x0028_0010, self.rows),
            (0x0028_0011, self.columns),
            (0x0028_0100, self.bits),
        ] {
            put(&mut made, None, tag, &number.to_le_bytes());
        }
        put(&mut made, None, 0x0028_0008, self.frames.to_string().as_bytes());
        put(&mut made, None, 0x0028_0004, self.photometric.as_bytes());
        let pixels = made.insert(None, false, PIXEL_DATA, 0, true, UNDEFINED).unwrap();
        for value in [self.table.to_vec()].iter().chain(self.fragments) {
            let fragment = made.insert(Some(pixels), true, ITEM, 0, false, UNDEFINED).unwrap();
            made.set_value_le(fragment, value).unwrap();
        }
        // As it would have come.
        travelled(encoded(&made, self.syntax, Default::default()), self.syntax)
    }

    pub(crate) fn decompressed(&self) -> Result<Vec<u8>, DataSetError> {
        let mut data_set = self.data_set();
        data_set.change_transfer_syntax(EXPLICIT)?;
        assert_eq!(data_set.element(find(&data_set, PIXEL_DATA)).unwrap().kind, Kind::Value);
        Ok(value(&data_set, PIXEL_DATA))
    }
}

/// A frame of RLE: the segments as they are, behind their header.
fn rle(segments: &[&[u8]]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut at = 64;
    for segment in segments {
        header.push(at);
        at += segment.len() as u32;
    }
    header.resize(16, 0);
    header.into_iter().flat_map(u32::to_le_bytes).chain(segments.concat()).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|place| u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).unwrap())
        .collect()
}

#[test]
fn rle_is_runs_and_literals() {
    // A run of 3, a literal of 2, a no-operation, a run of 11.
    let frame = rle(&[&[0xFE, 7, 1, 8, 9, 0x80, 0xF6, 5]]);
    let expected = [vec![7; 3], vec![8, 9], vec![5; 11]].concat();
    assert_eq!(Image { fragments: &[frame], ..Default::default() }.decompressed().unwrap(), expected);
}

#[test]
fn rle_parts_samples_and_bytes() {
    // PS3.5 G.2: the most significant byte first; here pixels of three samples of two bytes.
    let segments: Vec<Vec<u8>> = (1..=6).map(|byte| vec![0xF1, byte]).collect();
    let segments: Vec<&[u8]> = segments.iter().map(Vec::as_slice).collect();
    let image = Image {
        samples: 3,
        bits: 16,
        photometric: "RGB",
        fragments: &[rle(&segments)],
        ..Default::default()
    };
    assert_eq!(image.decompressed().unwrap(), [2, 1, 4, 3, 6, 5].repeat(16));
    let mut data_set = image.data_set();
    data_set.change_transfer_syntax(BIG).unwrap();
    assert_eq!(
        data_set.value(find(&data_set, PIXEL_DATA)).unwrap().to_bytes(96).unwrap()[..6],
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(
        (strings(&data_set, 0x0028_0006), strings(&data_set, 0x0028_0004)),
        (vec!["0".into()], vec!["RGB".into()])
    );
}

#[test]
fn every_frame_is_found_by_its_fragments() {
    let frames: Vec<_> = (1..=3_u8).map(|byte| rle(&[&[0xF1, byte]])).collect();
    let expected = [[1; 16], [2; 16], [3; 16]].concat();
    let all = Image { frames: 3, fragments: &frames, ..Default::default() };
    assert_eq!(all.decompressed().unwrap(), expected);

    // In two fragments each, which an offset table tells apart: the basic one, or the extended one.
    let halves: Vec<_> =
        frames.iter().flat_map(|frame| [frame[..30].to_vec(), frame[30..].to_vec()]).collect();
    let starts = [0_u32, 30 + 8 + 36 + 8, 2 * (30 + 8 + 36 + 8)];
    let table = starts.map(u32::to_le_bytes).concat();
    let parted = Image { frames: 3, fragments: &halves, ..Default::default() };
    assert_eq!(Image { table: &table, ..parted }.decompressed().unwrap(), expected);
    let mut extended = parted.data_set();
    put(&mut extended, None, 0x7FE0_0001, &starts.map(|start| u64::from(start).to_le_bytes()).concat());
    extended.change_transfer_syntax(EXPLICIT).unwrap();
    assert_eq!(value(&extended, PIXEL_DATA), expected);
    assert_eq!(extended.find_first(None, 0x7FE0_0001, true), None);

    // Nothing tells; or it lies.
    assert_eq!(parted.decompressed().unwrap_err().code(), Code::Compression);
    let lie = [0_u32, 5, 9].map(u32::to_le_bytes).concat();
    assert_eq!(Image { table: &lie, ..parted }.decompressed().unwrap_err().code(), Code::Compression);
    let backwards = [starts[2], starts[1], starts[0]].map(u32::to_le_bytes).concat();
    assert_eq!(Image { table: &backwards, ..parted }.decompressed().unwrap_err().code(), Code::Compression);
}

const GRAY: &str = "\
    ffd8ffe000104a46494600010100000100010000ffc3000b080004000401011100ffc4001600010101000000000000000000\
    00000000040608ffda0008010100010000cfea52aa14a554294aa85295ffffd9";
const GRAY_16: &str = "\
    ffd8ffe000104a46494600010100000100010000ffc3000b100004000401011100ffc4001600010101000000000000000000\
    000000000c0e10ffda0008010100010000cfa07d03e82fa01f40fa07d05f403e81f40fa0be807d03e81f41ffffd9";
const COLOUR: &str = "\
    ffd8ffe000104a46494600010100000100010000ffdb00430002010101010102010101020202020204030202020205040403\
    04060506060605060606070908060709070606080b08090a0a0a0a0a06080b0c0b0a0c090a0a0affdb004301020202020202\
    050303050a0706070a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a\
    0a0a0a0a0a0a0a0affc00011080004000403012100021101031101ffc4001500010100000000000000000000000000000008\
    ffc40014100100000000000000000000000000000000ffc4001501010100000000000000000000000000000609ffc4001411\
    0100000000000000000000000000000000ffda000c03010002110311003f0093c0754c7fffd9";

#[test]
fn jpeg_lossless_gives_the_pixels_that_were() {
    let image = Image { syntax: JPEG_LOSSLESS, fragments: &[unhex(GRAY)], ..Default::default() };
    assert_eq!(image.decompressed().unwrap(), (0..16).map(|pixel| pixel * 10).collect::<Vec<u8>>());
    let image = Image { bits: 16, fragments: &[unhex(GRAY_16)], ..image };
    let expected: Vec<u8> = (0..16_u16).flat_map(|pixel| (pixel * 4000).to_le_bytes()).collect();
    assert_eq!(image.decompressed().unwrap(), expected);
    // Eight bits where sixteen are allocated.
    let image = Image { fragments: &[unhex(GRAY)], ..image };
    assert_eq!(image.decompressed().unwrap()[..4], [0, 0, 10, 0]);
}

#[test]
fn jpeg_colours_become_rgb() {
    let fragments = [unhex(COLOUR)];
    let image = Image {
        syntax: JPEG_BASELINE,
        samples: 3,
        photometric: "YBR_FULL_422",
        fragments: &fragments,
        ..Default::default()
    };
    let mut data_set = image.data_set();
    let element = find(&data_set, PIXEL_DATA);
    data_set.change_transfer_syntax(IMPLICIT).unwrap();
    for (found, expected) in value(&data_set, PIXEL_DATA).iter().zip([200_u8, 30, 60].repeat(16)) {
        assert!(found.abs_diff(expected) < 4, "{found} {expected}");
    }
    assert_eq!(strings(&data_set, 0x0028_0004), ["RGB"]);
    // It is the same element, under its name.
    assert_eq!(find(&data_set, PIXEL_DATA), element);
    // Samples that are RGB already are let be.
    let plain = Image { photometric: "RGB", ..image }.decompressed().unwrap();
    assert_ne!(plain[..3], value(&data_set, PIXEL_DATA)[..3]);
}

#[test]
fn encapsulated_pixels_that_are_not_compressed_are_taken_out() {
    let pixels: Vec<u8> = (0..16).collect();
    let parts = [pixels[..6].to_vec(), pixels[6..].to_vec()];
    let image = Image { syntax: ENCAPSULATED, fragments: &parts, ..Default::default() };
    assert_eq!(image.decompressed().unwrap(), pixels);
    let image = Image { fragments: &parts[..1], ..image };
    assert_eq!(image.decompressed().unwrap_err().code(), Code::Compression);
}

#[test]
fn sending_decompresses_on_the_way_and_leaves_the_data_set_as_it_is() {
    let frame = rle(&[&[0xF1, 7]]);
    let data_set = Image { fragments: &[frame], ..Default::default() }.data_set();
    let before = outline(&data_set);
    let sent = data_set.content_for(IMPLICIT, "".as_ref(), 1 << 20).unwrap();
    let arrived = DataSet::from_content(sent, IMPLICIT);
    assert_eq!(value(&arrived, PIXEL_DATA), [7; 16]);
    assert_eq!((outline(&data_set), data_set.is_changed()), (before, false));
    // Not to a compressed syntax, and not from one that nobody here knows.
    assert_eq!(
        data_set.content_for(JPEG_BASELINE, "".as_ref(), 0).unwrap_err().code(),
        Code::TransferSyntaxNotSupported
    );
    let high_throughput = Image {
        syntax: Uid::from_static("1.2.840.10008.1.2.4.201"),
        fragments: &[vec![1, 2]],
        ..Default::default()
    };
    assert_eq!(high_throughput.decompressed().unwrap_err().code(), Code::TransferSyntaxNotSupported);
    // Without pixel data there is nothing to compress.
    let report = travelled(explicit(PATIENT_NAME, "PN", b"A^B "), RLE);
    assert!(report.content_for(IMPLICIT, "".as_ref(), 0).is_ok());
    assert!(report.content_for(JPEG_BASELINE, "".as_ref(), 0).is_ok());
}

#[test]
fn bad_frames_are_errors() {
    let rle_16 = rle(&[&[0xF1, 7]]);
    let jpeg = unhex(GRAY);
    let bad = |image: Image<'_>| assert_eq!(image.decompressed().unwrap_err().code(), Code::Compression);
    for (place, byte) in [(0, 0), (0, 2), (1, 1), (4, 0), (4, 255), (5, 255), (64, 0x7F), (64, 0xF2)] {
        let mut frame = rle_16.clone();
        frame[place] = byte;
        bad(Image { fragments: &[frame], ..Default::default() });
    }
    // An odd length would be padded, with what could be the byte that is missing.
    for length in (0..rle_16.len()).step_by(2) {
        bad(Image { fragments: &[rle_16[..length].to_vec()], ..Default::default() });
    }
    let image = Image { syntax: JPEG_LOSSLESS, ..Default::default() };
    for length in 0..jpeg.len() - 1 {
        bad(Image { fragments: &[jpeg[..length].to_vec()], ..image });
    }
    // Any byte may be wrong: the frame is another then, or none.
    for place in 0..jpeg.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut frame = jpeg.clone();
            frame[place] ^= flip;
            if let Err(error) = (Image { fragments: &[frame], ..image }).decompressed() {
                assert_eq!(error.code(), Code::Compression);
            }
        }
    }
    // What the image says is not what the frame is.
    for other in [
        Image { rows: 5, ..image },
        Image { samples: 3, ..image },
        Image { bits: 32, ..image },
        Image { bits: 12, ..image },
    ] {
        bad(Image { fragments: from_ref(&jpeg), ..other });
    }
    bad(Image { rows: 0, fragments: from_ref(&jpeg), ..image });
    bad(Image { frames: 0, fragments: from_ref(&jpeg), ..image });
    bad(Image { fragments: &[], ..image });
}

#[test]
fn pixels_that_are_only_said_cost_nothing() {
    // 65,535 by 65,535 pixels in a few bytes, four thousand million frames, a JPEG that says it is as large.
    let small = rle(&[&[0xF1, 7]]);
    let mut large = unhex(GRAY);
    let size = large.windows(4).position(|bytes| bytes == [0, 4, 0, 4]).unwrap();
    large[size..size + 4].copy_from_slice(&[0xFF; 4]);
    for (image, code) in [
        (
            Image { rows: 65_535, columns: 65_535, fragments: from_ref(&small), ..Default::default() },
            Code::Memory,
        ),
        (
            Image { rows: 16_000, columns: 16_000, fragments: from_ref(&small), ..Default::default() },
            Code::Compression,
        ),
        (Image { frames: u32::MAX, fragments: from_ref(&small), ..Default::default() }, Code::Compression),
        (
            Image {
                syntax: JPEG_LOSSLESS,
                rows: 65_535,
                columns: 65_535,
                fragments: &[large],
                ..Default::default()
            },
            Code::Memory,
        ),
    ] {
        let data_set = image.data_set();
        let (held, error) = most_held(|| data_set.content_for(EXPLICIT, "".as_ref(), 0).unwrap_err());
        assert_eq!(error.code(), code, "{error}");
        assert!(held < 100 << 10, "{held}");
    }
}

#[test]
fn many_frames_go_to_a_file_and_stop_at_the_bound() {
    let directory = tempfile::tempdir().unwrap();
    let run: Vec<u8> = [0x81, 7].repeat(32);
    let frames = vec![rle(&[&run]); 1000];
    let image = Image { rows: 64, columns: 64, frames: 1000, fragments: &frames, ..Default::default() };
    let limits = |inflated_bytes| ReadLimits {
        inflated_bytes,
        memory_bytes: 64 << 10,
        spool_directory: directory.path().to_owned(),
        ..Default::default()
    };
    let mut data_set = image.data_set().with_limits(limits(4096 * 1000));
    let (held, outcome) = most_held(|| data_set.change_transfer_syntax(EXPLICIT));
    outcome.unwrap();
    assert!(held < 700 << 10, "{held}");
    let pixels = data_set.value(find(&data_set, PIXEL_DATA)).unwrap();
    assert!(pixels.len() == 4096 * 1000 && pixels.as_memory().is_none());
    let mut data_set = image.data_set().with_limits(limits(4096 * 1000 - 1));
    assert_eq!(data_set.change_transfer_syntax(EXPLICIT).unwrap_err().code(), Code::Memory);
    assert_eq!(data_set.transfer_syntax(), RLE);
    data_set.set_strings(find(&data_set, 0x0028_0004), &["RGB"], CharacterSet::Default).unwrap();
}
