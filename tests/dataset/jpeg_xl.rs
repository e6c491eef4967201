//! JPEG XL: frames that libjxl wrote, whose pixels are known by how they were made, and what is wrong with them.

use super::allocations::most_held;
use super::bytes::*;
use super::pixels::{Image, unhex};
use ldicomnet::Code;
use ldicomnet::pdu::Uid;
use std::slice::from_ref;

const LOSSLESS: Uid = Uid::from_static("1.2.840.10008.1.2.4.110");
const REPACKED_JPEG: Uid = Uid::from_static("1.2.840.10008.1.2.4.111");
const JPEG_XL: Uid = Uid::from_static("1.2.840.10008.1.2.4.112");
const JPEG_BASELINE: Uid = Uid::from_static("1.2.840.10008.1.2.4.50");
const PHOTOMETRIC: u32 = 0x0028_0004;
const PIXEL_REPRESENTATION: u32 = 0x0028_0103;

/// 32 by 32 pixels of 16 bits, in a container.
const GRAY_16: &str = "\
    0000000c4a584c200d0a870a00000014667479706a786c20000000006a786c20000000096a786c6c0a000000cd6a786c63ff\
    0a47f00314170208020100dc024b386998ca83f72b2898a460c4a618bc648cc1948c310eba8ec10b620c2e420c0662705c8c\
    1131b8e1e69c621e01fdff0fa2418386ff7f0d1a3468d0f0ffaf4183060d1a34fcfb6bd0a0418386ff7f0d1a3468d040f7af\
    4183060d1a34e430d974cf68b08a2c7411b34db7e9952136dd4e94a3dbf48f359b6e5365d16dbacd4248b7e9caad36dda607\
    f6d8749b4ecd62d36dfa69834db7e9b19d36dda657b1d8749b7ec860d36d7a63934db7e98f6b36dda69379d80b1e";
/// 32 by 32 pixels in colour.
const COLOUR_LOSSLESS: &str = "\
    ff0a47404071210802010098014b28a3bae5d4e119ccdf280c7ea7a0a0a0e0884650882840416bc41884881b382906620cce\
    00c6c7f88f5320c6e0508c81038805a07c009276bfe0ffff2bf9aa68fffec82f40ea87c398d5955bfeef93c6bf914161129e\
    d6297b2f33ce46816480e2f2c8a410";
/// The same at a distance of 1, in the colours of XYB.
const COLOUR_LOSSY: &str = "\
    ff0a4740427121001288020048025de5120000152aa38c1bbc9cebf9f24387c5b48deb0c6db56d010000003c807f258922e3\
    d8249dc021492486c863e7fd1b6d2bf911c46c3870f417134b58b2b16b60f986aadb91267c1a9ee77b126e5efd5a4b8b423b\
    1a8f58aa455318bc4b32000000502105326c57642423638c518cfa93bf05a8f81f019f1386a9b8212fa2e19b15c0e74f0c92\
    cb166da588908507ac1b";
/// The same as a JPEG of quality 90, and that packed once more, in a container.
const JPEG: &str = "\
    ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706\
    080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffdb004301030404050405\
    09050509140d0b0d141414141414141414141414141414141414141414141414141414141414141414141414141414141414\
    1414141414141414ffc00011080020002003012200021101031101ffc4001f00000105010101010101000000000000000001\
    02030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114\
    328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556\
    5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5\
    b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f010003\
    0101010101010101010000000000000102030405060708090a0bffc400b51100020102040403040705040400010277000102\
    031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35\
    363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495\
    969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea\
    f2f3f4f5f6f7f8f9faffda000c03010002110311003f00fcead17c35f77e4aeef45f0d7ddf97f4adbd1bc35f77e4aef346f0\
    d7ddf96be53138b3d1c9334db531346f0d7ddf92bbbd17c35f77e4adbd17c35f77e4aef346f0d74f92be4f138bf33fa0324c\
    d36d4f22d1bc35f77e4fd2bbcd17c35f77e4adbd17c35f77e4fd2bbbd1bc35d3e4fd2b1c4e2cfe22c9334db531346f0d74f9\
    2bbcd1bc35f77e4adbd1bc35f77e4aeef45f0d7ddf92be53138bf33fa0324cd36d4fffd9";
