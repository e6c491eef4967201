//! JPEG 2000 and JPEG-LS: frames that OpenJPEG and CharLS wrote, whose pixels are known by how they were made, and what
//! is wrong with them.

use super::allocations::most_held;
use super::bytes::*;
use super::pixels::{Image, unhex};
use ldicomnet::Code;
use ldicomnet::dataset::{DataSet, DataSetError};
use ldicomnet::pdu::Uid;
use std::slice::from_ref;

const JPEG_2000_LOSSLESS: Uid = Uid::from_static("1.2.840.10008.1.2.4.90");
const JPEG_2000: Uid = Uid::from_static("1.2.840.10008.1.2.4.91");
const JPEG_LOSSLESS: Uid = Uid::from_static("1.2.840.10008.1.2.4.70");
const JPEG_LS: Uid = Uid::from_static("1.2.840.10008.1.2.4.80");
const JPEG_LS_NEAR: Uid = Uid::from_static("1.2.840.10008.1.2.4.81");
const DEFLATED_FRAMES: Uid = Uid::from_static("1.2.840.10008.1.2.8.1");
const PHOTOMETRIC: u32 = 0x0028_0004;
const PLANAR_CONFIGURATION: u32 = 0x0028_0006;
const BITS_STORED: u32 = 0x0028_0101;
const HIGH_BIT: u32 = 0x0028_0102;
const PIXEL_REPRESENTATION: u32 = 0x0028_0103;

/// 32 by 32 pixels of 12 bits.
const J2K_GRAY_12: &str = "\
    ff4fff5100290000000000200000002000000000000000000000002000000020000000000000000000010b0101ff52000c00\
    000001000504040001ff5c00134060686870686870686870686870686870ff640025000143726561746564206279204f7065\
    6e4a5045472076657273696f6e20322e352e32ff90000a00000000019d0001ff93cfe408075bc7f20501f681407e00400025\
    027f018bc3f60780fb41607e60c00cf63e18e51e7f0b8aec575f03fcc524610fc1f988c07da2103f31202217f6512664bdee\
    b7b223d1979a01e2a61ec1b6c333234ebf05f71b997afb38ef14d2ef21c2df2a60f9dab70c38869a598c7fc1f99640fc09e0\
    fd8880614b5d1eb19c67cf1ea61c600c4ebb86c993085b704eaeb82e7d1182ec90eda29cee44fed7232ce86e9db9d7626221\
    98b58a8b5d198ff4a2dff5ec30038f125fcf045991c5d2cbcedcce76ea3e9172e9e7d7bf14d27f9e90473551ac59afea555f\
    ff86ea3b10c6a378cd5559d51f34031b41dae9d1c0fc0fa07e05307ec620adda1e6b23610dcb9cff3b3ff293697b84b404f9\
    024459d7c5125ec63c49421c24a4549c589539ff733ea12123f8be444ce1af75895a6616486eb2dd624bad9447b5b79568ae\
    629677e0a3fa56e2c7c7cc636716f758eaf248c416a4d2515c6381a0980bfc611714d27963377df3abdf6b6fc3fcc44fde56\
    8c468e5fb5d7c645f021654e3df96e49fa5a752603fe90a0dad3244406dc91cfffd9";
/// 32 by 32 pixels in colour, transformed (RCT).
const J2K_RGB: &str = "\
    ff4fff51002f0000000000200000002000000000000000000000002000000020000000000000000000030701010701010701\
    01ff52000c00000001010504040001ff5c00134040484850484850484850484850484850ff64002500014372656174656420\
    6279204f70656e4a5045472076657273696f6e20322e352e32ff90000a0000000000e90001ff93cfb4080727c7d40206c1f2\
    0102c3ea028fb408033f0477a3ed0200071fc7da051f6810016f05dfc1f38287d4060d000b3e01a1f501800c17c6c3ea0387\
    d4080cfa1b0c176b7fc0f901c1f384002219d7037fe64fa0f9c20000cfd551c1f38483e706221877c400cfb7c07c2240f906\
    40088036a19abf3da63459c928d6db4a424e3735f5a07c81803e62a2ad886dc0f90340f9020036a18539180f3e62a299c03a\
    8407c234008c5fa7c35bf327081a0903ea95ba3d893f9dac2940ff7f9d96a7a03e11809d96a900ff7fc07c22c07c22805fa7\
    c7329f9d96a9003fffd9";
