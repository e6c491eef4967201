//! Encapsulated pixel data to native (PS3.5 A.4): finds the fragments of each frame and decompresses one
//! frame at a time, by RLE (PS3.5 Annex G), JPEG (the processes that jpeg-decoder knows), JPEG-LS, JPEG 2000,
//! JPEG XL, and deflated ones.
//!
//! The pixel data adapters of dicom-rs were not taken: those for RLE and JPEG index by numbers from the
//! bytes, and so panic on bad ones, the one for JPEG decides on colours without Photometric
//! Interpretation, and those for JPEG-LS and JPEG 2000 rest on C++ or on code that is unsafe throughout.

mod jpeg;
mod jpeg_2000;
mod jpeg_ls;
mod jpeg_xl;
mod rle;

use super::error::{Result, read_error, write_error};
use super::header::PIXEL_DATA;
use super::inflate::inflate_frame;
use super::spill::{Spill, limit_or};
use super::tree::{NONE, Place, Tree};
use super::{CharacterSet, Content, DataSet, DataSetError, ElementId, Kind, vr};
use crate::pdu::Uid;
use std::io::Write;

/// One frame is decompressed in memory: this many bytes at most, more than any detector has.
const FRAME_BYTES_MAX: u64 = 256 << 20;
const EXTENDED_OFFSET_TABLE: u32 = 0x7FE0_0001;
const EXTENDED_OFFSET_TABLE_LENGTHS: u32 = 0x7FE0_0002;
const PHOTOMETRIC_INTERPRETATION: u32 = 0x0028_0004;
const PLANAR_CONFIGURATION: u32 = 0x0028_0006;
const BITS_STORED: u32 = 0x0028_0101;
const HIGH_BIT: u32 = 0x0028_0102;
const PIXEL_REPRESENTATION: u32 = 0x0028_0103;

/// What the elements of the image say of its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Image {
    rows: u16,
    columns: u16,
    /// 1 or 3.
    samples: u16,
    /// 8, 16 or 32.
    bits: u16,
    /// Bits Stored; 0 where it is absent.
    stored: u16,
    frames: u32,
    /// How the photometric interpretation names the three samples.
    is_rgb: bool,
    /// Does the pixel representation say two's complement?
    is_signed: bool,
}

/// How frames are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    Rle,
    Jpeg,
    JpegLs,
    Jpeg2000,
    JpegXl,
    Deflated,
    /// Encapsulated all the same.
    None,
}

/// Makes the pixel data native, and the elements that describe them right. The transfer syntax is left to
/// the caller.
pub(super) fn decompress(data_set: &mut DataSet) -> Result<()> {
    let uid = data_set.transfer_syntax();
    let compression = compression_of(&uid)
        .ok_or(DataSetError::TransferSyntax { what: "cannot decompress this transfer syntax", uid })?;
    let element = data_set
        .find_first(None, PIXEL_DATA, true)
        .ok_or_else(|| wrong("encapsulated pixel data that is not Pixel Data (7FE0,0010)"))?;
    let image = Image::of(data_set)?;
    let (content, precision) = frames(data_set, element, image, compression)?;
    let place = data_set.tree().place(element).unwrap_or(NONE);
    data_set.change(false, |tree| make_native(tree, place, image.bits, content));
    for tag in [EXTENDED_OFFSET_TABLE, EXTENDED_OFFSET_TABLE_LENGTHS] {
        if let Some(element) = data_set.find_first(None, tag, true) {
            data_set.delete(element);
        }
    }
    describe(data_set, image, compression, precision)
}

