//! The elements of a data set: nodes in one vector, linked by their places, so that no depth of
//! nesting costs stack, and dropping them is dropping a vector.
//!
//! It knows neither how elements are encoded nor what their values mean.

use super::syntax::Order;
use super::{Content, DataSetError, ElementId, Kind};
use std::sync::atomic::{AtomicU32, Ordering};

/// The place of a node.
pub(super) type Place = u32;

/// No node.
pub(super) const NONE: Place = u32::MAX;

/// One element, item or fragment.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) tag: u32,
    /// 0 for items and fragments.
    pub(super) vr: u16,
    pub(super) kind: Kind,
    /// The byte order of the value.
    pub(super) order: Order,
    /// Is it gone? Its place is not used again.
    pub(super) is_deleted: bool,
    /// Bytes of the header before the value; 0 for an element that was not read.
    pub(super) header: u8,
    /// As encoded.
    pub(super) length: u32,
    /// Which of the tree's sources has the value.
    pub(super) source: u32,
    pub(super) parent: Place,
    pub(super) first: Place,
    pub(super) last: Place,
    pub(super) next: Place,
    pub(super) prev: Place,
    /// Where the value begins in the source.
    pub(super) start: u64,
    /// How long it is there.
    pub(super) size: u64,
}

/// Bytes that values lie in.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) content: Content,
    /// Where it lies in what was loaded, in bytes.
    pub(super) base: u64,
    /// Do values of several nodes lie here?
    pub(super) is_shared: bool,
}

/// No bytes: the source of elements without a value.
pub(super) const NO_SOURCE: u32 = u32::MAX;

/// The nodes. The root is not one of them: it is `NONE` as a parent.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    pub(super) sources: Vec<Source>,
    first: Place,
    last: Place,
    /// Tells the elements of this tree from those of others.
    serial: u32,
    /// Why there are less elements than bytes.
    pub(super) problem: Option<DataSetError>,
}

/// Each new tree takes the next number, so that a name from another tree is found out.
static NEXT_SERIAL: AtomicU32 = AtomicU32::new(1);

impl Node {
    pub(super) fn new(tag: u32, vr: u16, kind: Kind) -> Self {
        Self {
            tag,
            vr,
            kind,
            order: Order::Little,
            is_deleted: false,
            header: 0,
            length: if matches!(kind, Kind::Value | Kind::Fragment) { 0 } else { u32::MAX },
            source: NO_SOURCE,
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            prev: NONE,
            start: 0,
            size: 0,
        }
    }

