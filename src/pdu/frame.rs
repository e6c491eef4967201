//! Finds the PDUs in a stream of bytes.
//!
//! PS3.8 section 9.3.1. Judges a PDU by its type and length field alone, as soon as they are there, so that no byte
//! is waited for, and none stored, on the word of a peer that speaks something else or lies. Must not copy or
//! allocate: a frame is a slice of the caller's buffer.

use super::control::CONTROL_BODY_BYTES;
use super::items::ASSOCIATE_FIXED_BYTES;
use super::{HEADER_BYTES, PduError, PduType};

/// How long the PDUs of a peer may be. The lengths are those of the length field: without the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest A-ASSOCIATE-RQ or -AC, in bytes. The default is 1 MiB: an honest one with 128 contexts of
    /// 60 transfer syntaxes has a third of that.
    pub associate_bytes_max: u32,
    /// Longest P-DATA-TF, in bytes: what we advertised as our maximum length (PS3.8 D.1); 0 is without limit.
    pub data_bytes_max: u32,
    /// Longest P-DATA-TF, in bytes and header included, that is handed out whole; a longer one comes in pieces.
    pub whole_bytes_max: usize,
}

impl Default for Limits {
    /// 1 MiB for an A-ASSOCIATE; 128 KiB for a P-DATA-TF, and all of those whole.
    fn default() -> Self {
        Self {
            associate_bytes_max: 1 << 20,
            data_bytes_max: 1 << 17,
            whole_bytes_max: (1 << 17) + HEADER_BYTES,
        }
    }
}

/// Cuts a stream into PDUs. Belongs to one connection; holds nothing but its limits and its place in a long PDU.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    limits: Limits,
    /// Bytes still to come of the P-DATA-TF that is being handed out in pieces.
    piece_remaining: u64,
}

/// A PDU, or part of one, as it lies in the caller's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame<'b> {
    /// A whole PDU.
    Whole {
        /// Which PDU.
        pdu_type: PduType,
        /// All its bytes, the header included.
        bytes: &'b [u8],
    },
    /// Part of a P-DATA-TF that is longer than [`Limits::whole_bytes_max`].
    Piece {
        /// The next bytes of the PDU; those of the first piece begin with the whole header.
        bytes: &'b [u8],
        /// Is this the first piece?
        first: bool,
        /// Is this the last piece?
        last: bool,
    },
}

impl<'b> Frame<'b> {
    /// The bytes of the frame, which the caller has then consumed.
    #[must_use]
    pub fn bytes(&self) -> &'b [u8] {
        match self {
            Frame::Whole { bytes, .. } | Frame::Piece { bytes, .. } => bytes,
        }
    }

    /// How many bytes the caller has consumed with this frame: at least 1.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a frame is never empty")]
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// Which PDU it is, or is a part of.
    #[must_use]
    pub fn pdu_type(&self) -> PduType {
        match self {
            Frame::Whole { pdu_type, .. } => *pdu_type,
            Frame::Piece { .. } => PduType::DataTf,
        }
    }
}

