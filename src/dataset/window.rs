//! Looks at headers that lie scattered in a content: a few bytes here, a few there, with as few reads
//! of the file as can be, and never the values between them.

use super::Content;
use std::io;

/// The first read at a place: a page, which has the headers before most pixel data.
const BYTES_FIRST: usize = 4 << 10;
/// The longest read, of one that goes on where the last one ended.
const BYTES_MAX: usize = 64 << 10;

/// Bytes of a content that were read last.
pub(super) struct Window<'a> {
    content: &'a Content,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(super) fn new(content: &'a Content) -> Self {
        Self { content, start: 0, bytes: Vec::new() }
    }

    pub(super) fn content(&self) -> &'a Content {
        self.content
    }

    /// Up to `wanted` bytes from `at` on; less at the end of the content.
    pub(super) fn peek(&mut self, at: u64, wanted: usize) -> io::Result<&[u8]> {
        if let Some(bytes) = self.content.as_memory() {
            let from = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
            let to = from.saturating_add(wanted).min(bytes.len());
            return Ok(bytes.get(from..to).unwrap_or_default());
        }
        let end = at.saturating_add(wanted as u64).min(self.content.len());
        if at < self.start || end > self.start + self.bytes.len() as u64 {
            self.read_from(at, wanted)?;
        }
        // Fits: the window begins at `at` or a little before it.
        let from = at.saturating_sub(self.start) as usize;
        let to = from.saturating_add(wanted).min(self.bytes.len());
        Ok(self.bytes.get(from..to).unwrap_or_default())
    }

    fn read_from(&mut self, at: u64, wanted: usize) -> io::Result<()> {
        let read_to = self.start + self.bytes.len() as u64;
        let goes_on = !self.bytes.is_empty() && (self.start..=read_to).contains(&at);
        let size = if goes_on { (self.bytes.len() * 4).min(BYTES_MAX) } else { BYTES_FIRST };
        self.bytes.clear();
        self.bytes.resize(size.max(wanted), 0);
        self.start = at;
        let mut filled = 0;
        while let Some(rest) = self.bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.content.read_at(at + filled as u64, rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) => {
                    self.bytes.clear();
                    return Err(error);
                }
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }
}
