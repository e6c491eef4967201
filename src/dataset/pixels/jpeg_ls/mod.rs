//! JPEG-LS (ISO 14495-1, ITU-T T.87), lossless and near-lossless, samples of 2 to 16 bits, in every interleave mode.
//!
//! Our own, because there is no other for here: CharLS, which dicom-rs uses, needs a C++ compiler and CMake; the crates in
//! Rust alone know no colours, or are half a DICOM toolkit.
//!
//! Not there: restart intervals, mapping tables, images that say their size in another place, and point transformation,
//! none of which DICOM's encoders write.

mod bits;
mod scan;

use super::Image;
use bits::Bits;
use scan::{Interleave, Scan};

const START_OF_IMAGE: &[u8] = b"\xFF\xD8";
const START_OF_FRAME: u8 = 0xF7;
const START_OF_SCAN: u8 = 0xDA;
const PRESETS: u8 = 0xF8;
const RESTART_INTERVAL: u8 = 0xDD;
/// Markers that speak of the image in ways that are not known here: other processes of JPEG, and its end.
const OTHERS: std::ops::RangeInclusive<u8> = 0xC0..=0xDE;

/// What the bytes of a frame say of it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    precision: u8,
    rows: u16,
    columns: u16,
    components: u8,
}

/// The coding parameters that an LSE marker presets (T.87 C.2.4.1.1); 0 is the default.
#[derive(Clone, Copy, Debug, Default)]
struct Presets {
    max_value: u16,
    thresholds: [u16; 3],
    reset: u16,
}

/// The pixels of a frame: little endian, the samples of a pixel beside each other. And of how many bits the samples are.
pub(super) fn decompress(bytes: &[u8], image: Image) -> Result<(Vec<u8>, u16), String> {
    let mut rest = bytes.strip_prefix(START_OF_IMAGE).ok_or("no JPEG-LS frame")?;
    let (mut frame, mut presets) = (None, Presets::default());
    let mut pixels = Vec::new();
    let mut component = 0;
    loop {
        let (marker, segment, behind) = next_segment(rest).ok_or("the frame breaks off")?;
        rest = behind;
        match (marker, segment) {
            (START_OF_FRAME, _) if frame.is_some() => return Err("two frames in one".to_owned()),
            (START_OF_FRAME, [precision, r0, r1, c0, c1, components, ..]) => {
                let (rows, columns) = (u16::from_be_bytes([*r0, *r1]), u16::from_be_bytes([*c0, *c1]));
                let found = Frame { precision: *precision, rows, columns, components: *components };
                check(found, image, bytes.len())?;
                frame = Some(found);
            }
            (PRESETS, [1, rest @ ..]) => presets = read_presets(rest).ok_or("presets that break off")?,
            (START_OF_SCAN, _) => {
                let frame = frame.ok_or("a scan before the frame is described")?;
                let scan = scan_of(segment, frame, presets)?;
                if pixels.is_empty() {
                    // As large as the image, which was compared with the bytes there are.
                    pixels.resize(image.frame_bytes(), 0);
                }
                let count = scan.components;
                if component + count > usize::from(image.samples) {
                    return Err("more scans than components".to_owned());
                }
                let mut bits = Bits::new(rest);
                scan.decode(&mut bits, image, component, &mut pixels).ok_or("the frame breaks off")?;
                rest = bits.rest();
                component += count;
                if component == usize::from(image.samples) {
                    return Ok((pixels, u16::from(frame.precision)));
                }
            }
            (RESTART_INTERVAL, [0, 0]) => {}
            // A colour transformation of HP's own, which DICOM does not know.
            (0xE8, [b'm', b'r', b'f', b'x', 1..=255, ..]) => {
                return Err("a colour transformation that is not supported".to_owned());
            }
            (PRESETS | START_OF_FRAME | RESTART_INTERVAL, _) => {
                return Err(format!("a marker {marker:02X} that is not supported"));
            }
            (marker, _) if OTHERS.contains(&marker) => {
                return Err(format!("a marker {marker:02X} in JPEG-LS"));
            }
            _ => {}
        }
    }
}

/// The next marker, its segment without its length, and what follows.
fn next_segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [0xFF, rest @ ..] = bytes else { return None };
    // Any number of FFs may stand before a marker.
    let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
    let (marker, rest) = rest.get(fill..)?.split_first()?;
    let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
    let (segment, behind) = rest.split_at_checked(length)?;
    Some((*marker, segment.get(2..)?, behind))
}

fn check(frame: Frame, image: Image, bytes: usize) -> Result<(), String> {
    let is_as_said = (frame.rows, frame.columns) == (image.rows, image.columns)
        && u16::from(frame.components) == image.samples
        && (2..=16).contains(&frame.precision)
        && u16::from(frame.precision) <= image.bits;
    if !is_as_said {
        return Err(format!("{frame:?} is not what the image is said to be"));
    }
    // A line takes a bit at least, as one run.
    if usize::from(frame.rows) > bytes.saturating_mul(8) {
        return Err("too few bytes for so many lines".to_owned());
    }
    Ok(())
}

fn read_presets(bytes: &[u8]) -> Option<Presets> {
    let [max_value, t1, t2, t3, reset] = *bytes.as_chunks().0 else { return None };
    let number = u16::from_be_bytes;
    Some(Presets { max_value: number(max_value), thresholds: [t1, t2, t3].map(number), reset: number(reset) })
}

fn scan_of(segment: &[u8], frame: Frame, presets: Presets) -> Result<Scan, String> {
    let (count, rest) = segment.split_first().ok_or("a scan that is not described")?;
    let components = usize::from(*count);
    let tables = rest.get(..components * 2).ok_or("a scan that is not described")?;
    let Some([near, interleave, point_transform]) = rest.get(components * 2..) else {
        return Err("a scan that is not described".to_owned());
    };
    let has_tables = tables.as_chunks::<2>().0.iter().any(|[_, table]| *table != 0);
    let interleave = match (interleave, components) {
        (0, 1) => Interleave::None,
        (1, 2..) => Interleave::Line,
        (2, 2..) => Interleave::Sample,
        _ => return Err(format!("interleave mode {interleave} with {components} components")),
    };
    if has_tables || *point_transform != 0 {
        return Err("mapping tables and point transformation are not supported".to_owned());
    }
    Scan::new(frame.precision, presets, *near, interleave, components)
        .ok_or_else(|| "bad coding parameters".to_owned())
}
