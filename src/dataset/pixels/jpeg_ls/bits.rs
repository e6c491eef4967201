//! The bits of a scan (T.87 A.1 and C.3.3): after a byte FF seven bits follow, and a marker ends them.

/// Reads bits, the most significant first.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The bits that were taken from the bytes and not yet from here: the lowest `count`.
    held: u64,
    count: u32,
    is_after_ff: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0, is_after_ff: false }
    }

    /// What follows the scan: from the next marker on.
    pub(super) fn rest(&self) -> &'a [u8] {
        let rest = self.bytes.get(self.at.saturating_sub(self.count as usize / 8 + 1)..).unwrap_or_default();
        let marker = rest.windows(2).position(|pair| matches!(pair, [0xFF, 0x80..=0xFF]));
        marker.and_then(|at| rest.get(at..)).unwrap_or_default()
    }

    /// A number of up to 32 bits; `None` past the end.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        while self.count < count {
            self.fill()?;
        }
        self.count -= count;
        let taken = self.held >> self.count & ((1 << count) - 1);
        // Fits: it has no more bits than were asked for.
        Some(taken as u32)
    }

    /// How many zeros there are before the next one, which is taken too: not more than `max`.
    pub(super) fn zeros(&mut self, max: u32) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros > max {
                return None;
            }
        }
        Some(zeros)
    }

    fn fill(&mut self) -> Option<()> {
        let byte = *self.bytes.get(self.at)?;
        if self.is_after_ff && byte >= 0x80 {
            return None;
        }
        let bits = if self.is_after_ff { 7 } else { 8 };
        self.held = self.held << bits | u64::from(byte);
        self.count += bits;
        self.is_after_ff = byte == 0xFF;
        self.at += 1;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_after_ff_has_seven_bits_and_a_marker_ends_them() {
        let mut bits = Bits::new(&[0xFF, 0x55, 0x80, 0xFF, 0xD9]);
        assert_eq!((bits.take(8), bits.take(7), bits.zeros(3)), (Some(0xFF), Some(0x55), Some(0)));
        assert_eq!(bits.rest(), [0xFF, 0xD9]);
        assert_eq!((bits.take(7), bits.take(8), bits.take(1)), (Some(0), Some(0xFF), None));
    }

    #[test]
    fn zeros_are_counted_up_to_the_bound() {
        assert_eq!(Bits::new(&[0x08]).zeros(4), Some(4));
        assert_eq!(Bits::new(&[0x08]).zeros(3), None);
        assert_eq!(Bits::new(&[0]).zeros(40), None);
    }
}
