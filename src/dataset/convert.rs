//! From one transfer syntax to another.

use super::error::{Result, write_error};
use super::spill::{self, Spill};
use super::syntax::{encoding_of, is_native, known};
use super::tree::{NONE, Place};
use super::{Content, DataSet, DataSetError, EncodeOptions, Kind, encode, header, inflate, pixels};
use crate::pdu::Uid;
use std::io::{BufWriter, Write};
use std::path::Path;

const TRANSFER_SYNTAX_UID: u32 = 0x0002_0010;

impl DataSet {
    /// Changes the transfer syntax: between the uncompressed ones and deflated, which costs nothing before
    /// the data set is encoded; and from a compressed one to these, which decompresses the pixel data now
    /// (RLE, JPEG, JPEG-LS and JPEG 2000).
    ///
    /// # Errors
    ///
    /// [`DataSetError::TransferSyntax`] for others; those of decompressing.
    pub fn change_transfer_syntax(&mut self, to: Uid) -> Result<()> {
        if to == self.transfer_syntax() {
            return Ok(());
        }
        if self.must_decompress(&to)? {
            pixels::decompress(self)?;
        }
        self.edit().transfer_syntax = to;
        let element = self.find_first(None, TRANSFER_SYNTAX_UID, true);
        if let Some(element) = element {
            self.set_value_le(element, to.as_bytes())?;
        }
        Ok(())
    }

    /// Writes the data set, without a meta header, in a transfer syntax. Never is the whole of it in
    /// memory. What was not changed is written as it is, unless an option asks for more.
    ///
    /// # Errors
    ///
    /// Those of [`change_transfer_syntax`](Self::change_transfer_syntax), of reading and of writing; and
    /// what [`parse`](Self::parse) says where the bytes cannot be written as they are: less is never
    /// written in silence.
    pub fn encode(&self, to: Uid, options: &EncodeOptions, out: &mut dyn Write) -> Result<()> {
        let is_plain = *options == EncodeOptions::default();
        if let Some(content) = self.content_in(&to).filter(|_| is_plain) {
            return spill::copy(&content, 1, out);
        }
        let must_decompress = self.must_decompress(&to)?;
        self.parse()?;
        if must_decompress {
            let mut native = self.clone();
            pixels::decompress(&mut native)?;
            return native.encode_elements(to, options, out);
        }
        self.encode_elements(to, options, out)
    }

    /// The data set, without a meta header, in a transfer syntax: the bytes it has where they will do, else
    /// up to `memory_max` bytes in memory, else a temporary file in `spool_directory` (that of the system
    /// if empty).
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn content_for(&self, to: Uid, spool_directory: &Path, memory_max: u64) -> Result<Content> {
        self.content_with(to, &EncodeOptions::default(), spool_directory, memory_max)
    }

    /// As [`content_for`](Self::content_for), encoded as `options` say: what lies ready is as it is, and
    /// does only for the default.
    ///
    /// # Errors
    /// Those of `content_for`.
    pub fn content_with(
        &self,
        to: Uid,
        options: &EncodeOptions,
        spool_directory: &Path,
        memory_max: u64,
    ) -> Result<Content> {
        let is_plain = *options == EncodeOptions::default();
        if let Some(content) = self.content_in(&to).filter(|_| is_plain) {
            return Ok(content);
        }
        let mut spill = Spill::new(spool_directory, memory_max, u64::MAX);
        self.encode(to, options, &mut spill)?;
        spill.finish().map_err(write_error)
    }

    fn encode_elements(&self, to: Uid, options: &EncodeOptions, out: &mut dyn Write) -> Result<()> {
        let encoding = encoding_of(&to);
        let write = |out: &mut dyn Write| {
            // Headers are short, and there are many.
            let mut out = BufWriter::new(out);
            encode::encode(self.tree(), encoding.form, options, &mut out)?;
            out.flush().map_err(write_error)
        };
        if encoding.is_deflated { inflate::deflate(&to, out, write) } else { write(out) }
    }

    /// Has pixel data to be decompressed for this transfer syntax?
    fn must_decompress(&self, to: &Uid) -> Result<bool> {
        let from = self.transfer_syntax();
        let is_encapsulated = || self.has_fragments();
        if *to == from || (is_native(to) && !is_encapsulated()) {
            return Ok(false);
        }
        if is_native(to) {
            return Ok(true);
        }
        // Without pixel data all that are encapsulated are the same.
        let is_same = known(to).is_some_and(|known| known.is_encapsulated_pixel_data());
        if is_same && self.find_first(None, header::PIXEL_DATA, true).is_none() {
            return Ok(false);
        }
        Err(DataSetError::TransferSyntax { what: "cannot convert to this transfer syntax", uid: *to })
    }

    fn has_fragments(&self) -> bool {
        let tree = self.tree();
        let mut at: Place = tree.first_of(NONE);
        while let Some(node) = tree.node(at) {
            if node.kind == Kind::Fragments {
                return true;
            }
            at = tree.after(at, NONE);
        }
        false
    }
}