/// 8 by 8 pixels of 12 bits, with runs.
const JLS_GRAY_12: &str = "\
    ffd8fff7000b0a0008000801011100ffda00080101000000000000000656844400000004e52b29878aacb7022120968b4a0a\
    321c86835623141458e44c4d61789090ffd9";
/// The same, each as near as 3.
const JLS_NEAR: &str = "\
    ffd8fff7000b0a0008000801011100ffda00080101000300000000000154b80000000909cb78d170304168e6364d31ac6020\
    561463598318ffd9";
/// 8 by 8 pixels in colour: a scan for each component, lines by turns, and samples by turns.
const JLS_RGB_0: &str = "\
    ffd8fff70011080008000803011100021100031100ffda00080101000000000b2a0000033600005279e6b39adabb2bdaf6bd\
    aeffda0008010200000000adb6f8001b4af0001bf8e3f9b7f34fecbfb0feffda00080103000000000595f3ff7c080000013b\
    0003b96ed59b18604018b1e00010000180ffd9";
const JLS_RGB_1: &str = "\
    ffd8fff70011080008000803011100021100031100ffda000c030100020003000001000b2a000003360000527a6db7c16318\
    c63333cd60001b4af5ff1ac0006fe7eae71fde576dfddaed3fed765fc08014ddab362bd6daec3fc30200c58f000080000cff\
    d9";
const JLS_RGB_2: &str = "\
    ffd8fff70011080008000803011100021100031100ffda000c030100020003000002000d01a6abdec0000066ec40000bc93f\
    30000d5df3ee5ef7cde0006fff7ef3df4f71ff7fdeff57b6ff7ffeff6f69ff7fff7ffb200740556f5aecf63d7eb661280682\
    501b2dcf700013000060ffd9";

/// 4 by 4 signed pixels of 12 bits.
const JPEG_SIGNED_12_IN_16: &str = "\
    ffd8ffe000104a46494600010100000100010000ffc3000b100004000401011100ffc4001600010101000000000000000000\
    00000000080a0fffda0008010100010000de0c1f4fa7d5f43e9f4fabe87d3e9f57d0fa7d3ebfffd9";

/// The samples of an image, made from the column, the row and the component.
fn made(side: u32, samples: u32, sample: impl Fn(u32, u32, u32) -> u32) -> Vec<u32> {
    let all = (0..side * side * samples).map(|at| (at / samples % side, at / samples / side, at % samples));
    all.map(|(column, row, component)| sample(column, row, component)).collect()
}

fn gray_2000() -> Vec<u32> {
    made(32, 1, |column, row, _| (column * 100 + row * 7 + if column == row { 500 } else { 0 }) % 4096)
}

fn gray_ls() -> Vec<u32> {
    made(8, 1, |column, row, _| if column < 5 { 300 } else { (column * 37 + row * row * 11) % 4096 })
}

fn colour_ls() -> Vec<u32> {
    made(8, 3, |column, row, component| match component {
        0 if column < 5 => 7,
        0 => (column * 37 + row) % 256,
        1 => (row * 29 + column) % 256,
        _ if row < 6 => 9,
        _ => (column * row * 5) % 256,
    })
}

fn words(samples: &[u32]) -> Vec<u8> {
    samples.iter().flat_map(|sample| (*sample as u16).to_le_bytes()).collect()
}

fn bytes(samples: &[u32]) -> Vec<u8> {
    samples.iter().map(|sample| *sample as u8).collect()
}

const GRAY: Image<'_> = Image {
    syntax: JPEG_2000_LOSSLESS,
    rows: 32,
    columns: 32,
    samples: 1,
    bits: 16,
    frames: 1,
    photometric: "MONOCHROME2",
    table: &[],
    fragments: &[],
};
const COLOUR: Image<'_> = Image { samples: 3, bits: 8, photometric: "YBR_RCT", ..GRAY };
const GRAY_LS: Image<'_> = Image { syntax: JPEG_LS, rows: 8, columns: 8, ..GRAY };
const COLOUR_LS: Image<'_> = Image { syntax: JPEG_LS, rows: 8, columns: 8, photometric: "RGB", ..COLOUR };

/// Decompresses an image with more elements.
fn decompressed(image: &Image<'_>, more: &[(u32, u16)]) -> Result<DataSet, DataSetError> {
    let mut data_set = image.data_set();
    for (tag, number) in more {
        put(&mut data_set, None, *tag, &number.to_le_bytes());
    }
    data_set.change_transfer_syntax(EXPLICIT)?;
    Ok(data_set)
}

fn numbers(data_set: &DataSet, tags: [u32; 2]) -> [String; 2] {
    tags.map(|tag| strings(data_set, tag).concat())
}

