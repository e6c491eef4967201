//! JPEG 2000 (ISO 15444-1), by hayro-jpeg2000, which has no unsafe code. What it would allocate is bounded before it is
//! asked: it takes the numbers in the headers of a codestream for what they say.
//!
//! openjp2, which dicom-rs uses, was not taken: it is OpenJPEG turned into Rust by a translator, unsafe throughout, and
//! these bytes come from anywhere.

use super::{Image, put_sample};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image as Decoder};
use std::panic::{self, AssertUnwindSafe};

/// The decoder holds each sample as a float, three times over at worst: this many cost 768 MiB.
const SAMPLES_MAX: usize = 64 << 20;
/// Its floats hold every whole number of as many bits, with those that a wavelet adds.
const PRECISION_MAX: u8 = 16;
/// A code-block in a layer costs the decoder some hundred bytes, and an empty one costs the sender none. Blocks of 64 by
/// 64 in ten layers are half as many in the largest image.
const BLOCKS_MAX: u64 = 1 << 20;
/// And as many more for each byte of the frame.
const BLOCKS_PER_BYTE: u64 = 64;
/// The markers of a tile-part that holds nothing.
const TILE_PART_BYTES: u64 = 14;

const START_OF_CODESTREAM: &[u8] = b"\xFF\x4F\xFF\x51";
const SIZ: u8 = 0x51;
const COD: u8 = 0x52;
const COC: u8 = 0x53;
const START_OF_TILE_PART: u8 = 0x90;
const START_OF_DATA: u8 = 0x93;
const END_OF_CODESTREAM: u8 = 0xD9;

/// The pixels of a frame: little endian, the samples of a pixel beside each other, the component transformation (RCT,
/// ICT) undone. And of how many bits the samples are.
pub(super) fn decompress(bytes: &[u8], image: Image) -> Result<(Vec<u8>, u16), String> {
    let codestream = codestream(bytes).ok_or("no JPEG 2000 codestream")?;
    let size = Size::of(codestream).ok_or("the codestream does not say its size")?;
    size.check(image, codestream.len())?;
    check_structures(codestream, image)?;
    // It is a decoder of bytes from anywhere: should it panic, this image is bad, and no more.
    let decoded = panic::catch_unwind(AssertUnwindSafe(|| decode(codestream, size, image)));
    let pixels = decoded.unwrap_or_else(|_| Err("the decoder failed".to_owned()))?;
    if pixels.len() != image.frame_bytes() {
        return Err(format!("{} bytes, not {}", pixels.len(), image.frame_bytes()));
    }
    Ok((pixels, u16::from(size.precision)))
}

fn decode(codestream: &[u8], size: Size, image: Image) -> Result<Vec<u8>, String> {
    // Strict: a codestream that breaks off is an error, not an image with less in it.
    let settings = DecodeSettings { strict: true, resolve_palette_indices: false, target_resolution: None };
    let decoder = Decoder::new(codestream, &settings).map_err(|error| error.to_string())?;
    let mut context = DecoderContext::default();
    let decoded = decoder.decode(&mut context).map_err(|error| error.to_string())?;
    let mut pixels = vec![0; image.frame_bytes()];
    let (samples, sample_bytes) = (usize::from(image.samples), image.sample_bytes());
    // The decoder shifts signed samples too, as if they were not.
    let (top, half) = ((1_u32 << size.precision) - 1, 1_u32 << (size.precision - 1));
    for (index, component) in decoded.components().iter().take(samples).enumerate() {
        let plane = pixels.chunks_exact_mut(sample_bytes).skip(index).step_by(samples);
        if component.samples().len() != plane.len() {
            return Err("a component of another size".to_owned());
        }
        for (out, sample) in plane.zip(component.samples()) {
            // A cast from a float stops at the ends.
            let shifted = (sample.round_ties_even() as u32).min(top);
            let pattern = if size.is_signed { shifted.wrapping_sub(half) } else { shifted };
            put_sample(pattern, u16::from(size.precision), image, out);
        }
    }
    Ok(pixels)
}

