//! The preamble and the meta header of a file (PS3.10 7.1): group 0002, explicit VR, little endian,
//! whatever the data set behind it is in.
//!
//! dicom-object's table was not taken: its fields are Strings, and it has no room for what a file says
//! besides.

use super::error::{Result, read_error};
use super::header::{self, Context, UNDEFINED};
use super::syntax::Form;
use super::tree::{NONE, Tree};
use super::window::Window;
use super::{Content, DataSet, DataSetError, parse, values, vr};
use crate::pdu::{AeTitle, Uid, VersionName};
use bytes::Bytes;

/// The bytes before "DICM".
pub const PREAMBLE_BYTES: usize = 128;
/// Where group 0002 begins.
pub(super) const ELEMENTS_OFFSET: u64 = PREAMBLE_BYTES as u64 + PREFIX.len() as u64;
const PREFIX: &[u8; 4] = b"DICM";

/// The longest group 0002 that is read: its longest element is Private Information, of which nobody has
/// seen a megabyte.
const ELEMENTS_BYTES_MAX: u64 = 1 << 20;
/// The longest value that is looked at for a UID or a title.
const VALUE_BYTES_MAX: u64 = 1024;

/// What a preamble and the usual elements come to, about.
const USUAL_BYTES: usize = 512;

const GROUP_LENGTH: u32 = 0x0002_0000;
const VERSION: u32 = 0x0002_0001;
const SOP_CLASS: u32 = 0x0002_0002;
const SOP_INSTANCE: u32 = 0x0002_0003;
const TRANSFER_SYNTAX: u32 = 0x0002_0010;
const IMPLEMENTATION_CLASS: u32 = 0x0002_0012;
const IMPLEMENTATION_VERSION: u32 = 0x0002_0013;
const SOURCE_AE: u32 = 0x0002_0016;

/// What a meta header says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FileMeta {
    /// Media Storage SOP Class UID (0002,0002).
    pub sop_class: Uid,
    /// Media Storage SOP Instance UID (0002,0003).
    pub sop_instance: Uid,
    /// Transfer Syntax UID (0002,0010).
    pub transfer_syntax: Uid,
    /// Source Application Entity Title (0002,0016); left out if blank.
    pub source_ae: AeTitle,
}

/// An element of group 0002 that is to be written.
pub(super) type MetaElement = (u32, u16, Bytes);

/// Appends a preamble of zeros, "DICM", and group 0002.
pub fn put(meta: &FileMeta, out: &mut Vec<u8>) {
    out.reserve(USUAL_BYTES);
    out.resize(out.len() + PREAMBLE_BYTES, 0);
    out.extend_from_slice(PREFIX);
    put_elements(standard(meta), out);
}

/// Reads the meta header of a Part 10 file, and where the data set behind it begins, in bytes. `None` if
/// the content is not such a file.
///
/// # Errors
///
/// A meta header that breaks off or is longer than a megabyte, and those of reading.
pub fn read(content: &Content) -> Result<Option<(FileMeta, u64)>> {
    let mut window = Window::new(content);
    if !has_prefix(&mut window)? {
        return Ok(None);
    }
    let elements = scan(&mut window, ELEMENTS_OFFSET)?;
    let data_set = ELEMENTS_OFFSET + elements.len() as u64;
    Ok(Some((of_elements(&elements), data_set)))
}

impl DataSet {
    /// What the meta header says; `None` if there is none.
    #[must_use]
    pub fn meta(&self) -> Option<FileMeta> {
        match self.inner.tree.get() {
            Some(tree) => has_meta(tree).then(|| of_tree(tree)),
            None if self.inner.meta_elements.is_empty() => None,
            None => Some(of_elements(&self.inner.meta_elements)),
        }
    }

    /// Sets what the meta header says, in the elements of group 0002.
    ///
    /// # Errors
    ///
    /// None but too many elements.
    pub fn set_meta(&mut self, meta: &FileMeta) -> Result<()> {
        for (tag, vr, value) in standard(meta) {
            let element = match self.find_first(None, tag, true) {
                Some(element) => Some(element),
                None => self.insert(None, false, tag, vr, false, u32::MAX),
            };
            let too_many = DataSetError::Limit { what: "elements", limit: u64::from(u32::MAX) };
            let value = Content::Memory(Bytes::copy_from_slice(value));
            self.set_value_content(element.ok_or(too_many)?, value)?;
        }
        Ok(())
    }