#[test]
fn jpeg_2000_gives_the_pixels_that_were() {
    for syntax in [JPEG_2000_LOSSLESS, JPEG_2000] {
        let image = Image { syntax, fragments: &[unhex(J2K_GRAY_12)], ..GRAY };
        assert_eq!(image.decompressed().unwrap(), words(&gray_2000()));
    }
    // In two fragments, and where more bits are allocated.
    let frame = unhex(J2K_GRAY_12);
    let halves = [frame[..200].to_vec(), frame[200..].to_vec()];
    assert_eq!(Image { fragments: &halves, ..GRAY }.decompressed().unwrap(), words(&gray_2000()));
    let wide = Image { bits: 32, fragments: from_ref(&frame), ..GRAY }.decompressed().unwrap();
    assert_eq!(wide, gray_2000().into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
}

#[test]
fn signs_are_those_of_the_pixel_representation() {
    // The frame says that its samples are signed: half of the range lower.
    let mut signed = unhex(J2K_GRAY_12);
    let depth = signed.windows(3).position(|bytes| bytes == [0x0B, 1, 1]).unwrap();
    signed[depth] |= 0x80;
    let extended = |bits: u32| {
        move |sample: u32| if sample & (1 << (bits - 1)) == 0 { sample } else { sample | u32::MAX << bits }
    };
    let lower: Vec<u32> = gray_2000().into_iter().map(|sample| sample.wrapping_sub(2048)).collect();
    let of = |frame: &Vec<u8>, representation| {
        let image = Image { fragments: from_ref(frame), ..GRAY };
        value(&decompressed(&image, &[(PIXEL_REPRESENTATION, representation)]).unwrap(), PIXEL_DATA)
    };
    assert_eq!(of(&signed, 1), words(&lower));
    assert_eq!(of(&signed, 0), words(&lower.iter().map(|sample| sample & 0xFFF).collect::<Vec<u32>>()));
    // Some encoders do not say it: the bits are those of two's complement all the same.
    let plain = unhex(J2K_GRAY_12);
    assert_eq!(of(&plain, 1), words(&gray_2000().into_iter().map(extended(12)).collect::<Vec<u32>>()));
    let image = Image { fragments: &[unhex(JLS_GRAY_12)], ..GRAY_LS };
    let found = decompressed(&image, &[(PIXEL_REPRESENTATION, 1)]).unwrap();
    let bits = gray_ls().into_iter().map(extended(10)).collect::<Vec<u32>>();
    assert_eq!(value(&found, PIXEL_DATA), words(&bits));
}

#[test]
fn colours_of_jpeg_2000_become_rgb() {
    let expected = bytes(&made(32, 3, |column, row, component| match component {
        0 => (column * 7 + row) % 256,
        1 => (row * 6 + column) % 256,
        _ => (column + row * 2) % 256,
    }));
    for (photometric, after) in
        [("YBR_RCT", "RGB"), ("YBR_ICT", "RGB"), ("RGB", "RGB"), ("YBR_FULL", "YBR_FULL")]
    {
        let image = Image { photometric, fragments: &[unhex(J2K_RGB)], ..COLOUR };
        let found = decompressed(&image, &[(PLANAR_CONFIGURATION, 1)]).unwrap();
        assert_eq!(value(&found, PIXEL_DATA), expected);
        assert_eq!(numbers(&found, [PHOTOMETRIC, PLANAR_CONFIGURATION]), [after, "0"]);
    }
}

#[test]
fn bits_stored_hide_no_bits_of_the_frames() {
    let frame = unhex(J2K_GRAY_12);
    let image = Image { fragments: from_ref(&frame), ..GRAY };
    let said = |image: &Image<'_>, stored: u16, representation: u16| {
        let more = [(BITS_STORED, stored), (HIGH_BIT, stored - 1), (PIXEL_REPRESENTATION, representation)];
        numbers(&decompressed(image, &more).unwrap(), [BITS_STORED, HIGH_BIT])
    };
    assert_eq!(said(&image, 8, 0), ["12", "11"]);
    assert_eq!(said(&image, 11, 0), ["12", "11"]);
    assert_eq!(said(&image, 12, 0), ["12", "11"]);
    assert_eq!(said(&image, 14, 0), ["14", "13"]);
    assert_eq!(said(&image, 8, 1), ["12", "11"]);
    assert_eq!(said(&image, 12, 1), ["12", "11"]);
    let found = decompressed(&image, &[]).unwrap();
    assert_eq!(numbers(&found, [BITS_STORED, HIGH_BIT]), ["12", "11"]);
    // Signed samples of 12 bits in frames of 16, as DCMTK writes them: what is said is right.
    let samples: Vec<u32> = (0..16).map(|at: u32| (at * 250).wrapping_sub(2000)).collect();
    let image = Image {
        syntax: JPEG_LOSSLESS,
        rows: 4,
        columns: 4,
        fragments: &[unhex(JPEG_SIGNED_12_IN_16)],
        ..GRAY
    };
    for (stored, after) in [(12, ["12", "11"]), (11, ["16", "15"])] {
        let more = [(BITS_STORED, stored), (HIGH_BIT, stored - 1), (PIXEL_REPRESENTATION, 1)];
        let found = decompressed(&image, &more).unwrap();
        assert_eq!(value(&found, PIXEL_DATA), words(&samples));
        assert_eq!(numbers(&found, [BITS_STORED, HIGH_BIT]), after);
    }
}

