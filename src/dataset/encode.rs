//! Elements to bytes (PS3.5 7), as a stream: a value is read when it is written.

use super::error::{Result, write_error};
use super::header::{self, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED, VALUE_BYTES_MAX};
use super::syntax::{Form, Order};
use super::tree::{NONE, Node, Place, Tree};
use super::{DataSetError, EncodeOptions, Kind, spill, values, vr};
use std::cell::Cell;
use std::io::{self, Write};

/// Writes all elements but those of the meta header.
pub(super) fn encode(tree: &Tree, form: Form, options: &EncodeOptions, out: &mut dyn Write) -> Result<()> {
    encode_with(tree, form, options, out, |_, _| {})
}

/// Where each child of an element begins when all elements are written, in bytes from the first of them.
pub(super) fn positions(
    tree: &Tree,
    form: Form,
    options: &EncodeOptions,
    parent: Place,
) -> Result<Vec<(Place, u64)>> {
    let written = Cell::new(0);
    let mut found = Vec::new();
    encode_with(tree, form, options, &mut Counter(&written), |place, node| {
        if node.parent == parent {
            found.push((place, written.get()));
        }
    })?;
    Ok(found)
}

/// Keeps the number of bytes alone.
struct Counter<'a>(&'a Cell<u64>);

impl Write for Counter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all elements, and tells before each that it begins now.
fn encode_with(
    tree: &Tree,
    form: Form,
    options: &EncodeOptions,
    out: &mut dyn Write,
    mut begins: impl FnMut(Place, &Node),
) -> Result<()> {
    let needs_lengths = options.explicit_lengths || options.group_lengths || has_command(tree);
    let sizes = if needs_lengths { Sizes::of(tree, form, options) } else { Sizes::default() };
    let mut encoder = Encoder { tree, form, options, sizes, out };
    let mut group = None;
    walk(tree, |event, place, node| {
        if event == Event::Leave {
            return encoder.leave(place, node);
        }
        if node.parent == NONE && group != Some(node.tag >> 16) {
            group = Some(node.tag >> 16);
            encoder.group_length(place, node)?;
        }
        begins(place, node);
        encoder.enter(place, node)
    })
}

/// Elements of a command set (PS3.7 6.3.1) begin with their length, whatever is asked for.
fn has_command(tree: &Tree) -> bool {
    tree.node(tree.first_of(NONE)).is_some_and(|node| node.tag >> 16 == 0)
}

/// Is the element not written as it is? The meta header has its own place, and a length of a group that was
/// read may be wrong by now.
fn is_left_out(node: &Node) -> bool {
    let (group, element) = (node.tag >> 16, node.tag & 0xFFFF);
    (group == 2 && node.parent == NONE) || (element == 0 && node.kind == Kind::Value)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    /// An element begins; its children follow.
    Enter,
    /// All children of an element that has some were there.
    Leave,
}

/// Goes through what is written, without a stack.
fn walk(tree: &Tree, mut visit: impl FnMut(Event, Place, &Node) -> Result<()>) -> Result<()> {
    let mut at = tree.first_of(NONE);
    while let Some(node) = tree.node(at) {
        if !is_left_out(node) {
            visit(Event::Enter, at, node)?;
            if node.first != NONE {
                at = node.first;
                continue;
            }
        }
        // To the next on this level, or the next of the nearest parent that has one.
        let mut done = node;
        while done.next == NONE && done.parent != NONE {
            at = done.parent;
            let Some(parent) = tree.node(at) else { return Ok(()) };
            visit(Event::Leave, at, parent)?;
            done = parent;
        }
        at = done.next;
    }
    Ok(())
}

/// How long the children of each element are when encoded, by place. Empty where nobody asks.
#[derive(Default)]
struct Sizes(Vec<u64>);

impl Sizes {
    fn of(tree: &Tree, form: Form, options: &EncodeOptions) -> Self {
        let mut sizes = Self(vec![0; tree.len()]);
        // The visitor never fails.
        let _ = walk(tree, |event, place, node| {
            let is_complete = match event {
                Event::Enter => node.first == NONE,
                Event::Leave => true,
            };
            if is_complete {
                let whole = sizes.whole(place, node, form, options);
                if let Some(size) = sizes.0.get_mut(node.parent as usize) {
                    *size = size.saturating_add(whole);
                }
            }
            Ok(())
        });
        sizes
    }