/// Makes the elements that describe the pixels say what these are now (PS3.3 C.7.6.3.1, PS3.5 8.2).
///
/// `precision` is not 0 where Bits Stored would hide bits that the samples have.
fn describe(data_set: &mut DataSet, image: Image, compression: Compression, precision: u16) -> Result<()> {
    if image.samples > 1 {
        set(data_set, PLANAR_CONFIGURATION, "0")?;
        let photometric = first_string(data_set, PHOTOMETRIC_INTERPRETATION).unwrap_or_default();
        // The transformation of JPEG 2000 is undone by its decoder, and so is what JPEG calls YCbCr, in JPEG XL too.
        let is_undone = match compression {
            Compression::Jpeg | Compression::JpegXl => true,
            Compression::Jpeg2000 => matches!(photometric.as_str(), "YBR_RCT" | "YBR_ICT"),
            Compression::Rle | Compression::JpegLs | Compression::Deflated | Compression::None => false,
        };
        if is_undone && photometric != "RGB" {
            set(data_set, PHOTOMETRIC_INTERPRETATION, "RGB")?;
        }
    }
    if precision > 0 {
        set(data_set, BITS_STORED, &precision.to_string())?;
        set(data_set, HIGH_BIT, &(precision - 1).to_string())?;
    }
    Ok(())
}

fn compression_of(uid: &Uid) -> Option<Compression> {
    match uid.as_bytes() {
        b"1.2.840.10008.1.2.5" => Some(Compression::Rle),
        // Baseline, extended, lossless, and lossless of the first selection value.
        b"1.2.840.10008.1.2.4.50"
        | b"1.2.840.10008.1.2.4.51"
        | b"1.2.840.10008.1.2.4.57"
        | b"1.2.840.10008.1.2.4.70" => Some(Compression::Jpeg),
        // Lossless and near-lossless.
        b"1.2.840.10008.1.2.4.80" | b"1.2.840.10008.1.2.4.81" => Some(Compression::JpegLs),
        // Lossless only, and either. Those of Part 2 and of high throughput are others.
        b"1.2.840.10008.1.2.4.90" | b"1.2.840.10008.1.2.4.91" => Some(Compression::Jpeg2000),
        // Lossless, JPEG repacked, and either.
        b"1.2.840.10008.1.2.4.110" | b"1.2.840.10008.1.2.4.111" | b"1.2.840.10008.1.2.4.112" => {
            Some(Compression::JpegXl)
        }
        b"1.2.840.10008.1.2.8.1" => Some(Compression::Deflated),
        b"1.2.840.10008.1.2.1.98" => Some(Compression::None),
        _ => None,
    }
}

/// All frames, one after the other; and of how many bits their samples are, where a frame has samples that do not fit
/// into Bits Stored. (That the frame has room for more is no reason: many encoders fill what is allocated.)
fn frames(
    data_set: &DataSet,
    element: ElementId,
    image: Image,
    compression: Compression,
) -> Result<(Content, u16)> {
    let limits = &data_set.inner.limits;
    let max = limits.inflated_bytes;
    let mut spill = Spill::new(&limits.spool_directory, limits.memory_bytes, max);
    let fragments = Fragments::of(data_set, element, image.frames)?;
    let mut precision_max = 0;
    for frame in 0..image.frames {
        let bytes = fragments.frame(data_set.tree(), frame)?;
        let (pixels, precision) = match compression {
            Compression::Rle => rle::decompress(&bytes, image).map(|pixels| (pixels, 0)),
            Compression::Jpeg => jpeg::decompress(&bytes, image),
            Compression::JpegLs => jpeg_ls::decompress(&bytes, image),
            Compression::Jpeg2000 => jpeg_2000::decompress(&bytes, image),
            Compression::JpegXl => jpeg_xl::decompress(&bytes, image),
            Compression::Deflated => inflate_frame(&bytes, image.frame_bytes()).map(|pixels| (pixels, 0)),
            Compression::None => exactly(bytes, image).map(|pixels| (pixels, 0)),
        }
        .map_err(|what| DataSetError::Compression(format!("frame {}: {what}", frame + 1)))?;
        if precision > image.stored.max(precision_max) && bits_needed(&pixels, image) > image.stored {
            precision_max = precision;
        }
        spill
            .write_all(&pixels)
            .map_err(|error| limit_or(write_error(error), "bytes of decompressed pixel data", max))?;
    }
    Ok((spill.finish().map_err(write_error)?, precision_max))
}

