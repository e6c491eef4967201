//! RLE Lossless (PS3.5 Annex G): a frame is up to fifteen segments, one for each byte of each sample.

use super::Image;

/// The header: the number of segments and fifteen offsets (PS3.5 G.5).
const HEADER_BYTES: usize = 64;
/// Two bytes become 128 at most.
const RATIO_MAX: usize = 64;

/// The pixels of a frame: little endian, the samples of a pixel beside each other.
pub(super) fn decompress(bytes: &[u8], image: Image) -> Result<Vec<u8>, String> {
    if image.frame_bytes() > bytes.len().saturating_mul(RATIO_MAX) {
        return Err("too few bytes for so many pixels".to_owned());
    }
    let (header, _) = bytes.split_at_checked(HEADER_BYTES).ok_or("the header is cut off")?;
    let mut words = header.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word) as usize);
    let (samples, sample_bytes) = (usize::from(image.samples), image.sample_bytes());
    let count = words.next().unwrap_or(0);
    if count != samples * sample_bytes {
        return Err(format!("{count} segments, not {}", samples * sample_bytes));
    }
    let offsets: Vec<usize> = words.take(count).chain([bytes.len()]).collect();
    let mut pixels = vec![0; image.frame_bytes()];
    for (index, bounds) in offsets.windows(2).enumerate() {
        let &[start, end] = bounds else { continue };
        let segment =
            bytes.get(start..end).filter(|_| start >= HEADER_BYTES).ok_or("a segment outside the frame")?;
        // The most significant byte of a sample comes first.
        let (sample, byte) = (index / sample_bytes, sample_bytes - 1 - index % sample_bytes);
        let plane = pixels.iter_mut().skip(sample * sample_bytes + byte).step_by(samples * sample_bytes);
        unpack(segment, plane).ok_or_else(|| format!("segment {} ends early", index + 1))?;
    }
    Ok(pixels)
}

/// Fills a plane from a segment (PS3.5 G.3.2); `None` if that ends before the plane does.
fn unpack<'a>(segment: &[u8], mut plane: impl ExactSizeIterator<Item = &'a mut u8>) -> Option<()> {
    let mut rest = segment;
    while plane.len() > 0 {
        let (control, after) = rest.split_first()?;
        rest = after;
        match *control {
            literal @ 0..=127 => {
                let (bytes, after) = rest.split_at_checked(usize::from(literal) + 1)?;
                plane.by_ref().zip(bytes).for_each(|(pixel, byte)| *pixel = *byte);
                rest = after;
            }
            // A no-operation.
            128 => {}
            run => {
                let (byte, after) = rest.split_first()?;
                plane.by_ref().take(257 - usize::from(run)).for_each(|pixel| *pixel = *byte);
                rest = after;
            }
        }
    }
    Some(())
}
