//! Data sets whose every byte says whose they are.

use ldicomnet::dataset::Content;
use std::io::Write;
use std::path::Path;

/// One message of one association: who else could have sent these bytes?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) association: u32,
    /// From the requestor to the acceptor.
    pub(crate) is_forward: bool,
    pub(crate) message_id: u16,
}

impl Mark {
    /// The instance that the message is about.
    pub(crate) fn instance(self) -> String {
        format!("1.2.826.{}.{}.{}", self.association, u8::from(self.is_forward), self.message_id)
    }

    /// That of an instance.
    pub(crate) fn of_instance(instance: &str) -> Option<Self> {
        let mut numbers = instance.strip_prefix("1.2.826.")?.split('.');
        let mut next = || numbers.next()?.parse::<u32>().ok();
        let (association, is_forward, message_id) = (next()?, next()? == 1, next()?);
        Some(Self { association, is_forward, message_id: message_id.try_into().ok()? })
    }

    /// The bytes of its data set.
    pub(crate) fn bytes(self, length: usize) -> Vec<u8> {
        let seed =
            u64::from(self.association) << 20 | u64::from(self.message_id) << 1 | u64::from(self.is_forward);
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            // xorshift64: it need not be good, only different everywhere.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// The same in a file of its own.
    pub(crate) fn file(self, length: usize, directory: &Path) -> std::io::Result<Content> {
        let path = directory.join(self.instance());
        std::fs::File::create(&path)?.write_all(&self.bytes(length))?;
        Content::open(&path)
    }
}