#[test]
fn a_codestream_in_a_jp2_file_is_found() {
    let codestream = unhex(J2K_GRAY_12);
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        [&(content.len() as u32 + 8).to_be_bytes(), &kind[..], content].concat()
    };
    let head = [boxed(b"jP  ", &[13, 10, 0x87, 10]), boxed(b"ftyp", b"jp2 \0\0\0\0jp2 ")].concat();
    let to_the_end = [&0_u32.to_be_bytes()[..], b"jp2c", &codestream].concat();
    let long =
        [&1_u32.to_be_bytes()[..], b"jp2c", &(codestream.len() as u64 + 16).to_be_bytes(), &codestream]
            .concat();
    for last in [boxed(b"jp2c", &codestream), to_the_end, long] {
        let image = Image { fragments: &[[head.clone(), last].concat()], ..GRAY };
        assert_eq!(image.decompressed().unwrap(), words(&gray_2000()));
    }
    let without = Image { fragments: &[head], ..GRAY }.decompressed().unwrap_err();
    assert_eq!(without.code(), Code::Compression);
}

#[test]
fn jpeg_ls_gives_the_pixels_that_were() {
    let image = Image { fragments: &[unhex(JLS_GRAY_12)], ..GRAY_LS };
    assert_eq!(image.decompressed().unwrap(), words(&gray_ls()));
    for frame in [JLS_RGB_0, JLS_RGB_1, JLS_RGB_2] {
        for photometric in ["RGB", "YBR_FULL"] {
            let image = Image { photometric, fragments: &[unhex(frame)], ..COLOUR_LS };
            let found = decompressed(&image, &[(PLANAR_CONFIGURATION, 1)]).unwrap();
            assert_eq!(value(&found, PIXEL_DATA), bytes(&colour_ls()));
            assert_eq!(numbers(&found, [PHOTOMETRIC, PLANAR_CONFIGURATION]), [photometric, "0"]);
        }
    }
}

#[test]
fn jpeg_ls_near_lossless_is_as_near_as_it_says() {
    let image = Image { syntax: JPEG_LS_NEAR, fragments: &[unhex(JLS_NEAR)], ..GRAY_LS };
    let found = image.decompressed().unwrap();
    let mut differ = 0;
    for (found, expected) in found.as_chunks().0.iter().zip(gray_ls()) {
        let distance = u32::from(u16::from_le_bytes(*found)).abs_diff(expected);
        assert!(distance <= 3, "{found:?} {expected}");
        differ += u32::from(distance > 0);
    }
    assert!(differ > 0, "it was coded with loss");
}

#[test]
fn deflated_frames_are_inflated() {
    // Blocks that are stored as they are (RFC 1951 3.2.4).
    let stored = |last: u8, bytes: &[u8]| {
        let length = bytes.len() as u16;
        [&[last], &length.to_le_bytes()[..], &(!length).to_le_bytes(), bytes].concat()
    };
    let pixels: Vec<u8> = (0..64).collect();
    let image = Image { syntax: DEFLATED_FRAMES, bits: 8, ..GRAY_LS };
    let frame = [stored(0, &pixels[..20]), stored(1, &pixels[20..])].concat();
    assert_eq!(Image { fragments: from_ref(&frame), ..image }.decompressed().unwrap(), pixels);
    // An odd frame is padded before it is deflated.
    let odd = Image { rows: 7, columns: 9, fragments: &[stored(1, &pixels)], ..image };
    assert_eq!(odd.decompressed().unwrap(), pixels[..63]);
    for bad in [stored(1, &pixels[..62]), stored(1, &[7; 66]), frame[..40].to_vec(), vec![7; 20]] {
        let error = Image { fragments: &[bad], ..image }.decompressed().unwrap_err();
        assert_eq!(error.code(), Code::Compression);
    }
}