/// Writes a sample, little endian, into the bytes that are allocated for it: the lower `precision` bits of the pattern,
/// and above them what the pixel representation asks for (PS3.5 8.1.1), whatever the compression took it for.
fn put_sample(pattern: u32, precision: u16, image: Image, out: &mut [u8]) {
    let unused = 32_u32.saturating_sub(u32::from(precision)).min(31);
    let aligned = pattern << unused;
    let sample =
        if image.is_signed { (aligned.cast_signed() >> unused).cast_unsigned() } else { aligned >> unused };
    out.iter_mut().zip(sample.to_le_bytes()).for_each(|(to, from)| *to = from);
}

/// How many bits the largest sample of a frame needs.
fn bits_needed(pixels: &[u8], image: Image) -> u16 {
    let unused = 32_u32.saturating_sub(u32::from(image.bits)).min(31);
    let mut all = 0;
    for bytes in pixels.chunks_exact(image.sample_bytes()) {
        let sample = bytes.iter().rev().fold(0_u32, |sample, byte| sample << 8 | u32::from(*byte));
        let signed = (sample << unused).cast_signed() >> unused;
        all |= if image.is_signed { (signed ^ signed >> 31).cast_unsigned() } else { sample };
    }
    // Fits: it is not more than 33.
    (u32::BITS - all.leading_zeros() + u32::from(image.is_signed)) as u16
}

fn exactly(mut bytes: Vec<u8>, image: Image) -> std::result::Result<Vec<u8>, String> {
    let size = image.frame_bytes();
    if bytes.len() < size {
        return Err(format!("{} bytes, not {size}", bytes.len()));
    }
    bytes.truncate(size);
    Ok(bytes)
}

fn make_native(tree: &mut Tree, place: Place, bits: u16, content: Content) {
    while tree.first_of(place) != NONE {
        tree.remove(tree.first_of(place));
    }
    if let Some(node) = tree.node_mut(place) {
        node.kind = Kind::Value;
        node.vr = if bits > 8 { vr::OW } else { vr::OB };
    }
    tree.set_value(place, content);
}

fn set(data_set: &mut DataSet, tag: u32, value: &str) -> Result<()> {
    let element = match data_set.find_first(None, tag, true) {
        Some(element) => Some(element),
        None => data_set.insert(None, false, tag, 0, false, u32::MAX),
    };
    element.map_or(Ok(()), |element| data_set.set_strings(element, &[value], CharacterSet::Default))
}

impl Image {
    fn of(data_set: &DataSet) -> Result<Self> {
        let photometric = first_string(data_set, PHOTOMETRIC_INTERPRETATION).unwrap_or_default();
        let image = Self {
            rows: number(data_set, 0x0028_0010, "Rows")?,
            columns: number(data_set, 0x0028_0011, "Columns")?,
            samples: number(data_set, 0x0028_0002, "Samples per Pixel").unwrap_or(1),
            bits: number(data_set, 0x0028_0100, "Bits Allocated")?,
            stored: number(data_set, BITS_STORED, "Bits Stored").unwrap_or(0),
            frames: number(data_set, 0x0028_0008, "Number of Frames").unwrap_or(1),
            is_rgb: photometric == "RGB",
            is_signed: number(data_set, PIXEL_REPRESENTATION, "Pixel Representation").unwrap_or(0_u16) == 1,
        };
        if !matches!(image.bits, 8 | 16 | 32) || !matches!(image.samples, 1 | 3) {
            return Err(wrong("bits allocated or samples per pixel that are not supported"));
        }
        if image.frame_bytes() as u64 > FRAME_BYTES_MAX {
            return Err(DataSetError::Limit { what: "bytes in a frame", limit: FRAME_BYTES_MAX });
        }
        if image.frame_bytes() == 0 || image.frames == 0 {
            return Err(wrong("an image without pixels"));
        }
        Ok(image)
    }