    /// The bytes before the meta header; zeros if there were none.
    #[must_use]
    pub fn preamble(&self) -> [u8; PREAMBLE_BYTES] {
        self.inner.preamble.as_ref().map_or([0; PREAMBLE_BYTES], |preamble| **preamble)
    }

    /// Sets the bytes before the meta header.
    pub fn set_preamble(&mut self, preamble: &[u8; PREAMBLE_BYTES]) {
        let inner = self.edit();
        inner.file = None;
        inner.is_meta_changed = true;
        inner.preamble = Some(Box::new(*preamble));
    }
}

/// The elements of a meta header with nothing but what `meta` says, and who wrote it.
pub(super) fn elements(meta: &FileMeta) -> Vec<u8> {
    let mut out = Vec::new();
    put_elements(standard(meta), &mut out);
    out
}

/// The elements of a meta header that says `meta`, and besides what `tree` has in group 0002.
pub(super) fn elements_beside(meta: &FileMeta, tree: &Tree) -> Result<Vec<u8>> {
    let standard: Vec<_> = standard(meta).collect();
    let mut beside: Vec<MetaElement> = Vec::new();
    for (_, node) in tree.children(NONE).filter(|(_, node)| node.tag >> 16 == 2 && !node.has_children()) {
        let is_known = node.tag == GROUP_LENGTH || standard.iter().any(|(tag, ..)| *tag == node.tag);
        if !is_known && node.tag != SOURCE_AE {
            beside.push((node.tag, node.vr, values::bytes_le(tree, node, ELEMENTS_BYTES_MAX)?));
        }
    }
    let beside = beside.iter().map(|(tag, vr, value)| (*tag, *vr, &value[..]));
    let mut all: Vec<_> = standard.into_iter().chain(beside).collect();
    all.sort_by_key(|(tag, ..)| *tag);
    let mut out = Vec::new();
    put_elements(all, &mut out);
    Ok(out)
}

/// Does the content begin with a preamble and "DICM"?
pub(super) fn has_prefix(window: &mut Window<'_>) -> Result<bool> {
    // From the beginning, so that what is looked at next is read with it.
    let bytes = window.peek(0, PREAMBLE_BYTES + PREFIX.len()).map_err(read_error)?;
    Ok(bytes.get(PREAMBLE_BYTES..) == Some(PREFIX))
}

/// The bytes of group 0002, from `start` on. Its elements tell where it ends: its length is often wrong.
pub(super) fn scan(window: &mut Window<'_>, start: u64) -> Result<Bytes> {
    let length = window.content().len();
    let mut at = start;
    loop {
        let bytes = window.peek(at, header::BYTES_MAX).map_err(read_error)?;
        if !bytes.starts_with(&[2, 0]) {
            break;
        }
        let context = Context { form: Form::EXPLICIT, is_signed: false, left: length - at };
        let Some(header) = header::decode(bytes, context) else {
            return Err(DataSetError::End { tag: GROUP_LENGTH, offset: at });
        };
        let end = at + u64::from(header.size) + u64::from(header.length);
        if header.length == UNDEFINED || end > length {
            return Err(DataSetError::End { tag: header.tag, offset: at });
        }
        if end - start > ELEMENTS_BYTES_MAX {
            return Err(DataSetError::Limit { what: "bytes in a meta header", limit: ELEMENTS_BYTES_MAX });
        }
        at = end;
    }
    // Fits: there is a bound on it.
    let elements = window.peek(start, (at - start) as usize).map_err(read_error)?;
    Ok(Bytes::copy_from_slice(elements))
}

