//! Data sets for network code (PS3.5, PS3.10), over the dicom-rs crates.
//!
//! A [`DataSet`] is bytes until an element is asked for. Then the headers are read, once, into a tree of
//! our own, and the values stay where they are: in the message that came, or in the file, so that an object
//! of any size costs its headers. What is not changed is handed on byte for byte.
//!
//! - [`DataSet::load`] and [`DataSet::save`]: files, with their meta header ([`meta`]).
//! - [`DataSet::first`] and the like: the elements.
//! - [`DataSet::strings`], [`DataSet::value`]: what they say, in their character sets and byte order.
//! - [`DataSet::insert`], [`DataSet::set_strings`], [`DataSet::copy_from`]: changes.
//! - [`DataSet::content_for`], [`DataSet::change_transfer_syntax`]: other transfer syntaxes.
//!
//! Bytes from elsewhere are not trusted: no length is believed, nesting costs no stack, and what can grow
//! has a bound in [`ReadLimits`]. A data set with an error in it has the elements before the error, and
//! [`DataSet::parse`] says what the error is.
//!
//! From dicom-rs come the dictionary, the registry of transfer syntaxes, and deflate. The tree and the
//! headers are our own: dicom-object reads all values into memory and recurses.
//!
//! It knows nothing of associations and messages.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod convert;
mod copy;
pub mod dictionary;
mod directory;
mod edit;
mod encode;
mod error;
mod header;
mod inflate;
mod load;
pub mod meta;
mod navigate;
mod parse;
mod pixels;
mod save;
mod spill;
mod strings;
mod syntax;
mod text;
mod tree;
mod types;
mod values;
pub mod vr;
mod window;

use crate::pdu::Uid;
use bytes::Bytes;
use std::fmt;
use std::sync::{Arc, OnceLock};
use syntax::{Form, encoding_of};
use tree::Tree;

pub use crate::net::content::{Content, ContentFile, ContentReader, FileRange};
pub use crate::net::spool::SpoolFile;
pub use error::{DataSetError, Result};
pub use meta::FileMeta;
pub use syntax::{DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN};
pub use types::{
    CharacterSet, Element, ElementId, EncodeOptions, Kind, LoadOptions, MetaHeader, ReadLimits, SaveOptions,
};

/// A data set. A clone is cheap, and shares all until one of the two is changed.
///
/// It can be used from any thread; asking reads the headers at the first time, which other threads that ask
/// wait for.
#[derive(Clone)]
pub struct DataSet {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    transfer_syntax: Uid,
    /// The bytes it was made from.
    origin: Option<Origin>,
    /// The whole Part 10 file that the origin is the end of, with its meta header.
    file: Option<Content>,
    /// Group 0002 as it was loaded: explicit VR, little endian.
    meta_elements: Bytes,
    preamble: Option<Box<[u8; meta::PREAMBLE_BYTES]>>,
    limits: ReadLimits,
    /// The elements of the meta header, once one of them, or any, was asked for.
    meta_tree: OnceLock<Tree>,
    /// All elements, once they were asked for. Begins as the other does, so that names are of both.
    tree: OnceLock<Tree>,
    is_meta_changed: bool,
    /// Are the elements no longer those of the origin?
    are_elements_changed: bool,
}

/// The encoded data set, without a meta header.
#[derive(Clone)]
struct Origin {
    content: Content,
    transfer_syntax: Uid,
    /// Where it begins in what was loaded, in bytes.
    base: u64,
}

impl DataSet {
    /// An empty one.
    #[must_use]
    pub fn new(transfer_syntax: Uid) -> Self {
        Self::of(Inner {
            transfer_syntax,
            origin: None,
            file: None,
            meta_elements: Bytes::new(),
            preamble: None,
            limits: ReadLimits::default(),
            meta_tree: OnceLock::new(),
            tree: OnceLock::new(),
            is_meta_changed: false,
            are_elements_changed: false,
        })
    }

    /// One that travelled: no preamble, no meta header. Nothing is read before an element is asked for.
    #[must_use]
    pub fn from_content(content: Content, transfer_syntax: Uid) -> Self {
        let mut made = Self::new(transfer_syntax);
        made.edit().origin = Some(Origin { content, transfer_syntax, base: 0 });
        made
    }

    /// One that was received: its bytes, and what its meta header shall say. `file` is the whole Part 10
    /// file of which `content` is the end, if there is one: saving names or copies it.
    #[must_use]
    pub fn from_content_with_meta(content: Content, meta: &FileMeta, file: Option<Content>) -> Self {
        let mut made = Self::from_content(content, meta.transfer_syntax);
        let inner = made.edit();
        inner.meta_elements = meta::elements(meta).into();
        if let (Some(origin), Some(file)) = (&mut inner.origin, &file) {
            origin.base = file.len().saturating_sub(origin.content.len());
        }
        inner.file = file;
        made
    }