/// The codestream, out of a JP2 file (ISO 15444-1 Annex I) if it lies in one, which PS3.5 A.4.4 does not allow and which
/// is met all the same.
fn codestream(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    while !rest.starts_with(START_OF_CODESTREAM) {
        let (length, after) =
            rest.split_first_chunk().map(|(length, rest)| (u32::from_be_bytes(*length), rest))?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        rest = match (kind, length) {
            (b"jp2c", 0 | 1) => after.get(if length == 1 { 8 } else { 0 }..)?,
            (b"jp2c", _) => after,
            (_, 8..) => rest.get(length as usize..)?,
            _ => return None,
        };
    }
    Some(rest)
}

/// What the SIZ marker says (ISO 15444-1 A.5.1).
#[derive(Clone, Copy, Debug)]
struct Size {
    columns: u32,
    rows: u32,
    tiles: u64,
    components: u16,
    precision: u8,
    is_signed: bool,
    /// Have all components this precision and sign, and a sample for each pixel?
    are_alike: bool,
}

impl Size {
    fn of(codestream: &[u8]) -> Option<Self> {
        let segment = codestream.get(START_OF_CODESTREAM.len()..)?;
        // Its length and the capabilities come first.
        let (numbers, rest) = segment.get(4..)?.split_first_chunk::<32>()?;
        let mut numbers = numbers.as_chunks().0.iter().map(|number| u32::from_be_bytes(*number));
        let mut next = || numbers.next();
        let (right, bottom, left, top) = (next()?, next()?, next()?, next()?);
        let (tile_width, tile_height, tile_left, tile_top) = (next()?, next()?, next()?, next()?);
        let (count, rest) = rest.split_first_chunk()?;
        let components = u16::from_be_bytes(*count);
        let each = rest.get(..usize::from(components) * 3)?.as_chunks::<3>().0;
        let [depth, ..] = *each.first()?;
        let across = right.checked_sub(tile_left)?.checked_add(tile_width.checked_sub(1)?)? / tile_width;
        let down = bottom.checked_sub(tile_top)?.checked_add(tile_height.checked_sub(1)?)? / tile_height;
        Some(Self {
            columns: right.checked_sub(left)?,
            rows: bottom.checked_sub(top)?,
            tiles: u64::from(across) * u64::from(down),
            components,
            precision: (depth & 0x7F) + 1,
            is_signed: depth & 0x80 != 0,
            are_alike: each.iter().all(|component| *component == [depth, 1, 1]),
        })
    }

    fn check(self, image: Image, bytes: usize) -> Result<(), String> {
        let is_as_said = (self.rows, self.columns) == (u32::from(image.rows), u32::from(image.columns))
            && self.components == image.samples
            && u16::from(self.precision) <= image.bits;
        if !is_as_said {
            return Err(format!("{self:?} is not what the image is said to be"));
        }
        if !self.are_alike || self.precision > PRECISION_MAX {
            return Err(format!(
                "components that differ, or of more than {PRECISION_MAX} bits, are not supported"
            ));
        }
        if image.pixels() * usize::from(image.samples) > SAMPLES_MAX {
            return Err(format!("more than {SAMPLES_MAX} samples in a frame"));
        }
        if self.tiles.saturating_mul(TILE_PART_BYTES) > bytes as u64 {
            return Err("too few bytes for so many tiles".to_owned());
        }
        Ok(())
    }
}

/// How the coefficients of a component are parted (ISO 15444-1 A.6.1).
struct CodingStyle {
    levels: u32,
    /// The exponents of the sizes of code-blocks and precincts.
    block: (u32, u32),
    precincts: Vec<u8>,
}

