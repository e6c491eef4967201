//! Presentation data values: what a P-DATA-TF is made of.
//!
//! PS3.8 sections 9.3.5 and E.2. Takes the body of a PDU whole or in pieces of any size, and hands out slices of them.
//! Must not copy a value or allocate. Which contexts are accepted, and what a message is, others know.

use super::{HEADER_BYTES, PduError, PduType};

/// Bytes before the value of a PDV: its length in four, the presentation context ID, and the message control header.
pub const PDV_HEADER_BYTES: usize = 6;

/// What the length field of a PDV counts besides its value: context ID and message control header (PS3.8 9.3.5.1).
const PDV_LENGTH_OVERHEAD: u32 = 2;
/// Message control header: the value is part of a command, not of a data set (PS3.8 E.2).
const COMMAND: u8 = 0x01;
/// Message control header: the value is the last part (PS3.8 E.2).
const LAST: u8 = 0x02;

/// A PDV, or part of one where the PDU comes in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdvPiece<'b> {
    /// The presentation context of the message, accepted or not.
    pub presentation_context_id: u8,
    /// Part of a command set? Otherwise part of a data set.
    pub is_command: bool,
    /// Does the command or data set end with this piece?
    pub is_last_fragment: bool,
    /// The bytes; may be empty.
    pub bytes: &'b [u8],
}

/// Reads the PDVs of one P-DATA-TF after the other.
///
/// For each PDU call [`PdvReader::begin`] with its length field, and then [`PdvReader::next`] until it gives
/// `None`, with each piece of the body that the framer gives.
#[derive(Clone, Debug, Default)]
pub struct PdvReader {
    /// Bytes of the body still to come, those of the current PDV included.
    body_remaining: u32,
    /// Bytes of the current PDV's value still to come. Invariant: at most `body_remaining`.
    value_remaining: u32,
    /// The head of the PDV to come, as far as it is there, or of the current one.
    head: [u8; PDV_HEADER_BYTES],
    /// How many bytes of `head` are there. Invariant: at most 6; 6 while within a value.
    head_length: usize,
}

impl PdvReader {
    /// A reader that waits for its first PDU.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A P-DATA-TF with a body of `body_length` bytes begins.
    ///
    /// # Errors
    /// A body too short for one PDV.
    pub fn begin(&mut self, body_length: u32) -> Result<(), PduError> {
        *self = Self::default();
        if body_length < PDV_HEADER_BYTES as u32 {
            return Err(PduError::PduLength {
                pdu_type: PduType::DataTf,
                found: body_length,
                expected: PDV_HEADER_BYTES as u32,
            });
        }
        self.body_remaining = body_length;
        Ok(())
    }