const JPEG_REPACKED: &str = "\
    0000000c4a584c200d0a870a00000014667479706a786c20000000006a786c20000000116a786c7000000000ff0a47402400\
    0001e06a627264c06d03088220b40c088050a340c85525000020e4a86cc1509cff1344c608659c530ada8f9021cc52071966\
    a074871aac0f194e3e66c0210715163968d881eda386fefd91650e3bee4043d1fd2fc63863924b36f96494539e99e69a6dbe\
    19e79c851e9ae8a28d3e1ae9a4a59e9aeaaaadbe1aebacc51e9becb2cd3e1bedb4e59e9beebaedbe1befbc051f9cf0c20d3f\
    1cf1c423977c72ca2bb7fc72cc330f5df4d1492fddf4d3514f3d76d967a7bd76db6fc73df7e0851f9ef8e28d3f1ef9e4a397\
    7e7aeaabb7fe7aecb3073f7cf1c727bf7cf3cf473f7df8e3977f7efaebb7ff7efcf3ff57305555020020e4a86cc1509cff17\
    444229a3ac538ac47840c866d420c3a43ad0503dd870ee21c70c28c8070d39e8b0031b8b2c73d4eff661c70dade88f3c33f8\
    24c3fb5f8c71c6259b7c32ca29d35cb3cd37e39cb3d043135db4d147239db4d453535db5d557639db5d863935db6d967a39d\
    b6dc73d35db7dd77e39d77e0820f4e78e1861f8e78e2914b3e39e5955b7e39e699872efae8a4976efae9a8a71ebbecb3d35e\
    bbedb7e39e7bf0c20f4f7cf1c61f8f7cf2d14b3f3df5d55b7f3df6d9872ffef8e4976ffef9e8a71fbffcf3d35fbffdf7e39f\
    ffbfc00f005416000b0880e000104a46494600010100000100010000030000014d6a786c7080000001e05b021000e8040c64\
    0c640c64feff0e0000180008000100000000008080258923542fe68aef96d00300949c141414142e099262f068d79029ccf3\
    9f00008d67ca209d83b9ee1947d9c18500a288db8e3c5a55b25264e605ec3f000013004e0031551701007c28906602c02697\
    0050cd25004001000000000d00000000000000000000f0b606f786ee0a511ec96ade0023dc8b7609a1828836304d03912318\
    1405b8840007c69021548c10f1d508a4770a0044cf02c0699e0000050000405e000000000000000000000000000000000040\
    2105d2dcda8e3158483146397a9adfef2091cdf622a8aea2686f21ba4f4e34e45a30c3072e3c9ef88ee8cc5412a9eff63d93\
    299b49fa7998cf6dcfa7797cf0de332b54197eeeb2885ea4bebde76897f33f3d1d7e1aaf082f8cbef3678c29b07c723a9710\
    7f198e5887cf0c3d7f0e7016";

fn gray() -> Vec<u8> {
    let sample =
        |column: u32, row: u32| (column * 2100 + row * 7 + if column == row { 500 } else { 0 }) % 65536;
    (0..32 * 32).flat_map(|at| (sample(at % 32, at / 32) as u16).to_le_bytes()).collect()
}

fn colour() -> Vec<u8> {
    let pixel =
        |column: u32, row: u32| [column * 7 + row, row * 6 + column, column + row * 2].map(|it| it as u8);
    (0..32 * 32).flat_map(|at| pixel(at % 32, at / 32)).collect()
}

const GRAY: Image<'_> = Image {
    syntax: LOSSLESS,
    rows: 32,
    columns: 32,
    samples: 1,
    bits: 16,
    frames: 1,
    photometric: "MONOCHROME2",
    table: &[],
    fragments: &[],
};
const COLOUR: Image<'_> = Image { samples: 3, bits: 8, photometric: "RGB", ..GRAY };

/// How far samples are from each other, at most and all together.
fn distance(these: &[u8], those: &[u8]) -> (u8, u32) {
    assert_eq!(these.len(), those.len());
    let each = || these.iter().zip(those).map(|(this, that)| this.abs_diff(*that));
    (each().max().unwrap_or(0), each().map(u32::from).sum())
}