    fn children(&self, place: Place) -> u64 {
        self.0.get(place as usize).copied().unwrap_or(0)
    }

    /// The length of an element with its header and delimiter.
    fn whole(&self, place: Place, node: &Node, form: Form, options: &EncodeOptions) -> u64 {
        let (vr, length) = (written_vr(node), self.length(place, node, options));
        let header = header::size_of(node.tag, vr, length, form) as u64;
        if !node.has_children() {
            return header + padded(node);
        }
        let delimiter = if length == UNDEFINED { 8 } else { 0 };
        (header + delimiter).saturating_add(self.children(place))
    }

    /// What the header of an element says.
    fn length(&self, place: Place, node: &Node, options: &EncodeOptions) -> u32 {
        if !node.has_children() {
            return u32::try_from(padded(node)).unwrap_or(UNDEFINED);
        }
        if node.kind == Kind::Fragments {
            return UNDEFINED;
        }
        if node.first == NONE {
            return 0;
        }
        let children = self.children(place);
        if options.explicit_lengths && children <= VALUE_BYTES_MAX { children as u32 } else { UNDEFINED }
    }
}

/// The length of a value as it is written: even.
fn padded(node: &Node) -> u64 {
    node.size + node.size % 2
}

fn written_vr(node: &Node) -> u16 {
    match node.kind {
        Kind::Sequence => vr::SQ,
        // PS3.5 A.4.
        Kind::Fragments => vr::OB,
        Kind::Value => node.vr,
        Kind::Item | Kind::Fragment => 0,
    }
}

struct Encoder<'a> {
    tree: &'a Tree,
    form: Form,
    options: &'a EncodeOptions,
    sizes: Sizes,
    out: &'a mut dyn Write,
}

impl Encoder<'_> {
    /// Writes the length of the group that an element is the first of, where there is to be one.
    fn group_length(&mut self, first: Place, node: &Node) -> Result<()> {
        let group = node.tag >> 16;
        if !self.options.group_lengths && group != 0 {
            return Ok(());
        }
        let mut length = 0_u64;
        let mut at = first;
        while let Some(node) = self.tree.node(at).filter(|node| node.tag >> 16 == group) {
            if !is_left_out(node) {
                length = length.saturating_add(self.sizes.whole(at, node, self.form, self.options));
            }
            at = node.next;
        }
        // A group that is longer than the number has none.
        let Ok(length) = u32::try_from(length) else { return Ok(()) };
        let header = header::encode(group << 16, vr::UL, 4, self.form);
        self.write(header.as_bytes())?;
        self.write(&self.form.order.of_u32(length))
    }

    fn enter(&mut self, place: Place, node: &Node) -> Result<()> {
        if padded(node) > VALUE_BYTES_MAX && !node.has_children() {
            return Err(DataSetError::Limit { what: "bytes in a value", limit: VALUE_BYTES_MAX });
        }
        let (vr, length) = (written_vr(node), self.sizes.length(place, node, self.options));
        let header = header::encode(node.tag, vr, length, self.form);
        self.write(header.as_bytes())?;
        if !node.has_children() {
            return self.value(node, header::written_vr(vr, length));
        }
        // Nothing comes to leave it.
        if node.first == NONE { self.leave(place, node) } else { Ok(()) }
    }

    fn leave(&mut self, place: Place, node: &Node) -> Result<()> {
        if self.sizes.length(place, node, self.options) != UNDEFINED {
            return Ok(());
        }
        let delimiter = if node.kind == Kind::Item { ITEM_DELIMITATION } else { SEQUENCE_DELIMITATION };
        self.write(header::encode(delimiter, 0, 0, self.form).as_bytes())
    }

    fn value(&mut self, node: &Node, vr: u16) -> Result<()> {
        // What is written as UN has the order of implicit VR (PS3.5 6.2.2).
        let is_unknown = self.form.is_explicit && vr == vr::UN;
        let order = if is_unknown { Order::Little } else { self.form.order };
        let unit = if node.order == order { 1 } else { values::unit_of(node) };
        spill::copy(&self.tree.content_of(node), unit, self.out)?;
        if node.size % 2 == 1 {
            let padding = if node.kind == Kind::Value { vr::padding(node.vr) } else { 0 };
            self.write(&[padding])?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(write_error)
    }
}