    /// Takes the next PDV, or part of one, off the front of `input`. `Ok(None)`: `input` is used up, or the body is
    /// complete and what is left of `input` is no part of it.
    ///
    /// # Errors
    /// A PDV length of less than 2 or past the end of the PDU, or one that leaves too few bytes behind the PDV for
    /// the head of another; as soon as the length field is there. The reader then gives nothing more.
    pub fn next<'b>(&mut self, input: &mut &'b [u8]) -> Result<Option<PdvPiece<'b>>, PduError> {
        if self.head_length < PDV_HEADER_BYTES {
            let seen = self.head_length;
            self.fill_head(input);
            if seen < 4 && self.head_length >= 4 {
                self.check_pdv_length().inspect_err(|_| {
                    *self = Self::default();
                })?;
            }
            if self.head_length < PDV_HEADER_BYTES {
                return Ok(None);
            }
            self.body_remaining -= PDV_HEADER_BYTES as u32;
            self.value_remaining = self.pdv_length().saturating_sub(PDV_LENGTH_OVERHEAD);
        } else if input.is_empty() {
            return Ok(None);
        }
        let there = usize::try_from(self.value_remaining).unwrap_or(usize::MAX);
        let (bytes, rest) = input.split_at_checked(there).unwrap_or((*input, &[]));
        *input = rest;
        // No longer than `value_remaining`, so that it fits and nothing wraps.
        let taken = bytes.len() as u32;
        self.value_remaining -= taken;
        self.body_remaining -= taken;
        let [.., presentation_context_id, control] = self.head;
        let pdv_ends = self.value_remaining == 0;
        if pdv_ends {
            self.head_length = 0;
        } else if bytes.is_empty() {
            // Only the head was there.
            return Ok(None);
        }
        Ok(Some(PdvPiece {
            presentation_context_id,
            is_command: control & COMMAND != 0,
            is_last_fragment: pdv_ends && control & LAST != 0,
            bytes,
        }))
    }

    /// Has all of the body been handed out?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.body_remaining == 0
    }

    /// Moves bytes from `input` to the head, as many as it lacks and the body still has.
    fn fill_head(&mut self, input: &mut &[u8]) {
        if self.body_remaining == 0 {
            return;
        }
        for to in self.head.iter_mut().skip(self.head_length) {
            let Some((byte, rest)) = input.split_first() else {
                return;
            };
            *to = *byte;
            *input = rest;
            self.head_length += 1;
        }
    }

    fn pdv_length(&self) -> u32 {
        let [a, b, c, d, ..] = self.head;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Holds the length field of the PDV against what the body still has, in 64 bits, where nothing wraps.
    fn check_pdv_length(&self) -> Result<(), PduError> {
        let length = self.pdv_length();
        if length < PDV_LENGTH_OVERHEAD {
            return Err(PduError::InvalidParameterValue {
                what: "PDV length",
                found: length.into(),
                expected: "at least 2",
            });
        }
        let available = u64::from(self.body_remaining) - 4;
        let Some(behind) = available.checked_sub(length.into()) else {
            return Err(PduError::Truncated { what: "PDV", found: available, expected: length.into() });
        };
        if behind > 0 && behind < PDV_HEADER_BYTES as u64 {
            return Err(PduError::Truncated {
                what: "head of a PDV",
                found: behind,
                expected: PDV_HEADER_BYTES as u64,
            });
        }
        Ok(())
    }
}

/// The headers of a P-DATA-TF that holds one PDV, whose value has `value_length` bytes, at most 2^32 - 7.
#[must_use]
pub fn data_tf_heads(
    value_length: u32,
    presentation_context_id: u8,
    is_command: bool,
    is_last_fragment: bool,
) -> [u8; HEADER_BYTES + PDV_HEADER_BYTES] {
    let pdv = pdv_header(value_length, presentation_context_id, is_command, is_last_fragment);
    let pdu = data_tf_header(value_length.saturating_add(PDV_HEADER_BYTES as u32));
    let mut heads = [0; HEADER_BYTES + PDV_HEADER_BYTES];
    let (first, second) = heads.split_at_mut(HEADER_BYTES);
    first.copy_from_slice(&pdu);
    second.copy_from_slice(&pdv);
    heads
}

fn data_tf_header(body_length: u32) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = body_length.to_be_bytes();
    [PduType::DataTf as u8, 0, a, b, c, d]
}

fn pdv_header(
    value_length: u32,
    presentation_context_id: u8,
    is_command: bool,
    is_last_fragment: bool,
) -> [u8; PDV_HEADER_BYTES] {
    debug_assert!(value_length <= u32::MAX - PDV_LENGTH_OVERHEAD);
    let [a, b, c, d] = value_length.saturating_add(PDV_LENGTH_OVERHEAD).to_be_bytes();
    let control = if is_command { COMMAND } else { 0 } | if is_last_fragment { LAST } else { 0 };
    [a, b, c, d, presentation_context_id, control]
}

/// Appends the header of a P-DATA-TF whose PDVs have `body_length` bytes in all, their headers included.
pub fn put_data_tf_header(out: &mut Vec<u8>, body_length: u32) {
    out.extend_from_slice(&data_tf_header(body_length));
}

