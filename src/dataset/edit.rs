//! Elements come and go.

use super::header::{self, PIXEL_DATA};
use super::tree::{NONE, Node, Place, Tree};
use super::values::is_meta;
use super::{DataSet, ElementId, Kind, dictionary, vr};

impl DataSet {
    /// Inserts an element without a value: below `neighbor` with `as_child`, else on the level of `neighbor`;
    /// `None` is the root level. It takes its place by its tag; group 0002 stands on the root level too.
    ///
    /// `vr` 0 is that of the dictionary. With `is_sequence` it is a sequence; Pixel Data (7FE0,0010)
    /// becomes encapsulated. In these stand items and fragments, with the tag FFFEE000: `index` is the
    /// place among them, and any that is past the end is the end.
    ///
    /// Gives `None`, and changes nothing, where the element cannot stand: an item on the root level, an
    /// element in a sequence or below a value, a tag that the level has already.
    pub fn insert(
        &mut self,
        neighbor: Option<ElementId>,
        as_child: bool,
        tag: u32,
        vr: u16,
        is_sequence: bool,
        index: u32,
    ) -> Option<ElementId> {
        let tree = self.tree();
        let parent = match neighbor {
            None => NONE,
            Some(id) if as_child => tree.place(id)?,
            Some(id) => tree.parent_of(tree.place(id)?),
        };
        let node = new_node(tree, parent, tag, vr, is_sequence)?;
        let prev = match node.kind {
            Kind::Item | Kind::Fragment => prev_by_index(tree, parent, index),
            _ => not_after(tree, parent, tag),
        };
        if tree
            .node(prev)
            .is_some_and(|prev| prev.tag == tag && node.kind != Kind::Item && node.kind != Kind::Fragment)
        {
            return None;
        }
        let is_meta = if parent == NONE { tag >> 16 == 2 } else { is_meta(tree, parent) };
        self.change(is_meta, |tree| {
            let place = tree.add(node)?;
            tree.link_after(place, parent, prev);
            tree.id(place)
        })
    }

    /// Deletes an element and all below it; gives the next one on its level.
    pub fn delete(&mut self, id: ElementId) -> Option<ElementId> {
        let place = self.tree().place(id)?;
        let is_meta = is_meta(self.tree(), place);
        let next = self.next(id, true);
        self.change(is_meta, |tree| tree.remove(place));
        next
    }

    /// Deletes all elements, those of the meta header too, and the preamble.
    pub fn clear(&mut self) {
        let limits = self.inner.limits.clone();
        *self = Self::new(self.transfer_syntax()).with_limits(limits);
        self.change(false, |_| ());
    }
}

/// What stands below a parent: elements, items, fragments or nothing.
pub(super) fn level_kind(tree: &Tree, parent: Place) -> Option<Kind> {
    match tree.node(parent).map(|node| node.kind) {
        None | Some(Kind::Item) => Some(Kind::Value),
        Some(Kind::Sequence) => Some(Kind::Item),
        Some(Kind::Fragments) => Some(Kind::Fragment),
        Some(Kind::Value | Kind::Fragment) => None,
    }
}

fn new_node(tree: &Tree, parent: Place, tag: u32, vr: u16, is_sequence: bool) -> Option<Node> {
    let kind = level_kind(tree, parent)?;
    if kind != Kind::Value {
        return (tag == header::ITEM).then(|| Node::new(tag, 0, kind));
    }
    if tag >> 16 == 0xFFFE {
        return None;
    }
    let vr = if vr == 0 { dictionary::vr_of(tag) } else { vr };
    Some(match (is_sequence || vr == vr::SQ, tag) {
        (true, PIXEL_DATA) => Node::new(tag, vr::OB, Kind::Fragments),
        (true, _) => Node::new(tag, vr::SQ, Kind::Sequence),
        (false, _) => Node::new(tag, vr, Kind::Value),
    })
}

/// The last sibling whose tag is not greater: after it, or in its place, an element with this tag stands.
pub(super) fn not_after(tree: &Tree, parent: Place, tag: u32) -> Place {
    let mut at = tree.last_of(parent);
    while tree.node(at).is_some_and(|node| node.tag > tag) {
        at = tree.link(at, |node| node.prev);
    }
    at
}

fn prev_by_index(tree: &Tree, parent: Place, index: u32) -> Place {
    if index == u32::MAX {
        return tree.last_of(parent);
    }
    tree.children(parent).take(index as usize).last().map_or(NONE, |(place, _)| place)
}
