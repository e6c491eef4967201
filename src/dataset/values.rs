//! Values as bytes.

use super::error::{Result, read_error, write_error};
use super::spill::{self, Spill};
use super::syntax::{Order, encoding_of};
use super::tree::{Node, Place, Tree};
use super::{Content, DataSet, DataSetError, ElementId, Kind, header, vr};
use bytes::Bytes;

const NO_ELEMENT: DataSetError = DataSetError::Parameter("there is no such element");
const NO_VALUE: DataSetError = DataSetError::Parameter("a sequence or item has no value of its own");

impl DataSet {
    /// The value, without copying it where that can be, in the byte order of
    /// [`transfer_syntax`](Self::transfer_syntax).
    ///
    /// # Errors
    ///
    /// An element that is not there or has no value; where the order must be changed, those of reading and of
    /// [`ReadLimits::inflated_bytes`](super::ReadLimits::inflated_bytes).
    pub fn value(&self, id: ElementId) -> Result<Content> {
        let (tree, node) = self.with_value(id)?;
        self.value_in(tree, node, encoding_of(&self.transfer_syntax()).form.order)
    }

    /// The value in little endian order, without copying it where that can be.
    ///
    /// # Errors
    ///
    /// As [`value`](Self::value).
    pub fn value_content_le(&self, id: ElementId) -> Result<Content> {
        let (tree, node) = self.with_value(id)?;
        self.value_in(tree, node, Order::Little)
    }

    /// The value in little endian order, in memory.
    ///
    /// # Errors
    ///
    /// An element that is not there or has no value, a value of more than `max` bytes, and those of reading.
    pub fn value_le(&self, id: ElementId, max: u64) -> Result<Bytes> {
        let (tree, node) = self.with_value(id)?;
        bytes_le(tree, node, max)
    }

    /// Sets the value, which is in little endian order. An odd length is padded where it is written.
    ///
    /// # Errors
    ///
    /// An element that is not there or has no value, and more bytes than a value can have.
    pub fn set_value_le(&mut self, id: ElementId, value: &[u8]) -> Result<()> {
        self.set_value_content(id, Content::Memory(Bytes::copy_from_slice(value)))
    }

    /// Sets the value, which is in little endian order, to bytes that are not copied: they can be a part
    /// of a file.
    ///
    /// # Errors
    ///
    /// As [`set_value_le`](Self::set_value_le).
    pub fn set_value_content(&mut self, id: ElementId, value: Content) -> Result<()> {
        let (tree, _) = self.with_value(id)?;
        let place = tree.place(id).ok_or(NO_ELEMENT)?;
        if value.len() > header::VALUE_BYTES_MAX {
            return Err(DataSetError::Limit { what: "bytes in a value", limit: header::VALUE_BYTES_MAX });
        }
        let is_meta = is_meta(tree, place);
        self.change(is_meta, |tree| tree.set_value(place, value));
        Ok(())
    }

    /// The element, and the tree it is in, if it can have a value.
    pub(super) fn with_value(&self, id: ElementId) -> Result<(&Tree, &Node)> {
        let tree = self.tree_of(id);
        let node = tree.place(id).and_then(|place| tree.node(place)).ok_or(NO_ELEMENT)?;
        if node.has_children() { Err(NO_VALUE) } else { Ok((tree, node)) }
    }

    fn value_in(&self, tree: &Tree, node: &Node, order: Order) -> Result<Content> {
        let content = tree.content_of(node);
        let unit = unit_of(node);
        if node.order == order || unit < 2 {
            return Ok(content);
        }
        let limits = &self.inner.limits;
        let mut spill = Spill::new(&limits.spool_directory, limits.memory_bytes, limits.inflated_bytes);
        spill::copy(&content, unit, &mut spill)
            .map_err(|error| spill::limit_or(error, "bytes of a value", limits.inflated_bytes))?;
        spill.finish().map_err(write_error)
    }
}

/// The value in little endian order.
pub(super) fn bytes_le(tree: &Tree, node: &Node, max: u64) -> Result<Bytes> {
    if node.size > max {
        return Err(DataSetError::Limit { what: "bytes of a value", limit: max });
    }
    let bytes = tree.content_of(node).to_bytes(max).map_err(read_error)?;
    let unit = unit_of(node);
    if node.order == Order::Little || unit < 2 {
        return Ok(bytes);
    }
    let mut bytes = Vec::from(bytes);
    spill::swap(&mut bytes, unit);
    Ok(bytes.into())
}

/// The bytes of a value that change places with the byte order.
pub(super) fn unit_of(node: &Node) -> usize {
    if node.kind == Kind::Fragment { 1 } else { vr::unit(node.vr) }
}

/// Does the element belong to the meta header?
pub(super) fn is_meta(tree: &Tree, place: Place) -> bool {
    let mut at = place;
    while tree.parent_of(at) != super::tree::NONE {
        at = tree.parent_of(at);
    }
    tree.node(at).is_some_and(|node| node.tag >> 16 == 2)
}
