//! From element to element. Nothing here changes anything, or fails: where there is no element, there is
//! none.

use super::tree::{NONE, Node, Place, Tree};
use super::{DataSet, Element, ElementId};

/// The order in which elements are gone through.
///
/// With `tree`, those on one level: the children of one parent. Without, all of the data set, children after
/// their parent.
impl DataSet {
    /// Is the element there?
    #[must_use]
    pub fn exists(&self, id: ElementId) -> bool {
        self.tree_of(id).place(id).is_some()
    }

    /// The element as it is now.
    #[must_use]
    pub fn element(&self, id: ElementId) -> Option<Element> {
        let tree = self.tree_of(id);
        let node = tree.node(tree.place(id)?)?;
        Some(element_of(tree, node))
    }

    /// The first element: with `tree` of those on the level of `of` (of the root level if `None`), else of
    /// all.
    #[must_use]
    pub fn first(&self, of: Option<ElementId>, tree: bool) -> Option<ElementId> {
        let all = self.tree();
        all.id(all.first_of(self.level_parent(of, tree)?))
    }

    /// The last element, likewise.
    #[must_use]
    pub fn last(&self, of: Option<ElementId>, tree: bool) -> Option<ElementId> {
        let all = self.tree();
        let last = all.last_of(self.level_parent(of, tree)?);
        all.id(if tree { last } else { all.deepest_last(last) })
    }

    /// The element after this one.
    #[must_use]
    pub fn next(&self, id: ElementId, tree: bool) -> Option<ElementId> {
        let all = self.tree();
        all.id(step(all, tree, true)(all.place(id)?))
    }

    /// The element before this one.
    #[must_use]
    pub fn prev(&self, id: ElementId, tree: bool) -> Option<ElementId> {
        let all = self.tree();
        all.id(step(all, tree, false)(all.place(id)?))
    }

    /// What it is a child of; `None` on the root level.
    #[must_use]
    pub fn parent(&self, id: ElementId) -> Option<ElementId> {
        let all = self.tree();
        all.id(all.parent_of(all.place(id)?))
    }

    /// Its first child.
    #[must_use]
    pub fn child(&self, id: ElementId) -> Option<ElementId> {
        let all = self.tree();
        all.id(all.first_of(all.place(id)?))
    }

    /// The element of the root level that it belongs to; itself if it is on that level.
    #[must_use]
    pub fn root_of(&self, id: ElementId) -> Option<ElementId> {
        let all = self.tree();
        let mut at = all.place(id)?;
        while all.parent_of(at) != NONE {
            at = all.parent_of(at);
        }
        all.id(at)
    }

    /// How many parents are above it; 0 too for what is not there.
    #[must_use]
    pub fn level(&self, id: ElementId) -> u32 {
        let all = self.tree();
        let first = all.place(id).map_or(NONE, |place| all.parent_of(place));
        let parents = std::iter::successors(Some(first), |place| Some(all.parent_of(*place)));
        // Fits: there are not more than nodes.
        parents.take_while(|place| *place != NONE).count() as u32
    }

    /// The first element with this tag: with `tree` of those on the level of `within`, else of all.
    #[must_use]
    pub fn find_first(&self, within: Option<ElementId>, tag: u32, tree: bool) -> Option<ElementId> {
        let all = if within.is_none() { self.tree_with(tag) } else { self.tree() };
        let start = all.first_of(self.level_parent(within, tree)?);
        all.id(search(all, start, tag, step(all, tree, true)))
    }

    /// The last element with this tag, likewise.
    #[must_use]
    pub fn find_last(&self, within: Option<ElementId>, tag: u32, tree: bool) -> Option<ElementId> {
        let all = self.tree();
        let last = all.last_of(self.level_parent(within, tree)?);
        let start = if tree { last } else { all.deepest_last(last) };
        all.id(search(all, start, tag, step(all, tree, false)))
    }

    /// The next element after `id` with the same tag.
    #[must_use]
    pub fn find_next(&self, id: ElementId, tree: bool) -> Option<ElementId> {
        self.find_beside(id, tree, true)
    }

    /// The element before `id` with the same tag.
    #[must_use]
    pub fn find_prev(&self, id: ElementId, tree: bool) -> Option<ElementId> {
        self.find_beside(id, tree, false)
    }

    /// The first element with this tag below `parent` (below the root if `None`); with `next_level_only`,
    /// only of its children.
    #[must_use]
    pub fn find_first_descendant(
        &self,
        parent: Option<ElementId>,
        tag: u32,
        next_level_only: bool,
    ) -> Option<ElementId> {
        let all = if parent.is_none() { self.tree_with(tag) } else { self.tree() };
        let top = top_of(all, parent)?;
        all.id(search(all, all.first_of(top), tag, step_below(all, top, next_level_only)))
    }

    /// The next element after `id` with the same tag below `parent`, likewise.
    #[must_use]
    pub fn find_next_descendant(
        &self,
        parent: Option<ElementId>,
        id: ElementId,
        next_level_only: bool,
    ) -> Option<ElementId> {
        let all = self.tree();
        let (top, place) = (top_of(all, parent)?, all.place(id)?);
        let step = step_below(all, top, next_level_only);
        let tag = all.node(place)?.tag;
        all.id(search(all, step(place), tag, step))
    }

    /// The parent of the level that is meant: that of an element, or the root.
    fn level_parent(&self, of: Option<ElementId>, tree: bool) -> Option<Place> {
        match of {
            Some(id) if tree => {
                let all = self.tree();
                Some(all.parent_of(all.place(id)?))
            }
            _ => Some(NONE),
        }
    }

    fn find_beside(&self, id: ElementId, tree: bool, forward: bool) -> Option<ElementId> {
        let all = self.tree();
        let place = all.place(id)?;
        let step = step(all, tree, forward);
        all.id(search(all, step(place), all.node(place)?.tag, step))
    }
}

pub(super) fn element_of(tree: &Tree, node: &Node) -> Element {
    let source = tree.sources.get(node.source as usize).filter(|_| node.header > 0);
    let value_offset = source.map_or(0, |source| source.base + node.start);
    Element {
        tag: node.tag,
        vr: node.vr,
        length: node.length,
        offset: value_offset.saturating_sub(u64::from(node.header)),
        value_offset,
        value_length: node.size,
        kind: node.kind,
    }
}

/// The place of a parent, which the root is too.
pub(super) fn top_of(all: &Tree, parent: Option<ElementId>) -> Option<Place> {
    parent.map_or(Some(NONE), |id| all.place(id))
}

/// One step: on a level, or through all.
fn step(all: &Tree, tree: bool, forward: bool) -> impl Fn(Place) -> Place {
    move |place| match (tree, forward) {
        (true, true) => all.link(place, |node| node.next),
        (true, false) => all.link(place, |node| node.prev),
        (false, true) => all.after(place, NONE),
        (false, false) => all.before(place),
    }
}

/// One step among what is below `top`.
fn step_below(all: &Tree, top: Place, next_level_only: bool) -> impl Fn(Place) -> Place {
    move |place| {
        if next_level_only { all.link(place, |node| node.next) } else { all.after(place, top) }
    }
}

fn search(all: &Tree, start: Place, tag: u32, step: impl Fn(Place) -> Place) -> Place {
    let mut at = start;
    while all.node(at).is_some_and(|node| node.tag != tag) {
        at = step(at);
    }
    at
}
