//! Application entity titles as the A-ASSOCIATE PDUs carry them: sixteen bytes, padded with spaces.
//!
//! PS3.5 section 6.2 (value representation AE) and PS3.8 9.3.2. What a peer sent is kept byte for byte; whether
//! it is a title that anybody knows is for the application to say.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::ValueError;
use super::uid::trim_padding;

/// The title of an application entity. Two are equal if they differ only in the spaces around them.
#[derive(Clone, Copy)]
pub struct AeTitle([u8; 16]);

impl AeTitle {
    /// Longest title, and the size of the field (PS3.8 9.3.2).
    pub const BYTES_MAX: usize = 16;
    /// Sixteen spaces: no title (PS3.5 6.2 forbids it; peers send it all the same).
    pub const BLANK: Self = Self([b' '; 16]);

    /// A title of our own; empty or all spaces gives [`AeTitle::BLANK`].
    ///
    /// # Errors
    /// More than 16 bytes; a control character, a backslash or a byte outside ASCII (PS3.5 6.2).
    pub fn new(text: &[u8]) -> Result<Self, ValueError> {
        const WHAT: &str = "AE title";
        if text.len() > Self::BYTES_MAX {
            return Err(ValueError::TooLong { what: WHAT, found: text.len(), maximum: Self::BYTES_MAX });
        }
        let bad = |b: &&u8| !(0x20..0x7F).contains(*b) || **b == b'\\';
        if let Some(&found) = text.iter().find(bad) {
            return Err(ValueError::Character { what: WHAT, found });
        }
        let mut title = Self::BLANK;
        for (to, from) in title.0.iter_mut().zip(text) {
            *to = *from;
        }
        Ok(title)
    }

    /// The field of a PDU, whatever is in it.
    #[must_use]
    pub const fn from_wire(field: [u8; 16]) -> Self {
        Self(field)
    }

    /// The sixteen bytes for the wire.
    #[must_use]
    pub const fn as_wire(&self) -> &[u8; 16] {
        &self.0
    }

    /// The title without the spaces around it, which mean nothing, and without NULs at its end.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        let mut text = trim_padding(&self.0);
        while let [b' ', rest @ ..] = text {
            text = rest;
        }
        text
    }

    /// Is there no title?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl Default for AeTitle {
    fn default() -> Self {
        Self::BLANK
    }
}

impl PartialEq for AeTitle {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for AeTitle {}

impl Hash for AeTitle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for AeTitle {
    /// The title, with whatever is not printable ASCII escaped: safe for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl fmt::Debug for AeTitle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AeTitle({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_padded_with_spaces() {
        let title = AeTitle::new(b"STORE SCP").unwrap();
        assert_eq!(title.as_wire(), b"STORE SCP       ");
        assert_eq!(title.as_bytes(), b"STORE SCP");
        assert!(!title.is_blank());
        assert!(AeTitle::new(b"").unwrap().is_blank());
        assert!(AeTitle::new(b"   ").unwrap().is_blank());
        assert!(AeTitle::new(b"SIXTEEN BYTES OK").is_ok());
    }

    #[test]
    fn what_ps3_5_forbids_is_refused() {
        assert!(matches!(AeTitle::new(b"SEVENTEEN BYTES!!"), Err(ValueError::TooLong { found: 17, .. })));
        for byte in 0..=255u8 {
            let allowed = (0x20..0x7F).contains(&byte) && byte != b'\\';
            assert_eq!(AeTitle::new(&[b'A', byte]).is_ok(), allowed, "{byte:#04x}");
        }
    }

    #[test]
    fn the_field_of_the_wire_may_hold_any_bytes() {
        let title = AeTitle::from_wire(*b"  A\\%n\xFF\x01        ");
        assert_eq!(title.as_bytes(), b"A\\%n\xFF\x01");
        assert_eq!(title.to_string(), "A\\\\%n\\xff\\x01");
        assert!(AeTitle::from_wire([0; 16]).is_blank());
        assert_eq!(AeTitle::from_wire(*b"  ABC          \0"), AeTitle::new(b"ABC").unwrap());
    }
}