    fn pixels(self) -> usize {
        usize::from(self.rows) * usize::from(self.columns)
    }

    fn frame_bytes(self) -> usize {
        self.pixels() * usize::from(self.samples) * self.sample_bytes()
    }

    fn sample_bytes(self) -> usize {
        usize::from(self.bits / 8)
    }
}

fn first_string(data_set: &DataSet, tag: u32) -> Option<String> {
    let element = data_set.find_first(None, tag, true)?;
    data_set.strings(element).ok()?.into_iter().next()
}

fn number<T: std::str::FromStr>(data_set: &DataSet, tag: u32, name: &str) -> Result<T> {
    let text = first_string(data_set, tag).and_then(|text| text.trim().parse().ok());
    text.ok_or_else(|| wrong(&format!("{name} is absent or no number that it can be")))
}

fn wrong(what: &str) -> DataSetError {
    DataSetError::Compression(what.to_owned())
}

/// The fragments, and which of them each frame begins with.
struct Fragments {
    /// All but the offset table, with where each begins from the first on, its header included.
    places: Vec<(u64, Place)>,
    /// Where each frame begins in `places`; one more for the end.
    starts: Vec<usize>,
}

impl Fragments {
    fn of(data_set: &DataSet, element: ElementId, frames: u32) -> Result<Self> {
        let tree = data_set.tree();
        let top = tree.place(element).unwrap_or(NONE);
        let mut offset = 0;
        let mut places = Vec::new();
        for (place, node) in tree.children(top).skip(1) {
            places.push((offset, place));
            offset += 8 + node.size;
        }
        let count = frames as usize;
        let starts = if places.len() == count {
            (0..=count).collect()
        } else if count == 1 {
            vec![0, places.len()]
        } else {
            let table = offsets(data_set, element)?;
            if places.len() < count || table.len() != count {
                return Err(wrong("which fragments make a frame is not said"));
            }
            // Each offset is that of a fragment.
            let find = |offset: &u64| places.binary_search_by_key(offset, |(offset, _)| *offset);
            let starts: std::result::Result<Vec<usize>, _> = table.iter().map(find).collect();
            let mut starts = starts.map_err(|_| wrong("an offset at which no fragment begins"))?;
            starts.push(places.len());
            starts
        };
        Ok(Self { places, starts })
    }

    /// The bytes of a frame, joined.
    fn frame(&self, tree: &Tree, frame: u32) -> Result<Vec<u8>> {
        let bound = |index: usize| self.starts.get(index).copied().unwrap_or(0);
        let range = bound(frame as usize)..bound(frame as usize + 1);
        let mut bytes = Vec::new();
        for (_, place) in self.places.get(range).unwrap_or_default() {
            let Some(node) = tree.node(*place) else { continue };
            let left = FRAME_BYTES_MAX.saturating_sub(bytes.len() as u64);
            if node.size > left {
                return Err(DataSetError::Limit {
                    what: "bytes in a compressed frame",
                    limit: FRAME_BYTES_MAX,
                });
            }
            bytes.extend_from_slice(&tree.content_of(node).to_bytes(left).map_err(read_error)?);
        }
        Ok(bytes)
    }
}

/// Where frames begin: the basic offset table, or the extended one (PS3.5 A.4).
fn offsets(data_set: &DataSet, element: ElementId) -> Result<Vec<u64>> {
    let basic = data_set.child(element).map(|table| data_set.value_le(table, FRAME_BYTES_MAX)).transpose()?;
    if let Some(basic) = basic.filter(|table| !table.is_empty()) {
        return Ok(basic.as_chunks().0.iter().map(|offset| u64::from(u32::from_le_bytes(*offset))).collect());
    }
    let Some(extended) = data_set.find_first(None, EXTENDED_OFFSET_TABLE, true) else {
        return Ok(Vec::new());
    };
    let extended = data_set.value_le(extended, FRAME_BYTES_MAX)?;
    Ok(extended.as_chunks().0.iter().map(|offset| u64::from_le_bytes(*offset)).collect())
}
