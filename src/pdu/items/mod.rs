//! Items and sub-items: how an A-ASSOCIATE-RQ or -AC looks on the wire.
//!
//! PS3.8 sections 9.3.2 and 9.3.3, and PS3.7 Annex D.3.3. Reading is bounds first: [`Reader`] is the only way to
//! the bytes, and gives an error where fewer are left than somebody claims.

mod decode;
mod encode;

use super::PduError;

/// Bytes of an A-ASSOCIATE body before its variable items: version, reserved bytes, two titles (PS3.8 Table 9-11).
pub(super) const ASSOCIATE_FIXED_BYTES: usize = 68;

/// Most presentation contexts that are read: there are no more odd IDs in a byte, so that one more means that an
/// ID is even or repeated, which PS3.8 9.3.2.2 forbids.
pub const PRESENTATION_CONTEXTS_MAX: usize = 128;
/// Most transfer syntaxes that are read in one context. The standard names some sixty; without a limit, 64 KiB of
/// empty names would take sixteen times that in memory.
pub const TRANSFER_SYNTAXES_MAX: usize = 512;
/// Most sub-items of user information that are read: three for each context, the single ones, and as many again.
pub const USER_SUB_ITEMS_MAX: usize = 1024;

/// Types of the items (PS3.8 9.3.2 and 9.3.3).
pub(super) mod item_type {
    pub(crate) const APPLICATION_CONTEXT: u8 = 0x10;
    pub(crate) const PRESENTATION_CONTEXT_RQ: u8 = 0x20;
    pub(crate) const PRESENTATION_CONTEXT_AC: u8 = 0x21;
    pub(crate) const ABSTRACT_SYNTAX: u8 = 0x30;
    pub(crate) const TRANSFER_SYNTAX: u8 = 0x40;
    pub(crate) const USER_INFORMATION: u8 = 0x50;
}

/// Types of the sub-items of the user information.
pub mod user_item_type {
    /// Maximum length (PS3.8 D.1).
    pub const MAXIMUM_LENGTH: u8 = 0x51;
    /// Implementation class UID (PS3.7 D.3.3.2.1).
    pub const IMPLEMENTATION_CLASS_UID: u8 = 0x52;
    /// Asynchronous operations window (PS3.7 D.3.3.3).
    pub const ASYNCHRONOUS_OPERATIONS: u8 = 0x53;
    /// SCP/SCU role selection (PS3.7 D.3.3.4).
    pub const ROLE_SELECTION: u8 = 0x54;
    /// Implementation version name (PS3.7 D.3.3.2.3).
    pub const IMPLEMENTATION_VERSION_NAME: u8 = 0x55;
    /// SOP class extended negotiation (PS3.7 D.3.3.5).
    pub const EXTENDED_NEGOTIATION: u8 = 0x56;
    /// SOP class common extended negotiation (PS3.7 D.3.3.6).
    pub const COMMON_EXTENDED_NEGOTIATION: u8 = 0x57;
    /// User identity, in a request (PS3.7 D.3.3.7.1).
    pub const USER_IDENTITY_RQ: u8 = 0x58;
    /// User identity, in an accept (PS3.7 D.3.3.7.2).
    pub const USER_IDENTITY_AC: u8 = 0x59;
}

/// Bytes that somebody else sent, read from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// Fewer are left.
    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'b [u8], PduError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(PduError::Truncated { what, found: self.rest.len() as u64, expected: count as u64 });
        };
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes, as an array.
    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], PduError> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return Err(PduError::Truncated { what, found: self.rest.len() as u64, expected: N as u64 });
        };
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self, what: &'static str) -> Result<u8, PduError> {
        self.array(what).map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, PduError> {
        self.array(what).map(u16::from_be_bytes)
    }

    /// A field with its length before it, in two bytes.
    pub(super) fn field(&mut self, what: &'static str) -> Result<&'b [u8], PduError> {
        let length = self.u16(what)?;
        self.take(length.into(), what)
    }

    /// The next item or sub-item: its type and its body. `Ok(None)` at the end.
    ///
    /// # Errors
    /// Fewer than four bytes are left, or fewer than the item's length says.
    pub(super) fn item(&mut self, what: &'static str) -> Result<Option<(u8, &'b [u8])>, PduError> {
        if self.is_empty() {
            return Ok(None);
        }
        let [item_type, _reserved] = self.array(what)?;
        let body = self.field(what)?;
        Ok(Some((item_type, body)))
    }

    /// How many of the items to come have this type: what to reserve memory for, bounded by the bytes present.
    pub(super) fn count_items(mut self, wanted: u8) -> usize {
        let mut count = 0;
        while let Ok(Some((item_type, _))) = self.item("item") {
            count += usize::from(item_type == wanted);
        }
        count
    }
}

#[cfg(test)]
mod tests;
