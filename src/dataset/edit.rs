//! Elements come, go and are copied.

use super::error::Result;
use super::header::{self, PIXEL_DATA};
use super::navigate::{element_of, top_of};
use super::tree::{NO_SOURCE, NONE, Node, Place, Source, Tree};
use super::values::is_meta;
use super::{DataSet, DataSetError, Element, ElementId, Kind, dictionary, vr};
use std::collections::HashMap;

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

    /// Copies the elements below `src_parent` of `src` (all of it if `None`, the meta header too) to below
    /// `dst_parent`, as they are: their text stays in its character set. An element that is there already
    /// is replaced; items and fragments are added. `filter` is asked for each in its turn; what it says no
    /// to is left out with all below it.
    ///
    /// # Errors
    ///
    /// A parent that is not there, or of another kind than the other; too many elements.
    pub fn copy_from(
        &mut self,
        dst_parent: Option<ElementId>,
        src: &Self,
        src_parent: Option<ElementId>,
        filter: &mut dyn FnMut(ElementId, &Element) -> bool,
    ) -> Result<()> {
        const NO_PARENT: DataSetError = DataSetError::Parameter("there is no such parent element");
        // A clone, so that copying a data set into itself has an end.
        let src = src.clone();
        let from = src.tree();
        let src_top = top_of(from, src_parent).ok_or(NO_PARENT)?;
        let dst_top = top_of(self.tree(), dst_parent).ok_or(NO_PARENT)?;
        if level_kind(from, src_top) != level_kind(self.tree(), dst_top) {
            return Err(DataSetError::Parameter(
                "elements cannot stand where items do, nor items where elements do",
            ));
        }
        if dst_top == NONE {
            self.change(true, |_| ());
        }
        self.change(false, |tree| Copy { from, tree, sources: HashMap::new() }.run(src_top, dst_top, filter))
    }
}

/// What stands below a parent: elements, items, fragments or nothing.
fn level_kind(tree: &Tree, parent: Place) -> Option<Kind> {
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
fn not_after(tree: &Tree, parent: Place, tag: u32) -> Place {
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

/// A copy that is being made.
struct Copy<'a> {
    from: &'a Tree,
    tree: &'a mut Tree,
    /// Which source here each source there has become.
    sources: HashMap<u32, u32>,
}

impl Copy<'_> {
    fn run(
        &mut self,
        src_top: Place,
        dst_top: Place,
        filter: &mut dyn FnMut(ElementId, &Element) -> bool,
    ) -> Result<()> {
        let from = self.from;
        let mut at = from.first_of(src_top);
        // Where the children of the parent of `at` go.
        let mut parents = vec![dst_top];
        while let (Some(node), Some(id)) = (from.node(at), from.id(at)) {
            let mut copied = NONE;
            if filter(id, &element_of(from, node)) {
                let parent = parents.last().copied().unwrap_or(dst_top);
                copied = self.one(node, parent)?;
            }
            if copied != NONE && node.first != NONE {
                parents.push(copied);
                at = node.first;
                continue;
            }
            // To the next on this level, or the next of the nearest parent that has one.
            while from.link(at, |node| node.next) == NONE {
                at = from.parent_of(at);
                parents.pop();
                if at == src_top || at == NONE {
                    return Ok(());
                }
            }
            at = from.link(at, |node| node.next);
        }
        Ok(())
    }

    fn one(&mut self, node: &Node, parent: Place) -> Result<Place> {
        let mut prev = not_after(self.tree, parent, node.tag);
        let is_item = matches!(node.kind, Kind::Item | Kind::Fragment);
        while !is_item && self.tree.node(prev).is_some_and(|there| there.tag == node.tag) {
            let there = prev;
            prev = self.tree.link(there, |node| node.prev);
            self.tree.remove(there);
        }
        let source = self.source_of(node.source);
        let copy = Node {
            order: node.order,
            length: node.length,
            source,
            start: node.start,
            size: node.size,
            ..Node::new(node.tag, node.vr, node.kind)
        };
        let too_many = DataSetError::Limit { what: "elements", limit: u64::from(u32::MAX) };
        let place = self.tree.add(copy).ok_or(too_many)?;
        self.tree.link_after(place, parent, prev);
        Ok(place)
    }

    fn source_of(&mut self, source: u32) -> u32 {
        if let Some(known) = self.sources.get(&source) {
            return *known;
        }
        let Some(content) = self.from.sources.get(source as usize).map(|source| source.content.clone())
        else {
            return NO_SOURCE;
        };
        let known = self.tree.add_source(Source { content, base: 0, is_shared: true });
        self.sources.insert(source, known);
        known
    }
}