impl CodingStyle {
    /// From the parameters behind those of the progression; with sizes of precincts if the style has that bit.
    fn of(style: u8, parameters: &[u8]) -> Option<Self> {
        let [levels, width, height, _, _, precincts @ ..] = parameters else { return None };
        let precincts = if style & 1 == 1 { precincts.to_vec() } else { Vec::new() };
        let block = (u32::from(*width) + 2, u32::from(*height) + 2);
        Some(Self { levels: u32::from(*levels).min(32), block, precincts })
    }

    /// At least how many precincts and code-blocks a component has.
    fn count(&self, image: Image) -> (u64, u64) {
        let (mut precincts, mut blocks) = (0_u64, 0_u64);
        for resolution in 0..=self.levels {
            let size = |whole: u16| {
                (u64::from(whole) + (1 << (self.levels - resolution)) - 1) >> (self.levels - resolution)
            };
            let exponents = self.precincts.get(resolution as usize).copied().unwrap_or(0xFF);
            let precinct = (u32::from(exponents & 0x0F), u32::from(exponents >> 4));
            // Above the lowest resolution a precinct is one of each of three bands, of half its size.
            let in_band = |exponent: u32| exponent.saturating_sub(u32::from(resolution > 0));
            let block = (self.block.0.min(in_band(precinct.0)), self.block.1.min(in_band(precinct.1)));
            let (width, height) = (size(image.columns), size(image.rows));
            precincts += (width >> precinct.0) * (height >> precinct.1);
            blocks += (width >> block.0) * (height >> block.1);
        }
        (precincts, blocks)
    }
}

/// Refuses a codestream that parts its image into more than its bytes can speak of, or the decoder should hold.
fn check_structures(codestream: &[u8], image: Image) -> Result<(), String> {
    let mut layers = 1;
    let bytes = codestream.len() as u64;
    for (marker, segment) in markers(codestream).ok_or("the headers break off")? {
        let style = match (marker, segment) {
            (COD, [style, _, l0, l1, _, parameters @ ..]) => {
                layers = u64::from(u16::from_be_bytes([*l0, *l1]));
                CodingStyle::of(*style, parameters)
            }
            // There are not so many components that two bytes are needed to say which.
            (COC, [_, style, parameters @ ..]) => CodingStyle::of(*style, parameters),
            (COD | COC, _) => None,
            _ => continue,
        };
        let (precincts, blocks) = style.ok_or("a coding style breaks off")?.count(image);
        // Each precinct has a packet in each layer, and a packet is a byte at least (B.9).
        if precincts.saturating_mul(layers) > bytes {
            return Err("too few bytes for so many precincts".to_owned());
        }
        let blocks = blocks.saturating_mul(layers).saturating_mul(u64::from(image.samples));
        if blocks > BLOCKS_MAX.saturating_add(bytes.saturating_mul(BLOCKS_PER_BYTE)) {
            return Err("too many code-blocks".to_owned());
        }
    }
    Ok(())
}

/// The marker segments of the main header and of each tile-part, without their lengths. `None` if they break off.
fn markers(codestream: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut found = Vec::new();
    let mut rest = codestream.get(2..)?;
    // Where the next tile-part begins.
    let mut next = None;
    loop {
        let [0xFF, marker, after @ ..] = rest else { return None };
        match *marker {
            END_OF_CODESTREAM => return Some(found),
            START_OF_DATA => {
                rest = next.take()?;
                continue;
            }
            // They have no segment.
            0x30..=0x3F => {
                rest = after;
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let (segment, behind) = after.split_at_checked(length)?;
        let segment = segment.get(2..)?;
        if let (START_OF_TILE_PART, [_, _, l0, l1, l2, l3, ..]) = (*marker, segment) {
            let length = u32::from_be_bytes([*l0, *l1, *l2, *l3]);
            // The last one may go to the end without saying how far that is.
            next = Some(match length {
                0 => rest.get(rest.len().checked_sub(2)?..)?,
                _ => rest.get(length as usize..)?,
            });
        }
        if *marker != SIZ {
            found.push((*marker, segment));
        }
        rest = behind;
    }
}