impl Framer {
    /// A framer at the beginning of a stream.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, piece_remaining: 0 }
    }

    /// The limits, to be changed as the association is negotiated: a change counts from the next header on.
    pub fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// Is the next byte the middle of a P-DATA-TF that comes in pieces?
    #[must_use]
    pub fn is_within_data(&self) -> bool {
        self.piece_remaining > 0
    }

    /// The frame at the start of `input`, which is what the caller has not consumed yet; it must then consume
    /// `frame.len()` bytes before it calls again. `Ok(None)`: more bytes are needed, see [`Framer::wanted`].
    ///
    /// # Errors
    /// A type that is none, as soon as its one byte is there; a length that the type cannot have or that is
    /// over its limit, as soon as the header is there. The stream is then of no more use.
    pub fn next<'b>(&mut self, input: &'b [u8]) -> Result<Option<Frame<'b>>, PduError> {
        if self.piece_remaining > 0 {
            return Ok(self.piece(input, false));
        }
        let Some(&first) = input.first() else {
            return Ok(None);
        };
        let pdu_type = PduType::try_from(first)?;
        let Some(length) = body_length(input) else {
            return Ok(None);
        };
        self.check_length(pdu_type, length)?;
        let total = HEADER_BYTES as u64 + u64::from(length);
        if self.comes_in_pieces(pdu_type, total) {
            self.piece_remaining = total;
            return Ok(self.piece(input, true));
        }
        let bytes = usize::try_from(total).ok().and_then(|n| input.get(..n));
        Ok(bytes.map(|bytes| Frame::Whole { pdu_type, bytes }))
    }

    /// How many bytes, counted from the start of `input`, must be there before [`Framer::next`] can give the
    /// frame at its start: always more than `input` has, and never more than that frame has.
    #[must_use]
    pub fn wanted(&self, input: &[u8]) -> usize {
        let more = input.len().saturating_add(1);
        if self.piece_remaining > 0 {
            return more;
        }
        let (Some(&first), Some(length)) = (input.first(), body_length(input)) else {
            return HEADER_BYTES;
        };
        let total = HEADER_BYTES as u64 + u64::from(length);
        let Ok(pdu_type) = PduType::try_from(first) else {
            return more;
        };
        if self.check_length(pdu_type, length).is_err() || self.comes_in_pieces(pdu_type, total) {
            return more;
        }
        usize::try_from(total).unwrap_or(usize::MAX).max(more)
    }

    /// As much of the P-DATA-TF in progress as `input` has.
    fn piece<'b>(&mut self, input: &'b [u8], first: bool) -> Option<Frame<'b>> {
        let there = usize::try_from(self.piece_remaining).unwrap_or(usize::MAX);
        let bytes = input.get(..there).unwrap_or(input);
        if bytes.is_empty() {
            return None;
        }
        self.piece_remaining -= bytes.len() as u64;
        Some(Frame::Piece { bytes, first, last: self.piece_remaining == 0 })
    }

    fn comes_in_pieces(&self, pdu_type: PduType, total: u64) -> bool {
        pdu_type == PduType::DataTf && total > self.limits.whole_bytes_max as u64
    }

    fn check_length(&self, pdu_type: PduType, found: u32) -> Result<(), PduError> {
        let (minimum, maximum) = match pdu_type {
            PduType::AssociateRq | PduType::AssociateAc => {
                (ASSOCIATE_FIXED_BYTES as u32, self.limits.associate_bytes_max)
            }
            PduType::DataTf => match self.limits.data_bytes_max {
                0 => (1, u32::MAX),
                maximum => (1, maximum),
            },
            _ => (CONTROL_BODY_BYTES, CONTROL_BODY_BYTES),
        };
        if found < minimum {
            return Err(PduError::PduLength { pdu_type, found, expected: minimum });
        }
        if found > maximum {
            return Err(PduError::PduTooLong { pdu_type, found, maximum });
        }
        Ok(())
    }
}

