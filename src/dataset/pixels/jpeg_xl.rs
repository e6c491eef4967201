//! JPEG XL (ISO 18181), by jxl-oxide, whose memory is bounded before it begins.

use super::{Image, put_sample};
use jxl_oxide::{AllocTracker, FrameBuffer, JxlImage};
use std::panic::{self, AssertUnwindSafe};

/// What the decoder may have allocated for a frame at any time, in bytes: some twelve for each sample of the largest image.
const MEMORY_BYTES_MAX: usize = 768 << 20;
/// Its floats hold every whole number of as many bits.
const PRECISION_MAX: u32 = 16;

/// The pixels of a frame: little endian, the samples of a pixel beside each other, in the colours that the codestream
/// declares (RGB or grey, whatever it holds them as). And of how many bits the samples are.
pub(super) fn decompress(bytes: &[u8], image: Image) -> Result<(Vec<u8>, u16), String> {
    // It is a decoder of bytes from anywhere: should it panic, this image is bad, and no more.
    let decoded = panic::catch_unwind(AssertUnwindSafe(|| decode(bytes, image)));
    decoded.unwrap_or_else(|_| Err("the decoder failed".to_owned()))
}

fn decode(bytes: &[u8], image: Image) -> Result<(Vec<u8>, u16), String> {
    let builder = JxlImage::builder().alloc_tracker(AllocTracker::with_limit(MEMORY_BYTES_MAX));
    let decoder = builder.read(bytes).map_err(|error| error.to_string())?;
    let precision = decoder.image_header().metadata.bit_depth.bits_per_sample();
    let (rows, columns) = (decoder.height(), decoder.width());
    let is_as_said = (rows, columns) == (u32::from(image.rows), u32::from(image.columns))
        && decoder.pixel_format().channels() == usize::from(image.samples)
        && precision <= u32::from(image.bits);
    if !is_as_said {
        return Err(format!(
            "{rows} rows, {columns} columns, {:?}, {precision} bits is not what the image is said to be",
            decoder.pixel_format()
        ));
    }
    if !(1..=PRECISION_MAX).contains(&precision) {
        return Err(format!("samples of {precision} bits are not supported"));
    }
    if !decoder.is_loading_done() {
        return Err("the codestream breaks off".to_owned());
    }
    let rendered = decoder.render_frame(0).map_err(|error| error.to_string())?;
    // Fits: it is not more than 16.
    let precision = precision as u16;
    Ok((interleave(&rendered.image_planar(), precision, image)?, precision))
}

/// From planes of floats, whose 1.0 is the largest sample.
fn interleave(planes: &[FrameBuffer], precision: u16, image: Image) -> Result<Vec<u8>, String> {
    let mut pixels = vec![0; image.frame_bytes()];
    let top = ((1_u32 << precision) - 1) as f32;
    let (samples, sample_bytes) = (usize::from(image.samples), image.sample_bytes());
    for (index, plane) in planes.iter().take(samples).enumerate() {
        let places = pixels.chunks_exact_mut(sample_bytes).skip(index).step_by(samples);
        if plane.buf().len() != places.len() {
            return Err("a plane of another size".to_owned());
        }
        for (place, sample) in places.zip(plane.buf()) {
            // A cast from a float stops at the ends.
            let pattern = (sample * top).round_ties_even().min(top) as u32;
            put_sample(pattern, precision, image, place);
        }
    }
    Ok(pixels)
}