    /// Does it consist of others?
    pub(super) fn has_children(&self) -> bool {
        matches!(self.kind, Kind::Sequence | Kind::Item | Kind::Fragments)
    }
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            sources: Vec::new(),
            first: NONE,
            last: NONE,
            serial: NEXT_SERIAL.fetch_add(1, Ordering::Relaxed),
            problem: None,
        }
    }

    /// How many nodes were made, those deleted since included.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The name of a node for those outside.
    pub(super) fn id(&self, place: Place) -> Option<ElementId> {
        (place != NONE).then(|| ElementId { tree: self.serial, place: place + 1 })
    }

    /// The place of an element that is there.
    pub(super) fn place(&self, id: ElementId) -> Option<Place> {
        let place = id.place.checked_sub(1)?;
        let is_there = id.tree == self.serial && self.node(place).is_some_and(|node| !node.is_deleted);
        is_there.then_some(place)
    }

    pub(super) fn node(&self, place: Place) -> Option<&Node> {
        self.nodes.get(place as usize)
    }

    pub(super) fn node_mut(&mut self, place: Place) -> Option<&mut Node> {
        self.nodes.get_mut(place as usize)
    }

    /// Reads a link of a node; `NONE` from nowhere.
    pub(super) fn link(&self, place: Place, link: impl Fn(&Node) -> Place) -> Place {
        self.node(place).map_or(NONE, link)
    }

    pub(super) fn parent_of(&self, place: Place) -> Place {
        self.link(place, |node| node.parent)
    }

    /// The first child of a node, or of the root.
    pub(super) fn first_of(&self, parent: Place) -> Place {
        if parent == NONE { self.first } else { self.link(parent, |node| node.first) }
    }

    pub(super) fn last_of(&self, parent: Place) -> Place {
        if parent == NONE { self.last } else { self.link(parent, |node| node.last) }
    }

    /// The children of a node, or of the root, in their order.
    pub(super) fn children(&self, parent: Place) -> impl Iterator<Item = (Place, &Node)> {
        let mut at = self.first_of(parent);
        std::iter::from_fn(move || {
            let found = (at, self.node(at)?);
            at = found.1.next;
            Some(found)
        })
    }

    /// The child of a node, or of the root, that has this tag.
    pub(super) fn child_with(&self, parent: Place, tag: u32) -> Option<(Place, &Node)> {
        self.children(parent).find(|(_, node)| node.tag == tag)
    }

    /// The node after this one in the whole, children after their parent; only below `top`.
    pub(super) fn after(&self, place: Place, top: Place) -> Place {
        let first = self.first_of(place);
        if first != NONE { first } else { self.after_all_of(place, top) }
    }

    /// The node after this one and all below it, only below `top`.
    pub(super) fn after_all_of(&self, place: Place, top: Place) -> Place {
        let mut at = place;
        while at != NONE && at != top {
            let next = self.link(at, |node| node.next);
            if next != NONE {
                return next;
            }
            at = self.parent_of(at);
        }
        NONE
    }

    /// The node before this one in the whole.
    pub(super) fn before(&self, place: Place) -> Place {
        match self.link(place, |node| node.prev) {
            NONE => self.parent_of(place),
            prev => self.deepest_last(prev),
        }
    }

    /// The last node at or below this one.
    pub(super) fn deepest_last(&self, place: Place) -> Place {
        let mut at = place;
        loop {
            match self.link(at, |node| node.last) {
                NONE => return at,
                last => at = last,
            }
        }
    }

    /// Adds a node that is not linked yet; `None` when all numbers are used.
    pub(super) fn add(&mut self, node: Node) -> Option<Place> {
        // The number one more than the place must fit, and `NONE` is taken.
        let place = u32::try_from(self.nodes.len()).ok().filter(|place| *place < NONE - 1)?;
        self.nodes.push(node);
        Some(place)
    }

    /// Links a node below `parent`, after the sibling `prev`, or as the first.
    pub(super) fn link_after(&mut self, place: Place, parent: Place, prev: Place) {
        let next = if prev == NONE { self.first_of(parent) } else { self.link(prev, |node| node.next) };
        if let Some(node) = self.node_mut(place) {
            (node.parent, node.prev, node.next) = (parent, prev, next);
        }
        self.set_next(prev, parent, place);
        self.set_prev(next, parent, place);
    }

    /// Takes a node and all below it out, for good.
    pub(super) fn remove(&mut self, place: Place) {
        let (parent, prev, next) =
            (self.parent_of(place), self.link(place, |node| node.prev), self.link(place, |node| node.next));
        self.set_next(prev, parent, next);
        self.set_prev(next, parent, prev);
        let mut at = place;
        while at != NONE {
            let after = self.after(at, place);
            if let Some(node) = self.node_mut(at) {
                node.is_deleted = true;
            }
            self.forget_source(at);
            at = after;
        }
    }

    /// Frees the bytes that only this node has.
    fn forget_source(&mut self, place: Place) {
        let source = self.link(place, |node| node.source);
        if let Some(source) = self.sources.get_mut(source as usize).filter(|source| !source.is_shared) {
            source.content = Content::default();
        }
    }

    /// Gives a node a value of its own, in little endian order.
    pub(super) fn set_value(&mut self, place: Place, content: Content) {
        let size = content.len();
        let old = self.link(place, |node| node.source);
        let source = match self.sources.get_mut(old as usize) {
            Some(source) if !source.is_shared => {
                source.content = content;
                old
            }
            _ => self.add_source(Source { content, base: 0, is_shared: false }),
        };
        if let Some(node) = self.node_mut(place) {
            (node.source, node.start, node.size) = (source, 0, size);
            (node.order, node.header) = (Order::Little, 0);
            node.length = u32::try_from(size).unwrap_or(u32::MAX);
        }
    }

    /// Adds bytes for values to lie in.
    pub(super) fn add_source(&mut self, source: Source) -> u32 {
        self.sources.push(source);
        // Fits: what adds one adds a node too, or is one of the few that were loaded or copied from.
        u32::try_from(self.sources.len() - 1).unwrap_or(NO_SOURCE)
    }

    /// The bytes of a value as they lie there.
    pub(super) fn content_of(&self, node: &Node) -> Content {
        match self.sources.get(node.source as usize) {
            Some(source) => source.content.slice(node.start, node.size),
            None => Content::default(),
        }
    }

    /// Brings the children of a node, or of the root, into the order of their tags. Those of one
    /// tag keep their order.
    pub(super) fn sort_children(&mut self, parent: Place) {
        let mut places: Vec<(u32, Place)> =
            self.children(parent).map(|(place, node)| (node.tag, place)).collect();
        places.sort_by_key(|(tag, _)| *tag);
        self.set_next(NONE, parent, NONE);
        self.set_prev(NONE, parent, NONE);
        let mut prev = NONE;
        for (_, place) in places {
            if let Some(node) = self.node_mut(place) {
                node.next = NONE;
            }
            self.link_after(place, parent, prev);
            prev = place;
        }
    }

    fn set_next(&mut self, place: Place, parent: Place, next: Place) {
        if let Some(node) = self.node_mut(place) {
            node.next = next;
        } else if let Some(node) = self.node_mut(parent) {
            node.first = next;
        } else {
            self.first = next;
        }
    }

    fn set_prev(&mut self, place: Place, parent: Place, prev: Place) {
        if let Some(node) = self.node_mut(place) {
            node.prev = prev;
        } else if let Some(node) = self.node_mut(parent) {
            node.last = prev;
        } else {
            self.last = prev;
        }
    }
}