/// Appends the header of a PDV whose value has `value_length` bytes, at most 2^32 - 3.
pub fn put_pdv_header(
    out: &mut Vec<u8>,
    value_length: u32,
    presentation_context_id: u8,
    is_command: bool,
    is_last_fragment: bool,
) {
    out.extend_from_slice(&pdv_header(value_length, presentation_context_id, is_command, is_last_fragment));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_error(body_length: u32, bytes: &[u8]) -> PduError {
        let mut reader = PdvReader::new();
        reader.begin(body_length).unwrap();
        let mut input = bytes;
        reader.next(&mut input).unwrap_err()
    }

    #[test]
    fn a_body_too_short_for_a_pdv_is_refused() {
        for length in 0..6 {
            assert_eq!(PdvReader::new().begin(length).unwrap_err().abort_reason(), 6);
        }
        assert_eq!(PdvReader::new().begin(6), Ok(()));
    }

    #[test]
    fn pdv_length_of_0_or_1_is_refused() {
        for length in [0u32, 1] {
            let error = first_error(100, &length.to_be_bytes());
            assert!(matches!(error, PduError::InvalidParameterValue { .. }));
            assert_eq!(error.abort_reason(), 6);
        }
    }

    #[test]
    fn pdv_length_near_2_31_and_2_32_is_refused_and_nothing_wraps() {
        for length in
            [97, (1 << 31) - 1, 1 << 31, (1 << 31) + 1, u32::MAX - 5, u32::MAX - 4, u32::MAX - 1, u32::MAX]
        {
            let error = first_error(100, &u32::to_be_bytes(length));
            assert!(matches!(error, PduError::Truncated { .. }), "{length}");
        }
        // The longest body there is: the largest length that fits, and the ones that do not.
        let largest = u32::MAX - 4;
        let mut reader = PdvReader::new();
        reader.begin(u32::MAX).unwrap();
        let mut head = largest.to_be_bytes().to_vec();
        head.extend([1, 3]);
        assert_eq!(reader.next(&mut head.as_slice()), Ok(None));
        assert!(!reader.is_complete());
        for length in [largest + 1, u32::MAX] {
            first_error(u32::MAX, &length.to_be_bytes());
        }
    }

    #[test]
    fn bytes_left_behind_too_few_for_a_pdv_are_refused_at_once() {
        for behind in 1..6u32 {
            first_error(10 + behind, &6u32.to_be_bytes());
        }
        let mut reader = PdvReader::new();
        reader.begin(16).unwrap();
        assert_eq!(reader.next(&mut &6u32.to_be_bytes()[..]), Ok(None));
    }

    #[test]
    fn after_an_error_the_reader_gives_nothing() {
        let mut reader = PdvReader::new();
        reader.begin(100).unwrap();
        assert!(reader.next(&mut &[0u8; 50][..]).is_err());
        let mut input = &[0u8; 50][..];
        assert_eq!(reader.next(&mut input), Ok(None));
        assert_eq!(input.len(), 50);
    }

    #[test]
    fn an_empty_value_is_a_piece() {
        let mut body = Vec::new();
        put_pdv_header(&mut body, 0, 5, false, true);
        let mut reader = PdvReader::new();
        reader.begin(6).unwrap();
        let piece =
            PdvPiece { presentation_context_id: 5, is_command: false, is_last_fragment: true, bytes: &[] };
        assert_eq!(reader.next(&mut body.as_slice()), Ok(Some(piece)));
        assert!(reader.is_complete());
        assert_eq!(reader.next(&mut &[1u8, 2][..]), Ok(None));
    }

    #[test]
    fn reserved_bits_of_the_control_header_are_ignored() {
        let mut reader = PdvReader::new();
        reader.begin(7).unwrap();
        let mut input = &[0, 0, 0, 3, 1, 0xFD, 9][..];
        let piece = reader.next(&mut input).unwrap().unwrap();
        assert!(piece.is_command && !piece.is_last_fragment);
    }
}
