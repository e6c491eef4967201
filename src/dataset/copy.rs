//! Elements are copied from one data set to another, and text from one character set to another (PS3.3 C.12.1.1.2).

use super::edit::{level_kind, not_after};
use super::error::Result;
use super::navigate::{element_of, top_of};
use super::strings::{SPECIFIC_CHARACTER_SET, declaration, declared_at, declared_in, text_rules};
use super::text::{self, Declared};
use super::tree::{NO_SOURCE, NONE, Node, Place, Source, Tree};
use super::values::bytes_le;
use super::{Content, DataSet, DataSetError, Element, ElementId, Kind, vr};
use std::collections::{BTreeSet, HashMap};

const ESC: u8 = 0x1B;
const TOO_MANY: DataSetError = DataSetError::Limit { what: "elements", limit: u32::MAX as u64 };

impl DataSet {
    /// Copies the elements below `src_parent` of `src` (all of it if `None`, the meta header too) to below
    /// `dst_parent`. An element that is there already is replaced; items and fragments are added. `filter` is asked
    /// for each in its turn; what it says no to is left out with all below it.
    ///
    /// Text stays what it is. Where the Specific Character Set (0008,0005) that counts here is another than the one it
    /// had there, it is written in that of here, and (0008,0005) beside the elements that are copied is not copied. If
    /// that has not all of the characters, it becomes ISO_IR 192 (UTF-8), and the text of all elements it counts for
    /// with it. Where none counts here, that of there is copied. Items keep their own. What is not text in the character
    /// set it is said to be in, and what stands in a VR that nobody knows, is copied byte by byte.
    ///
    /// # Errors
    ///
    /// A parent that is not there, or of another kind than the other; too many elements; text that does not fit into a
    /// character set of here that the standard does not know; those of reading text. Nothing is changed then.
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
        let unchanged =
            (self.inner.file.clone(), self.inner.is_meta_changed, self.inner.are_elements_changed);
        let text_bytes_max = self.inner.limits.text_bytes;
        let outcome = self.change(false, |tree| {
            let mut copy = Copy::new(from, tree, dst_top);
            let copied = copy.run(src_top, filter);
            let (texts, added, replaced) = (copy.texts, copy.added, copy.replaced);
            let outcome = copied.and_then(|()| Recoding { from, tree, texts, text_bytes_max }.run());
            // Not before: what fails leaves all as it was.
            for place in if outcome.is_ok() { replaced.into_iter().collect() } else { added } {
                // One that was there twice is gone already.
                if tree.node(place).is_some_and(|node| !node.is_deleted) {
                    tree.remove(place);
                }
            }
            outcome
        });
        let inner = self.edit();
        match outcome {
            Ok(()) => inner.is_meta_changed |= dst_top == NONE,
            Err(_) => (inner.file, inner.is_meta_changed, inner.are_elements_changed) = unchanged,
        }
        outcome
    }
}

/// A copy that is being made.
struct Copy<'a> {
    from: &'a Tree,
    tree: &'a mut Tree,
    /// Which source here each source there has become.
    sources: HashMap<u32, u32>,
    dst_top: Place,
    /// What was there before has lesser places.
    first_new: Place,
    /// Is the character set that counts at the destination kept?
    skips_declaration: bool,
    /// The elements of text, there and here.
    texts: Vec<(Place, Place)>,
    /// What is new below the destination, and what is to go for it.
    added: Vec<Place>,
    replaced: BTreeSet<Place>,
}

impl<'a> Copy<'a> {
    fn new(from: &'a Tree, tree: &'a mut Tree, dst_top: Place) -> Self {
        Self {
            skips_declaration: declared_in(tree, dst_top).is_some(),
            // Fits: places do.
            first_new: tree.len() as Place,
            from,
            tree,
            sources: HashMap::new(),
            dst_top,
            texts: Vec::new(),
            added: Vec::new(),
            replaced: BTreeSet::new(),
        }
    }

