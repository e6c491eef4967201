//! The implementation version name: at most sixteen bytes, held inline (PS3.7 D.3.3.2.3).

use std::fmt;

use super::ValueError;
use super::uid::trim_padding;

/// What an implementation calls its version, as `LDICOMNET_0_1`. Copies, and never allocates.
///
/// Invariant: the bytes past the length are zero, so that derived comparison is right.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VersionName {
    bytes: [u8; Self::BYTES_MAX],
    length: u8,
}

impl VersionName {
    /// Longest name (PS3.7 D.3.3.2.3).
    pub const BYTES_MAX: usize = 16;
    /// The name of this library.
    pub const IMPLEMENTATION: Self = Self::from_static("LDICOMNET_0_1");

    /// A name of our own: 1 to 16 printable ASCII characters.
    ///
    /// # Errors
    /// Empty, too long, or a byte outside the basic G0 set of ISO 646.
    pub fn new(text: &[u8]) -> Result<Self, ValueError> {
        const WHAT: &str = "implementation version name";
        if text.is_empty() {
            return Err(ValueError::Empty { what: WHAT });
        }
        if text.len() > Self::BYTES_MAX {
            return Err(ValueError::TooLong { what: WHAT, found: text.len(), maximum: Self::BYTES_MAX });
        }
        if let Some(&found) = text.iter().find(|b| !(0x20..0x7F).contains(*b)) {
            return Err(ValueError::Character { what: WHAT, found });
        }
        Ok(Self::copy_of(text))
    }

    /// A name from the program's own text, taken as it is.
    ///
    /// # Panics
    /// If `text` is longer than 16 bytes: in a constant, that is an error of the compiler.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(text.len() <= Self::BYTES_MAX, "at most 16 bytes");
        Self::copy_of(text.as_bytes())
    }

    /// A name from the wire, whatever bytes it has: padding at its end goes, and so does all past 16 bytes,
    /// because a name that only informs is no reason to refuse an association.
    #[must_use]
    pub fn from_wire(field: &[u8]) -> Self {
        let text = trim_padding(field);
        // What is cut off may have been all that stood behind padding.
        Self::copy_of(trim_padding(text.get(..Self::BYTES_MAX).unwrap_or(text)))
    }

    /// The name without padding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The first 16 bytes of `text`.
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

impl fmt::Display for VersionName {
    /// The name, with whatever is not printable ASCII escaped: safe for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl fmt::Debug for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VersionName({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_sixteen_printable_characters() {
        assert_eq!(VersionName::new(b"1").unwrap().as_bytes(), b"1");
        assert!(VersionName::new(&[b'V'; 16]).is_ok());
        assert!(VersionName::new(&[b'V'; 17]).is_err());
        assert!(VersionName::new(b"").is_err());
        for byte in 0..=255u8 {
            assert_eq!(VersionName::new(&[byte]).is_ok(), (0x20..0x7F).contains(&byte));
        }
    }

    #[test]
    fn the_wire_may_say_anything() {
        assert_eq!(VersionName::from_wire(b"OFFIS\0").as_bytes(), b"OFFIS");
        assert_eq!(VersionName::from_wire(&[0xFF; 70]).as_bytes(), [0xFF; 16]);
        assert_eq!(VersionName::from_wire(b"").as_bytes(), b"");
    }
}
