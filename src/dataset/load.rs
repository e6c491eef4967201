//! A data set from a file or from memory: with a meta header, without one, or bare in a transfer syntax
//! that nobody says. Only the meta header and the first header after it are read.

use super::error::{Result, open_error, read_error};
use super::header;
use super::meta::{self, ELEMENTS_OFFSET, PREAMBLE_BYTES};
use super::syntax::{EXPLICIT_VR_BIG_ENDIAN, Form, Order};
use super::window::Window;
use super::{Content, DataSet, DataSetError, LoadOptions, MetaHeader, Origin};
use crate::pdu::Uid;
use bytes::Bytes;
use std::path::Path;

/// A file up to this long is read whole, and not kept open: a program may load thousands.
const READ_WHOLE_BYTES: u64 = 64 << 10;

impl DataSet {
    /// [`load`](Self::load) of a file. It must not be changed as long as the data set, or a content that it
    /// gave, is there: the values stay in it, unless it has no more than 64 KiB.
    ///
    /// # Errors
    ///
    /// A file that cannot be opened, and those of [`load`](Self::load).
    pub fn open(path: &Path, options: &LoadOptions) -> Result<Self> {
        let file = Content::open(path).map_err(open_error)?;
        match file.len() {
            // One read is cheaper, besides, than one for each part of it.
            1..=READ_WHOLE_BYTES => {
                let bytes = file.to_bytes(READ_WHOLE_BYTES).map_err(read_error)?;
                Self::load(Content::Memory(bytes), options)
            }
            _ => Self::load(file, options),
        }
    }

    /// A Part 10 file, or a bare data set. The transfer syntax is that of the options, else that of the
    /// meta header, else what the first element looks like. A meta header that says implicit VR before
    /// explicit, or the reverse, is not believed: such files are met.
    ///
    /// # Errors
    ///
    /// Bytes that are neither; a meta header that is damaged; those of reading. Damage further on is found
    /// where it is asked for, by [`parse`](Self::parse).
    pub fn load(content: Content, options: &LoadOptions) -> Result<Self> {
        let mut window = Window::new(&content);
        let has_prefix = options.meta != MetaHeader::Absent && meta::has_prefix(&mut window)?;
        let start = if has_prefix { ELEMENTS_OFFSET } else { 0 };
        // Some files have group 0002 and nothing before it.
        let elements = match options.meta {
            MetaHeader::Absent => Bytes::new(),
            _ => meta::scan(&mut window, start)?,
        };
        if options.meta == MetaHeader::Present && elements.is_empty() {
            return Err(DataSetError::Format { what: "there is no meta header", offset: 0 });
        }
        let base = start + elements.len() as u64;
        let transfer_syntax = transfer_syntax(&mut window, base, &elements, options)?;
        let mut loaded = Self::new(transfer_syntax);
        let inner = loaded.edit();
        if has_prefix {
            inner.preamble = preamble(&mut window)?;
            inner.file = Some(content.clone());
        }
        inner.meta_elements = elements;
        inner.limits = options.limits.clone();
        let body = content.slice(base, content.len() - base);
        inner.origin = Some(Origin { content: body, transfer_syntax, base });
        Ok(loaded)
    }
}

fn transfer_syntax(
    window: &mut Window<'_>,
    base: u64,
    elements: &Bytes,
    options: &LoadOptions,
) -> Result<Uid> {
    let forced = options.transfer_syntax;
    if let Some(forced) = forced.or_else(|| options.bare_transfer_syntax.filter(|_| elements.is_empty())) {
        return Ok(forced);
    }
    let said = meta::transfer_syntax_of(elements);
    let left = window.content().len() - base;
    let first = window.peek(base, header::BYTES_MAX).map_err(read_error)?;
    let guess = header::guess(first, left).map(syntax_of);
    if !said.is_empty() {
        return Ok(guess.filter(|guess| is_better(said, *guess, first)).unwrap_or(said));
    }
    match guess {
        Some(guess) => Ok(guess),
        // An empty data set is one in any.
        None if left == 0 && (!elements.is_empty() || options.meta == MetaHeader::Absent) => {
            Ok(Uid::EXPLICIT_VR_LITTLE_ENDIAN)
        }
        None => Err(DataSetError::Format { what: "this is not a data set", offset: base }),
    }
}

/// Is the guess more likely than what the meta header says? The first bytes are those of the data set.
fn is_better(said: Uid, guess: Uid, first: &[u8]) -> bool {
    match (said, guess) {
        (Uid::IMPLICIT_VR_LITTLE_ENDIAN, Uid::EXPLICIT_VR_LITTLE_ENDIAN) => true,
        // A VR of a later edition is none that is known, but it is one.
        (Uid::EXPLICIT_VR_LITTLE_ENDIAN, Uid::IMPLICIT_VR_LITTLE_ENDIAN) => {
            !first.get(4..6).is_some_and(|vr| vr.iter().all(u8::is_ascii_uppercase))
        }
        _ => false,
    }
}

fn syntax_of(form: Form) -> Uid {
    match (form.is_explicit, form.order) {
        (false, _) => Uid::IMPLICIT_VR_LITTLE_ENDIAN,
        (true, Order::Little) => Uid::EXPLICIT_VR_LITTLE_ENDIAN,
        (true, Order::Big) => EXPLICIT_VR_BIG_ENDIAN,
    }
}

/// The preamble, if it has more than zeros.
fn preamble(window: &mut Window<'_>) -> Result<Option<Box<[u8; PREAMBLE_BYTES]>>> {
    let bytes = window.peek(0, PREAMBLE_BYTES).map_err(read_error)?;
    Ok(<[u8; PREAMBLE_BYTES]>::try_from(bytes)
        .ok()
        .filter(|bytes| bytes.iter().any(|byte| *byte != 0))
        .map(Box::new))
}
