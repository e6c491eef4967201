//! JPEG (ISO 10918-1), by jpeg-decoder, which is asked for nothing that the image does not say it has.

use super::{Image, put_sample};
use jpeg_decoder::{ColorTransform, Decoder, PixelFormat};
use std::panic::{self, AssertUnwindSafe};

/// A block of 64 samples of two bytes takes a bit at least.
const RATIO_MAX: usize = 64 * 2 * 8;

/// What the bytes of a frame say of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Frame {
    precision: u8,
    rows: u16,
    columns: u16,
    components: u8,
    /// From an Adobe marker: 0 is RGB, 1 is YCbCr.
    adobe_transform: Option<u8>,
}

/// The pixels of a frame: little endian, the samples of a pixel beside each other, RGB if there are three. And of how
/// many bits the samples are.
pub(super) fn decompress(bytes: &[u8], image: Image) -> Result<(Vec<u8>, u16), String> {
    let frame = read(bytes).ok_or("no JPEG frame")?;
    let is_as_said = (frame.rows, frame.columns) == (image.rows, image.columns)
        && u16::from(frame.components) == image.samples
        && u16::from(frame.precision) <= image.bits;
    if !is_as_said {
        return Err(format!("{frame:?} is not what the image is said to be"));
    }
    // The decoder makes up what is missing.
    if !has_end(bytes) {
        return Err("the frame breaks off".to_owned());
    }
    if image.frame_bytes() > bytes.len().saturating_mul(RATIO_MAX) {
        return Err("too few bytes for so many pixels".to_owned());
    }
    // It is a decoder of bytes from anywhere: should it panic, this image is bad, and no more.
    let decoded = panic::catch_unwind(AssertUnwindSafe(|| decode(bytes, &frame, image)));
    let (pixels, format) = decoded.unwrap_or_else(|_| Err("the decoder failed".to_owned()))?;
    let pixels = match (format, image.bits) {
        (PixelFormat::L8 | PixelFormat::RGB24, 8) => pixels,
        (PixelFormat::L8 | PixelFormat::RGB24, 16) => {
            let mut wide = vec![0; pixels.len() * 2];
            for (sample, out) in pixels.iter().zip(wide.as_chunks_mut::<2>().0) {
                put_sample(u32::from(*sample), u16::from(frame.precision), image, out);
            }
            wide
        }
        (PixelFormat::L16, 16) => {
            let mut pixels = pixels;
            for sample in pixels.as_chunks_mut::<2>().0 {
                let pattern = u32::from(u16::from_ne_bytes(*sample));
                put_sample(pattern, u16::from(frame.precision), image, sample);
            }
            pixels
        }
        (format, bits) => return Err(format!("{format:?} where {bits} bits are allocated")),
    };
    if pixels.len() == image.frame_bytes() {
        Ok((pixels, u16::from(frame.precision)))
    } else {
        Err(format!("{} bytes, not {}", pixels.len(), image.frame_bytes()))
    }
}

fn decode(bytes: &[u8], frame: &Frame, image: Image) -> Result<(Vec<u8>, PixelFormat), String> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(image.frame_bytes());
    if image.samples == 3 {
        // The decoder takes components 1, 2, 3 for YCbCr whatever they are.
        let is_rgb = frame.adobe_transform.map_or(image.is_rgb, |transform| transform == 0);
        decoder.set_color_transform(if is_rgb { ColorTransform::RGB } else { ColorTransform::YCbCr });
    }
    let pixels = decoder.decode().map_err(|error| error.to_string())?;
    let info = decoder.info().ok_or("no JPEG frame")?;
    Ok((pixels, info.pixel_format))
}

/// Does the frame end with its EOI marker, and padding at most?
fn has_end(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let [before @ .., 0 | 0xFF] = rest {
        rest = before;
    }
    rest.ends_with(&[0xFF, 0xD9])
}

/// Reads the markers before the first scan; `None` if there is no frame among them.
fn read(bytes: &[u8]) -> Option<Frame> {
    let mut found = Frame::default();
    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    loop {
        let marker = match rest {
            // Any number of FFs may stand before a marker.
            [0xFF, 0xFF, ..] => {
                rest = rest.get(1..)?;
                continue;
            }
            [0xFF, marker, ..] => *marker,
            _ => return None,
        };
        let after = rest.get(2..)?;
        let [l0, l1, ..] = after else { return None };
        let (segment, next) = after.split_at_checked(usize::from(u16::from_be_bytes([*l0, *l1])))?;
        match (marker, segment) {
            // SOF0 to SOF15; C4, C8 and CC are others.
            (0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF, [_, _, p, r0, r1, c0, c1, n, ..]) => {
                (found.precision, found.components) = (*p, *n);
                found.rows = u16::from_be_bytes([*r0, *r1]);
                found.columns = u16::from_be_bytes([*c0, *c1]);
                return Some(found);
            }
            (0xEE, [_, _, b'A', b'd', b'o', b'b', b'e', .., transform]) => {
                found.adobe_transform = Some(*transform);
            }
            (0xDA, _) => return None,
            _ => {}
        }
        rest = next;
    }
}