    fn run(&mut self, src_top: Place, filter: &mut dyn FnMut(ElementId, &Element) -> bool) -> Result<()> {
        let (from, dst_top) = (self.from, self.dst_top);
        let mut at = from.first_of(src_top);
        // Where the children of the parent of `at` go.
        let mut parents = vec![dst_top];
        while let (Some(node), Some(id)) = (from.node(at), from.id(at)) {
            let mut copied = NONE;
            let is_declaration = node.tag == SPECIFIC_CHARACTER_SET && node.parent == src_top;
            let is_wanted = filter(id, &element_of(from, node));
            if is_wanted && !(is_declaration && self.skips_declaration) {
                let parent = parents.last().copied().unwrap_or(dst_top);
                copied = self.one(node, parent)?;
                if text_rules(node).is_some_and(|rules| rules.is_localized) {
                    self.texts.push((at, copied));
                }
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
            if prev < self.first_new {
                self.replaced.insert(prev);
                break;
            }
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
        let place = self.tree.add(copy).ok_or(TOO_MANY)?;
        self.tree.link_after(place, parent, prev);
        if parent == self.dst_top {
            self.added.push(place);
        }
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

/// The text of elements that were copied, on its way to the character sets of where it stands now.
struct Recoding<'a> {
    from: &'a Tree,
    tree: &'a mut Tree,
    /// There and here.
    texts: Vec<(Place, Place)>,
    text_bytes_max: u64,
}

impl Recoding<'_> {
    fn run(mut self) -> Result<()> {
        self.leave_out_what_stays()?;
        if self.texts.is_empty() {
            return Ok(());
        }
        let declared = self.declare_where_nothing_is()?;
        let changes = self.changes();
        if let (Err(_), Some(place)) = (&changes, declared) {
            self.tree.remove(place);
        }
        for (place, bytes) in changes? {
            self.tree.set_value(place, Content::from(bytes));
        }
        Ok(())
    }

    /// The values that elements here get.
    fn changes(&self) -> Result<Vec<(Place, Vec<u8>)>> {
        const UNKNOWN: DataSetError =
            DataSetError::Parameter("the character set of the data set is not known");
        let mut changes = Vec::new();
        // The declarations that are too narrow.
        let mut too_narrow = BTreeSet::new();
        for (there, here) in &self.texts {
            let declared = declared_at(self.tree, *here);
            let Some(text) = self.text_there(*there)? else { continue };
            match self.encoded(*there, &text, &declared) {
                Some(bytes) => changes.push((*here, bytes)),
                None => {
                    let place = declaration(self.tree, *here).filter(|_| !declared.has_unknown());
                    too_narrow.insert(place.ok_or(UNKNOWN)?);
                }
            }
        }
        if too_narrow.is_empty() {
            return Ok(changes);
        }
        // All that such a declaration counts for becomes UTF-8, what fits with it.
        changes.retain(|(here, _)| {
            declaration(self.tree, *here).is_none_or(|place| !too_narrow.contains(&place))
        });
        for (there, here) in &self.texts {
            let is_widened = declaration(self.tree, *here).is_some_and(|place| too_narrow.contains(&place));
            if let Some(text) = self.text_there(*there)?.filter(|_| is_widened) {
                changes.push((*here, text.into_bytes()));
            }
        }
        for place in too_narrow {
            self.widen(place, &mut changes)?;
        }
        Ok(changes)
    }

    /// Text that is in one character set there and here, or in all of them, is right already.
    fn leave_out_what_stays(&mut self) -> Result<()> {
        let mut changes = Vec::new();
        for (there, here) in std::mem::take(&mut self.texts) {
            if declared_at(self.from, there) == declared_at(self.tree, here) {
                continue;
            }
            let Some(node) = self.from.node(there) else { continue };
            let bytes = bytes_le(self.from, node, self.text_bytes_max)?;
            if !bytes.is_ascii() || bytes.contains(&ESC) {
                changes.push((there, here));
            }
        }
        self.texts = changes;
        Ok(())
    }

    /// Where no character set counts, that of the text is declared on the root level; UTF-8 if there are several.
    fn declare_where_nothing_is(&mut self) -> Result<Option<Place>> {
        let undeclared = self.texts.iter().filter(|(_, here)| declaration(self.tree, *here).is_none());
        let mut values = BTreeSet::new();
        for (there, _) in undeclared {
            let node = declaration(self.from, *there).and_then(|place| self.from.node(place));
            if let Some(node) = node {
                values.insert(bytes_le(self.from, node, self.text_bytes_max)?.to_vec());
            }
        }
        let value = match (values.pop_first(), values.is_empty()) {
            (None, _) => return Ok(None),
            (Some(only), true) => only,
            (Some(_), false) => Declared::utf8().value().into_bytes(),
        };
        let place = self.tree.add(Node::new(SPECIFIC_CHARACTER_SET, vr::CS, Kind::Value));
        let place = place.ok_or(TOO_MANY)?;
        let prev = not_after(self.tree, NONE, SPECIFIC_CHARACTER_SET);
        self.tree.link_after(place, NONE, prev);
        self.tree.set_value(place, Content::from(value));
        Ok(Some(place))
    }

    /// The text of an element there; `None` if it is not text in the character set that it is said to be in.
    fn text_there(&self, there: Place) -> Result<Option<String>> {
        read(self.from, there, &declared_at(self.from, there), self.text_bytes_max)
    }

    fn encoded(&self, there: Place, text: &str, declared: &Declared) -> Option<Vec<u8>> {
        text::encode(text, declared, text_rules(self.from.node(there)?)?)
    }

    /// Makes a declaration here UTF-8, and with it all text that it counts for and that was here before.
    fn widen(&self, place: Place, changes: &mut Vec<(Place, Vec<u8>)>) -> Result<()> {
        let top = self.tree.parent_of(place);
        let copied: BTreeSet<Place> = self.texts.iter().map(|(_, here)| *here).collect();
        let mut at = self.tree.first_of(top);
        while let Some(node) = self.tree.node(at) {
            let is_text = text_rules(node).is_some_and(|rules| rules.is_localized) && !copied.contains(&at);
            if is_text
                && declaration(self.tree, at) == Some(place)
                && let Some(text) = read(self.tree, at, &declared_at(self.tree, at), self.text_bytes_max)?
            {
                changes.push((at, text.into_bytes()));
            }
            at = self.tree.after(at, top);
        }
        changes.push((place, Declared::utf8().value().into_bytes()));
        Ok(())
    }
}

/// The text of an element, its values parted by backslashes; `None` if it is no text in this character set.
fn read(tree: &Tree, place: Place, declared: &Declared, max: u64) -> Result<Option<String>> {
    let Some((node, rules)) = tree.node(place).and_then(|node| Some((node, text_rules(node)?))) else {
        return Ok(None);
    };
    let text = text::decode(&bytes_le(tree, node, max)?, declared, rules).join("\\");
    Ok((!text.contains(char::REPLACEMENT_CHARACTER)).then_some(text))
}