#[test]
fn lossless_frames_give_the_pixels_that_were() {
    for syntax in [LOSSLESS, JPEG_XL] {
        let frame = unhex(GRAY_16);
        let halves = [frame[..100].to_vec(), frame[100..].to_vec()];
        assert_eq!(Image { syntax, fragments: &halves, ..GRAY }.decompressed().unwrap(), gray());
        let image = Image { syntax, fragments: &[unhex(COLOUR_LOSSLESS)], ..COLOUR };
        assert_eq!(image.decompressed().unwrap(), colour());
    }
    let wide = Image { bits: 32, fragments: &[unhex(GRAY_16)], ..GRAY }.decompressed().unwrap();
    let widened =
        gray().as_chunks().0.iter().flat_map(|[low, high]| [*low, *high, 0, 0]).collect::<Vec<u8>>();
    assert_eq!(wide, widened);
}

#[test]
fn each_frame_is_decompressed_by_itself() {
    let frames = [unhex(COLOUR_LOSSLESS), unhex(COLOUR_LOSSLESS)];
    let image = Image { frames: 2, fragments: &frames, ..COLOUR };
    assert_eq!(image.decompressed().unwrap(), [colour(), colour()].concat());
}

#[test]
fn signs_are_those_of_the_pixel_representation() {
    let mut data_set = Image { bits: 32, fragments: &[unhex(GRAY_16)], ..GRAY }.data_set();
    put(&mut data_set, None, PIXEL_REPRESENTATION, &1_u16.to_le_bytes());
    data_set.change_transfer_syntax(EXPLICIT).unwrap();
    let extended = |sample: &[u8; 2]| i32::from(i16::from_le_bytes(*sample)).to_le_bytes();
    let expected: Vec<u8> = gray().as_chunks().0.iter().flat_map(extended).collect();
    assert_eq!(value(&data_set, PIXEL_DATA), expected);
}

#[test]
fn lossy_colours_come_near_and_are_called_rgb() {
    let image = Image { syntax: JPEG_XL, photometric: "XYB", fragments: &[unhex(COLOUR_LOSSY)], ..COLOUR };
    let mut data_set = image.data_set();
    data_set.change_transfer_syntax(EXPLICIT).unwrap();
    assert_eq!(strings(&data_set, PHOTOMETRIC), ["RGB"]);
    let (_, all) = distance(&value(&data_set, PIXEL_DATA), &colour());
    assert!(all < 3 * 32 * 32 * 3, "{all}");
}

#[test]
fn a_repacked_jpeg_gives_what_the_jpeg_gives() {
    let jpeg =
        Image { syntax: JPEG_BASELINE, photometric: "YBR_FULL_422", fragments: &[unhex(JPEG)], ..COLOUR };
    let repacked = Image { syntax: REPACKED_JPEG, fragments: &[unhex(JPEG_REPACKED)], ..jpeg };
    let (most, all) = distance(&repacked.decompressed().unwrap(), &jpeg.decompressed().unwrap());
    // Two decoders, which bring the halved colours up in their own ways.
    assert!(most < 64 && all < 3 * 32 * 32 * 4, "{most}, {all}");
}

#[test]
fn what_is_not_as_said_is_an_error() {
    let frame = unhex(GRAY_16);
    let wrong = [
        Image { rows: 33, fragments: from_ref(&frame), ..GRAY }.decompressed().unwrap_err(),
        Image { bits: 8, fragments: from_ref(&frame), ..GRAY }.decompressed().unwrap_err(),
        Image { fragments: from_ref(&frame), ..COLOUR }.decompressed().unwrap_err(),
        Image { fragments: &[b"no codestream".to_vec()], ..GRAY }.decompressed().unwrap_err(),
    ];
    for error in wrong {
        assert_eq!(error.code(), Code::Compression, "{error}");
    }
    // Of an odd length they are padded: the last byte is then not missing, but another.
    for length in (0..frame.len()).step_by(2) {
        let error = Image { fragments: &[frame[..length].to_vec()], ..GRAY }.decompressed().unwrap_err();
        assert_eq!(error.code(), Code::Compression, "{length}: {error}");
    }
}

#[test]
fn no_byte_makes_it_panic_or_take_memory_without_bounds() {
    for frame in [unhex(GRAY_16), unhex(COLOUR_LOSSY), unhex(JPEG_REPACKED)] {
        for at in 0..frame.len() {
            for bits in [0x01, 0x80, 0xFF] {
                let mut broken = frame.clone();
                broken[at] ^= bits;
                let image = Image { syntax: JPEG_XL, fragments: &[broken], ..GRAY };
                let (held, _) = most_held(|| drop(image.decompressed()));
                assert!(held < 1 << 30, "{held} bytes for a change of {bits:02X} at {at}");
            }
        }
    }
}