#[test]
fn bad_frames_are_errors_here_too() {
    let bad = |image: Image<'_>| assert_eq!(image.decompressed().unwrap_err().code(), Code::Compression);
    let (gray, colour, lines) = (unhex(J2K_GRAY_12), unhex(J2K_RGB), unhex(JLS_RGB_1));
    for (image, frame) in
        [(GRAY, &gray), (COLOUR, &colour), (GRAY_LS, &unhex(JLS_GRAY_12)), (COLOUR_LS, &lines)]
    {
        // Cut off anywhere: before the last marker and its padding.
        for length in 0..frame.len() - 3 {
            bad(Image { fragments: &[frame[..length].to_vec()], ..image });
        }
        // Any byte may be wrong: the frame is another then, or none.
        for place in 0..frame.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut frame = frame.clone();
                frame[place] ^= flip;
                if let Err(error) = (Image { fragments: &[frame], ..image }).decompressed() {
                    assert_eq!(error.code(), Code::Compression);
                }
            }
        }
        // What the image says is not what the frame is.
        let fragments = from_ref(frame);
        bad(Image { fragments, rows: image.rows + 1, ..image });
        bad(Image { fragments, columns: image.columns - 1, ..image });
        bad(Image { fragments, samples: 4 - image.samples, ..image });
        bad(Image { fragments: &[vec![0; 40]], ..image });
    }
    bad(Image { fragments: &[gray], bits: 8, ..GRAY });
}

/// The frame with the bytes behind a pattern replaced.
fn behind(frame: &[u8], pattern: &[u8], skip: usize, new: &[u8]) -> Vec<u8> {
    let mut frame = frame.to_vec();
    let at = frame.windows(pattern.len()).position(|bytes| bytes == pattern).unwrap() + pattern.len() + skip;
    frame[at..at + new.len()].copy_from_slice(new);
    frame
}

#[test]
fn what_frames_only_say_costs_nothing() {
    let (gray, ls) = (unhex(J2K_GRAY_12), unhex(JLS_GRAY_12));
    let sized = |side: u32| {
        let large = behind(&gray, &[0xFF, 0x51], 4, &[side.to_be_bytes(), side.to_be_bytes()].concat());
        behind(&large, &[0xFF, 0x51], 20, &[side.to_be_bytes(), side.to_be_bytes()].concat())
    };
    let coded = |frame: &[u8], skip, new: &[u8]| behind(frame, &[0xFF, 0x52], skip, new);
    // COD: its length and style, the progression, layers, transformation, levels, and the size of code-blocks.
    let mut precincts = coded(&sized(4096), 2, &[1, 0, 0, 1, 0, 0, 4, 4, 0, 1]);
    let end = precincts.windows(2).position(|bytes| bytes == [0xFF, 0x5C]).unwrap();
    precincts.insert(end, 0);
    let precincts = coded(&precincts, 0, &[0, 13]);
    let square = |side: u16| Image { rows: side, columns: side, ..GRAY };
    for (image, frame, said) in [
        (
            Image { bits: 8, ..square(16_000) },
            behind(&sized(16_000), &[0xFF, 0x51], 38, &[7]),
            "samples in a frame",
        ),
        (GRAY, behind(&gray, &[0xFF, 0x51], 20, &[0, 0, 0, 1, 0, 0, 0, 1]), "so many tiles"),
        (square(4096), coded(&coded(&sized(4096), 4, &[0, 32]), 8, &[2, 2]), "code-blocks"),
        (square(4096), coded(&sized(4096), 8, &[0, 0]), "code-blocks"),
        (square(4096), precincts, "so many precincts"),
        (
            Image { syntax: JPEG_LS, bits: 16, ..square(10_000) },
            behind(&ls, &[0xFF, 0xF7], 3, &[0x27, 0x10, 0x27, 0x10]),
            "so many lines",
        ),
    ] {
        let data_set = Image { fragments: &[frame], ..image }.data_set();
        let (held, error) = most_held(|| data_set.content_for(EXPLICIT, "".as_ref(), 0).unwrap_err());
        assert!(error.code() == Code::Compression && error.to_string().contains(said), "{error}, not {said}");
        assert!(held < 100 << 10, "{said}: {held}");
    }
}