/// The length field of the PDU that begins with `bytes`: how long its body is. `None` before all of the header is there.
#[must_use]
pub fn body_length(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [_, _, a, b, c, d, ..] => Some(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(pdu_type: u8, length: u32) -> Vec<u8> {
        let mut bytes = vec![pdu_type, 0];
        bytes.extend(length.to_be_bytes());
        bytes
    }

    #[test]
    fn an_unknown_type_is_an_error_with_its_one_byte() {
        for first in (0..=255u8).filter(|b| !(1..=7).contains(b)) {
            assert_eq!(Framer::default().next(&[first]), Err(PduError::UnrecognizedPdu { found: first }));
        }
        assert_eq!(Framer::default().next(&[]), Ok(None));
    }

    #[test]
    fn first_bytes_of_other_protocols_are_refused_at_once() {
        // HTTP, a TLS hello, SSH, HL7 (MLLP), zeros.
        for first in [&b"GET /"[..], &[0x16, 3, 1], b"SSH-2.0", b"\x0BMSH|", &[0; 8]] {
            let found = first[0];
            let error = Framer::default().next(first).unwrap_err();
            assert_eq!(error, PduError::UnrecognizedPdu { found });
            assert_eq!(error.abort_reason(), 1);
        }
    }

    #[test]
    fn a_length_over_the_limit_is_an_error_with_the_header() {
        let limits = Limits { associate_bytes_max: 1000, data_bytes_max: 2000, whole_bytes_max: 100 };
        for (pdu_type, maximum) in [(1, 1000), (2, 1000), (4, 2000)] {
            let mut framer = Framer::new(limits);
            assert_eq!(framer.next(&header(pdu_type, maximum)[..5]), Ok(None));
            assert!(framer.next(&header(pdu_type, maximum)).is_ok());
            for found in [maximum + 1, 1 << 31, u32::MAX] {
                let bytes = header(pdu_type, found);
                let error = Framer::new(limits).next(&bytes).unwrap_err();
                assert!(matches!(error, PduError::PduTooLong { .. }), "{error}");
                assert_eq!(error.abort_reason(), 6);
            }
        }
    }

    #[test]
    fn fixed_pdus_have_four_bytes_and_an_associate_at_least_68() {
        for pdu_type in [3, 5, 6, 7] {
            for length in [0, 3, 5, 255, u32::MAX] {
                assert!(Framer::default().next(&header(pdu_type, length)).is_err());
            }
            assert_eq!(Framer::default().next(&header(pdu_type, 4)), Ok(None));
        }
        assert!(Framer::default().next(&header(1, 67)).is_err());
        assert_eq!(Framer::default().next(&header(1, 68)), Ok(None));
        assert!(Framer::default().next(&header(4, 0)).is_err());
    }

    #[test]
    fn without_a_limit_a_p_data_tf_of_4_gib_comes_in_pieces() {
        let limits = Limits { data_bytes_max: 0, ..Limits::default() };
        let mut framer = Framer::new(limits);
        let bytes = header(4, u32::MAX);
        let frame = framer.next(&bytes).unwrap().unwrap();
        assert_eq!(frame, Frame::Piece { bytes: &bytes, first: true, last: false });
        assert!(framer.is_within_data());
        assert_eq!(framer.next(&[]), Ok(None));
        let chunk = vec![0; 1 << 20];
        let mut left = u64::from(u32::MAX);
        while left > 0 {
            let frame = framer.next(&chunk).unwrap().unwrap();
            left -= frame.len() as u64;
            let Frame::Piece { first, last, .. } = frame else { panic!("a whole PDU within a long one") };
            assert!(!first);
            assert_eq!(last, left == 0);
        }
        assert!(!framer.is_within_data());
    }

    #[test]
    fn wanted_leads_to_the_frame_and_never_past_it() {
        let mut stream = crate::pdu::encode_release_rq().to_vec();
        stream.extend(header(4, 300));
        stream.extend(vec![7; 300]);
        stream.extend(header(4, 10));
        stream.extend(vec![8; 10]);
        for whole_bytes_max in [16, 100, 306, 1000] {
            let mut framer = Framer::new(Limits { whole_bytes_max, ..Limits::default() });
            let (mut start, mut end, mut frames) = (0, 0, 0);
            while start < stream.len() {
                let input = &stream[start..end];
                match framer.next(input).unwrap() {
                    Some(frame) => {
                        start += frame.len();
                        frames += 1;
                    }
                    None => {
                        let wanted = framer.wanted(input);
                        assert!(wanted > input.len());
                        end = start + wanted;
                        assert!(end <= stream.len());
                    }
                }
            }
            // In pieces: the header, and then 300 times the one byte that is the least to wait for.
            assert_eq!(frames, if whole_bytes_max < 306 { 303 } else { 3 });
        }
    }
}