/// The transfer syntax that group 0002 says; empty if it says none. For loading, which needs nothing else of it.
pub(super) fn transfer_syntax_of(elements: &[u8]) -> Uid {
    let mut rest = elements;
    loop {
        let context = Context { form: Form::EXPLICIT, is_signed: false, left: rest.len() as u64 };
        let Some(header) = header::decode(rest, context) else { return Uid::default() };
        let behind = rest.get(usize::from(header.size)..).unwrap_or_default();
        let Some((value, next)) = behind.split_at_checked(header.length as usize) else {
            return Uid::default();
        };
        if header.tag == TRANSFER_SYNTAX {
            return Uid::from_wire_lossy(value);
        }
        rest = next;
    }
}

/// What group 0002 says.
pub(super) fn of_elements(elements: &Bytes) -> FileMeta {
    let mut tree = Tree::new();
    let content = Content::Memory(elements.clone());
    parse::parse(&mut tree, &content, 0, Form::EXPLICIT, &super::ReadLimits::default());
    of_tree(&tree)
}

fn of_tree(tree: &Tree) -> FileMeta {
    let mut title = [b' '; AeTitle::BYTES_MAX];
    title.iter_mut().zip(value(tree, SOURCE_AE)).for_each(|(to, from)| *to = from);
    FileMeta {
        sop_class: uid(tree, SOP_CLASS),
        sop_instance: uid(tree, SOP_INSTANCE),
        transfer_syntax: uid(tree, TRANSFER_SYNTAX),
        source_ae: AeTitle::from_wire(title),
    }
}

/// A UID of the root level; empty if there is none.
pub(super) fn uid(tree: &Tree, tag: u32) -> Uid {
    Uid::from_wire_lossy(&value(tree, tag))
}

fn value(tree: &Tree, tag: u32) -> Bytes {
    let node = tree.child_with(NONE, tag).map(|(_, node)| node).filter(|node| !node.has_children());
    node.and_then(|node| values::bytes_le(tree, node, VALUE_BYTES_MAX).ok()).unwrap_or_default()
}

fn has_meta(tree: &Tree) -> bool {
    tree.children(NONE).take_while(|(_, node)| node.tag >> 16 <= 2).any(|(_, node)| node.tag >> 16 == 2)
}

/// The elements that every meta header has (PS3.10 Table 7.1-1), in their order.
fn standard(meta: &FileMeta) -> impl Iterator<Item = (u32, u16, &[u8])> {
    let source_ae = (!meta.source_ae.is_blank()).then(|| (SOURCE_AE, vr::AE, meta.source_ae.as_bytes()));
    [
        (VERSION, vr::OB, &[0, 1][..]),
        (SOP_CLASS, vr::UI, meta.sop_class.as_bytes()),
        (SOP_INSTANCE, vr::UI, meta.sop_instance.as_bytes()),
        (TRANSFER_SYNTAX, vr::UI, meta.transfer_syntax.as_bytes()),
        (IMPLEMENTATION_CLASS, vr::UI, Uid::IMPLEMENTATION_CLASS.as_bytes()),
        (IMPLEMENTATION_VERSION, vr::SH, VersionName::IMPLEMENTATION.as_bytes()),
    ]
    .into_iter()
    .chain(source_ae)
}

/// Appends the elements, which ascend, behind their length.
fn put_elements<'a>(elements: impl IntoIterator<Item = (u32, u16, &'a [u8])>, out: &mut Vec<u8>) {
    out.extend_from_slice(header::encode(GROUP_LENGTH, vr::UL, 4, Form::EXPLICIT).as_bytes());
    out.extend_from_slice(&[0; 4]);
    let start = out.len();
    for (tag, vr, value) in elements {
        let padding = (!value.len().is_multiple_of(2)).then(|| vr::padding(vr));
        // Fits: what is written here was read with a bound, or is a UID or a title.
        let length = value.len() as u32 + u32::from(padding.is_some());
        out.extend_from_slice(header::encode(tag, vr, length, Form::EXPLICIT).as_bytes());
        out.extend_from_slice(value);
        out.extend(padding);
    }
    let length = (out.len() - start) as u32;
    if let Some((_, place)) = out.get_mut(..start).and_then(<[u8]>::split_last_chunk_mut) {
        *place = length.to_le_bytes();
    }
}