    /// The same with other bounds, which count for what was not read yet.
    #[must_use]
    pub fn with_limits(mut self, limits: ReadLimits) -> Self {
        self.edit().limits = limits;
        self
    }

    /// The transfer syntax that it is in.
    #[must_use]
    pub fn transfer_syntax(&self) -> Uid {
        self.inner.transfer_syntax
    }

    /// Was it changed since it was made or loaded? So it is when its transfer syntax was.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let inner = &*self.inner;
        let is_converted =
            inner.origin.as_ref().is_some_and(|origin| origin.transfer_syntax != inner.transfer_syntax);
        inner.are_elements_changed || inner.is_meta_changed || is_converted
    }

    /// The encoded bytes, without a meta header, if there are such: none for one that was changed, or never
    /// loaded.
    #[must_use]
    pub fn content(&self) -> Option<Content> {
        self.content_in(&self.inner.transfer_syntax)
    }

    /// The bytes it was made from, if they are in this transfer syntax and still what it is.
    fn content_in(&self, transfer_syntax: &Uid) -> Option<Content> {
        let origin = self.inner.origin.as_ref()?;
        let is_same = !self.inner.are_elements_changed && origin.transfer_syntax == *transfer_syntax;
        is_same.then(|| origin.content.clone())
    }

    /// Reads all headers, if that was not done yet.
    ///
    /// # Errors
    ///
    /// Why the elements end before the bytes do. Those before are there all the same.
    pub fn parse(&self) -> Result<()> {
        self.tree().problem.clone().map_or(Ok(()), Err)
    }

    fn of(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    fn tree(&self) -> &Tree {
        self.inner.tree.get_or_init(|| self.inner.read())
    }

    /// The tree that an element with this tag on the root level is found in. For one of the meta header the
    /// data set behind it need not be read: a program that sends files asks them for no more.
    fn tree_with(&self, tag: u32) -> &Tree {
        if tag >> 16 != 2 || self.inner.tree.get().is_some() {
            return self.tree();
        }
        let meta = self.inner.meta_tree();
        // Text that the data set's character set may have a say in is left to the whole.
        let is_plain =
            |node: &tree::Node| vr::text(strings::effective_vr(node)).is_none_or(|rules| !rules.is_localized);
        match meta.child_with(tree::NONE, tag) {
            Some((_, node)) if is_plain(node) => meta,
            _ => self.tree(),
        }
    }

    /// The tree to look the element up in.
    fn tree_of(&self, id: ElementId) -> &Tree {
        let alone = || self.inner.meta_tree.get().filter(|meta| meta.place(id).is_some());
        self.inner.tree.get().or_else(alone).unwrap_or_else(|| self.tree())
    }

    fn edit(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.inner)
    }

    /// Changes the tree. `is_meta`: no more than group 0002.
    fn change<T>(&mut self, is_meta: bool, change: impl FnOnce(&mut Tree) -> T) -> T {
        // So that a clone that shares this one keeps the names that were given.
        self.tree();
        let inner = self.edit();
        inner.file = None;
        inner.is_meta_changed |= is_meta;
        inner.are_elements_changed |= !is_meta;
        let mut tree = inner.tree.take().unwrap_or_else(|| inner.read());
        let changed = change(&mut tree);
        inner.tree = tree.into();
        changed
    }
}

impl Inner {
    fn meta_tree(&self) -> &Tree {
        self.meta_tree.get_or_init(|| {
            let mut tree = Tree::new();
            if !self.meta_elements.is_empty() {
                let content = Content::Memory(self.meta_elements.clone());
                parse::parse(&mut tree, &content, meta::ELEMENTS_OFFSET, Form::EXPLICIT, &self.limits);
            }
            tree
        })
    }

    fn read(&self) -> Tree {
        let mut tree = self.meta_tree().clone();
        let Some(origin) = &self.origin else { return tree };
        let encoding = encoding_of(&origin.transfer_syntax);
        if encoding.is_deflated {
            let (content, problem) = inflate::inflate(&origin.content, &origin.transfer_syntax, &self.limits);
            parse::parse(&mut tree, &content, 0, encoding.form, &self.limits);
            // That the deflated bytes end early comes before what follows from it.
            tree.problem = problem.or(tree.problem);
        } else {
            parse::parse(&mut tree, &origin.content, origin.base, encoding.form, &self.limits);
        }
        tree
    }
}

impl fmt::Debug for DataSet {
    /// No values: they are about persons, and this goes to logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSet")
            .field("transfer_syntax", &self.inner.transfer_syntax)
            .field("bytes", &self.inner.origin.as_ref().map(|origin| origin.content.len()))
            .field("is_changed", &self.is_changed())
            .finish_non_exhaustive()
    }
}
