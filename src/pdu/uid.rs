//! UIDs as PDUs carry them: at most 64 bytes, held inline.
//!
//! PS3.5 section 9.1 and PS3.8 Annex F. A UID from the wire is kept as it came, valid or not, because what to
//! answer is not decided here; a UID from our own side is checked.

use std::fmt;

use super::ValueError;

/// A unique identifier, or what a peer sent in its place. Copies, and never allocates.
///
/// Invariant: the bytes past the length are zero, so that derived comparison is right.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid {
    bytes: [u8; Self::BYTES_MAX],
    length: u8,
}

impl Uid {
    /// Longest UID (PS3.5 9.1).
    pub const BYTES_MAX: usize = 64;
    /// No UID: of length 0.
    pub const EMPTY: Self = Self { bytes: [0; Self::BYTES_MAX], length: 0 };
    /// The DICOM application context name (PS3.7 Annex A.2.1).
    pub const APPLICATION_CONTEXT: Self = Self::from_static("1.2.840.10008.3.1.1.1");
    /// Verification SOP class (PS3.4 Annex A).
    pub const VERIFICATION: Self = Self::from_static("1.2.840.10008.1.1");
    /// Implicit VR Little Endian, the default transfer syntax (PS3.5 Annex A.1).
    pub const IMPLICIT_VR_LITTLE_ENDIAN: Self = Self::from_static("1.2.840.10008.1.2");
    /// Explicit VR Little Endian (PS3.5 Annex A.2).
    pub const EXPLICIT_VR_LITTLE_ENDIAN: Self = Self::from_static("1.2.840.10008.1.2.1");

    /// The implementation class of this library. Made from a random UUID, as PS3.5 B.2 allows.
    pub const IMPLEMENTATION_CLASS: Self = Self::from_static("2.25.72442790516213644778916921785747360581");

    /// A UID from the program's own text, taken as it is.
    ///
    /// # Panics
    /// If `text` is longer than 64 bytes: in a constant, that is an error of the compiler.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(text.len() <= Self::BYTES_MAX, "a UID has at most 64 bytes");
        Self::copy_of(text.as_bytes())
    }

    /// A UID that keeps the rules of PS3.5 9.1: digits and dots, 1 to 64 bytes, no component empty or with
    /// a leading zero.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn new(text: &[u8]) -> Result<Self, ValueError> {
        const WHAT: &str = "UID";
        if text.is_empty() {
            return Err(ValueError::Empty { what: WHAT });
        }
        if text.len() > Self::BYTES_MAX {
            return Err(ValueError::TooLong { what: WHAT, found: text.len(), maximum: Self::BYTES_MAX });
        }
        if let Some(&found) = text.iter().find(|b| !b.is_ascii_digit() && **b != b'.') {
            return Err(ValueError::Character { what: WHAT, found });
        }
        let bad = |part: &[u8]| part.is_empty() || (part.len() > 1 && part.first() == Some(&b'0'));
        if text.split(|b| *b == b'.').any(bad) {
            return Err(ValueError::UidComponent);
        }
        Ok(Self::copy_of(text))
    }

    /// A UID from the wire: NULs and spaces at its end are padding and go, all else stays as it is.
    /// `None` if more than 64 bytes are left.
    #[must_use]
    pub fn from_wire(field: &[u8]) -> Option<Self> {
        let text = trim_padding(field);
        (text.len() <= Self::BYTES_MAX).then(|| Self::copy_of(text))
    }

    /// As [`Uid::from_wire`], but an over-long one becomes its first 61 bytes and three dots.
    ///
    /// No valid UID has an empty component, so the result equals none, and still shows in a log what came.
    #[must_use]
    pub fn from_wire_lossy(field: &[u8]) -> Self {
        const MARK: &[u8] = b"...";
        Self::from_wire(field).unwrap_or_else(|| {
            let mut uid = Self::copy_of(field);
            let at = Self::BYTES_MAX - MARK.len();
            for (to, from) in uid.bytes.iter_mut().skip(at).zip(MARK) {
                *to = *from;
            }
            uid
        })
    }

    /// The UID without padding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Is this no UID at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The first 64 bytes of `text`.
    const fn copy_of(text: &[u8]) -> Self {
        let mut bytes = [0; Self::BYTES_MAX];
        let mut length = 0;
        let mut to: &mut [u8] = &mut bytes;
        let mut from = text;
        while let (Some((into, rest)), Some((byte, tail))) = (to.split_first_mut(), from.split_first()) {
            *into = *byte;
            to = rest;
            from = tail;
            length += 1;
        }
        Self { bytes, length }
    }
}

/// `field` without the NULs and spaces at its end, with which senders pad to an even length.
pub(super) fn trim_padding(field: &[u8]) -> &[u8] {
    let mut text = field;
    while let [rest @ .., 0 | b' '] = text {
        text = rest;
    }
    text
}

impl Default for Uid {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl fmt::Display for Uid {
    /// The text, with whatever is not printable ASCII escaped: safe for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_rules() {
        for good in ["1", "0", "1.2.840.10008.1.1", "2.25.0.1", &"1".repeat(64)] {
            assert_eq!(Uid::new(good.as_bytes()).unwrap().as_bytes(), good.as_bytes());
        }
        assert_eq!(Uid::new(b""), Err(ValueError::Empty { what: "UID" }));
        assert!(matches!(Uid::new(&[b'1'; 65]), Err(ValueError::TooLong { found: 65, .. })));
        for bad in ["1.02", "1..2", ".1", "1.", "00"] {
            assert_eq!(Uid::new(bad.as_bytes()), Err(ValueError::UidComponent));
        }
        for byte in (0..=255u8).filter(|b| !b.is_ascii_digit() && *b != b'.') {
            assert!(matches!(
                Uid::new(&[b'1', byte]),
                Err(ValueError::Character { found, .. }) if found == byte
            ));
        }
    }

    #[test]
    fn padding_of_the_wire_is_not_part_of_a_uid() {
        assert_eq!(Uid::from_wire(b"1.2.840.10008.1.1\0 \0"), Some(Uid::VERIFICATION));
        let mut padded = [b' '; 200];
        padded[..3].copy_from_slice(b"1.2");
        assert_eq!(Uid::from_wire(&padded), Some(Uid::from_static("1.2")));
        assert_eq!(Uid::from_wire(b"\0\0"), Some(Uid::EMPTY));
        assert_eq!(Uid::from_wire(&[b'1'; 65]), None);
    }

    #[test]
    fn an_over_long_uid_equals_no_valid_one() {
        let uid = Uid::from_wire_lossy(&[b'1'; 65]);
        assert_eq!(uid.as_bytes().len(), 64);
        assert_eq!(Uid::new(uid.as_bytes()), Err(ValueError::UidComponent));
        // A known name that is followed by enough padding and one more byte.
        let mut trap = vec![b' '; 100];
        trap[..17].copy_from_slice(Uid::VERIFICATION.as_bytes());
        trap.push(b'x');
        assert_ne!(Uid::from_wire_lossy(&trap), Uid::VERIFICATION);
    }

    #[test]
    fn display_is_safe_for_a_log() {
        let all: Vec<u8> = (0..=255).collect();
        for part in all.chunks(50) {
            let text = Uid::from_wire_lossy(part).to_string();
            assert!(text.bytes().all(|b| (0x20..0x7F).contains(&b)), "{text}");
        }
    }
}
