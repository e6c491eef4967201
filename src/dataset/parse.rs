//! Bytes to elements: reads the headers and leaves the values where they are (PS3.5 7).
//!
//! Nothing it does costs more than the bytes that are there: no length is believed, no depth costs
//! stack. It never fails: what was read until something was wrong is the data set, and what was
//! wrong is kept beside it.

use super::error::read_error;
use super::header::{self, Context, Header, UNDEFINED};
use super::syntax::Form;
use super::tree::{NONE, Node, Place, Source, Tree};
use super::window::Window;
use super::{Content, DataSetError, Kind, ReadLimits, vr};

const PIXEL_REPRESENTATION: u32 = 0x0028_0103;
/// Zeros at the end of a file that are taken for padding; more are not looked at.
const PADDING_BYTES_MAX: u64 = 64 << 10;

/// Reads elements into a tree, after those that are there.
///
/// `base` is where the content lies in what was loaded.
pub(super) fn parse(tree: &mut Tree, content: &Content, base: u64, form: Form, limits: &ReadLimits) {
    let source = tree.add_source(Source { content: content.clone(), base, is_shared: true });
    let mut parser = Parser {
        window: Window::new(content),
        length: content.len(),
        base,
        tree,
        source,
        limits,
        at: 0,
        depth: 0,
        is_signed: false,
        open: vec![Open {
            place: NONE,
            kind: Kind::Item,
            end: None,
            limit: u64::MAX,
            form,
            is_unsorted: false,
        }],
    };
    let problem = parser.run().err();
    parser.close_all();
    tree.problem = tree.problem.take().or(problem);
}

/// What is being read: the root, or an element that has children.
struct Open {
    place: Place,
    kind: Kind,
    /// `None`: a delimiter will tell, or for the root, the end of the content.
    end: Option<u64>,
    /// Where it ends at the latest, because what it is in does.
    limit: u64,
    form: Form,
    is_unsorted: bool,
}

struct Parser<'a> {
    window: Window<'a>,
    tree: &'a mut Tree,
    limits: &'a ReadLimits,
    length: u64,
    base: u64,
    source: u32,
    at: u64,
    /// How many sequences are open.
    depth: u32,
    is_signed: bool,
    /// Invariant: the root is the first, and never closed before the end.
    open: Vec<Open>,
}

/// Is there more to read?
#[derive(PartialEq, Eq)]
enum Step {
    On,
    Finished,
}

type Outcome<T> = Result<T, DataSetError>;

impl Parser<'_> {
    fn run(&mut self) -> Outcome<()> {
        loop {
            while self.top_ends()? {
                self.close();
            }
            if self.at >= self.length {
                return self.ended();
            }
            if self.step()? == Step::Finished {
                return Ok(());
            }
        }
    }

    /// Is all of the innermost element read that says how long it is?
    fn top_ends(&self) -> Outcome<bool> {
        match self.open.last() {
            Some(Open { end: Some(end), .. }) => Ok(self.at >= *end),
            Some(open) if self.at >= open.limit => {
                Err(self.wrong("the end of a sequence or item is missing"))
            }
            _ => Ok(false),
        }
    }

    /// The content is read to its end.
    fn ended(&self) -> Outcome<()> {
        match self.open.last() {
            Some(open) if open.place != NONE => {
                let tag = self.tree.node(open.place).map_or(0, |node| node.tag);
                Err(DataSetError::End { tag, offset: self.base + self.at })
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self) -> Outcome<Step> {
        let (kind, form) = match self.open.last() {
            Some(open) => (open.kind, open.form),
            None => return Ok(Step::Finished),
        };
        let context = Context { form, is_signed: self.is_signed, left: self.length - self.at };
        let bytes = self.window.peek(self.at, header::BYTES_MAX).map_err(read_error)?;
        let Some(header) = header::decode(bytes, context) else {
            return self.rest_is_padding(0);
        };
        if header.tag == 0 && self.open.len() == 1 && self.at > 0 && self.has_later_group() {
            return self.rest_is_padding(header.tag);
        }
        match kind {
            Kind::Sequence | Kind::Fragments => self.item(kind, header)?,
            _ => self.element(header, form)?,
        }
        Ok(Step::On)
    }

    fn has_later_group(&self) -> bool {
        self.tree.node(self.tree.last_of(NONE)).is_some_and(|node| node.tag > 0xFFFF)
    }

    /// Bytes that are no header are an error, but for zeros at the end of the data set.
    fn rest_is_padding(&mut self, tag: u32) -> Outcome<Step> {
        let end = DataSetError::End { tag, offset: self.base + self.at };
        if self.open.len() > 1 || self.length - self.at > PADDING_BYTES_MAX {
            return Err(end);
        }
        // Fits: it is not more than the bound.
        let rest = self.window.peek(self.at, (self.length - self.at) as usize).map_err(read_error)?;
        if rest.iter().all(|byte| *byte == 0) { Ok(Step::Finished) } else { Err(end) }
    }

    /// What stands in a sequence, or in encapsulated pixel data.
    fn item(&mut self, kind: Kind, header: Header) -> Outcome<()> {
        match header.tag {
            header::ITEM if kind == Kind::Fragments => {
                if header.length == UNDEFINED {
                    return Err(self.wrong("a fragment of undefined length"));
                }
                self.value(header, Kind::Fragment)
            }
            header::ITEM => {
                let form = self.open.last().map_or(Form::EXPLICIT, |open| open.form);
                self.container(header, Kind::Item, form)
            }
            header::SEQUENCE_DELIMITATION => {
                self.close();
                self.at += u64::from(header.size);
                Ok(())
            }
            header::ITEM_DELIMITATION if kind == Kind::Sequence => {
                // Some writers put one after an item whose length says where it ends.
                self.at += u64::from(header.size);
                Ok(())
            }
            _ => Err(self.wrong("neither an item nor the end of the sequence")),
        }
    }

    /// What stands in an item, or on the root level.
    fn element(&mut self, header: Header, form: Form) -> Outcome<()> {
        match header.tag {
            header::ITEM_DELIMITATION if self.open.len() > 1 => {
                self.close();
                self.at += u64::from(header.size);
                return Ok(());
            }
            header::SEQUENCE_DELIMITATION if self.open.len() > 1 => {
                // The item's own delimiter is missing.
                self.close();
                self.close();
                self.at += u64::from(header.size);
                return Ok(());
            }
            tag if tag >> 16 == 0xFFFE => return Err(self.wrong("an item outside a sequence")),
            _ => {}
        }
        if header.length != UNDEFINED {
            return match header.vr {
                vr::SQ if !form.is_explicit && !self.begins_with_item(header)? => {
                    // The dictionary says SQ, and the one who wrote it meant something else.
                    self.value(Header { vr: vr::UN, ..header }, Kind::Value)
                }
                vr::SQ => self.container(header, Kind::Sequence, form),
                _ => self.value(header, Kind::Value),
            };
        }
        match header.vr {
            vr::SQ => self.container(header, Kind::Sequence, form),
            // PS3.5 6.2.2: a UN of undefined length is a sequence, and what is in it has implicit VR and
            // little endian order.
            vr::UN => self.container(Header { vr: vr::SQ, ..header }, Kind::Sequence, Form::IMPLICIT),
            vr::OB | vr::OW => self.container(header, Kind::Fragments, form),
            // In implicit VR it can be nothing else, whatever the dictionary says.
            _ if !form.is_explicit => self.container(Header { vr: vr::SQ, ..header }, Kind::Sequence, form),
            _ => Err(self.wrong("a value of undefined length")),
        }
    }

    /// Is there an item, or nothing, where the value of an element begins?
    fn begins_with_item(&mut self, header: Header) -> Outcome<bool> {
        let bytes = self.window.peek(self.at + u64::from(header.size), 4).map_err(read_error)?;
        // Items and delimiters are of group FFFE; implicit VR is little endian.
        Ok(header.length == 0 || bytes.len() < 4 || bytes.starts_with(&[0xFE, 0xFF]))
    }

    /// An element that consists of others.
    fn container(&mut self, header: Header, kind: Kind, form: Form) -> Outcome<()> {
        if kind == Kind::Sequence {
            if self.depth >= self.limits.depth {
                return Err(DataSetError::Limit {
                    what: "sequences in one another",
                    limit: self.limits.depth.into(),
                });
            }
            self.depth += 1;
        }
        let start = self.at + u64::from(header.size);
        let outer = self.open.last().map_or(u64::MAX, |open| open.limit);
        let mut end = (header.length != UNDEFINED).then(|| start + u64::from(header.length));
        if end.is_some_and(|end| end > outer) {
            // One of the two lies. What is around it is believed, and what is in it read as far as that goes.
            let problem = self.wrong("longer than what it is in");
            self.tree.problem.get_or_insert(problem);
            end = Some(outer);
        }
        let place = self.add(header, kind, form, start, 0)?;
        let limit = end.unwrap_or(outer);
        self.open.push(Open { place, kind, end, limit, form, is_unsorted: false });
        self.at = start;
        Ok(())
    }

    /// An element or fragment with a value, which is stepped over.
    fn value(&mut self, header: Header, kind: Kind) -> Outcome<()> {
        let start = self.at + u64::from(header.size);
        let end = start + u64::from(header.length);
        let (form, limit) =
            self.open.last().map_or((Form::EXPLICIT, u64::MAX), |open| (open.form, open.limit));
        if end > limit && limit <= self.length {
            return Err(self.wrong("longer than what it is in"));
        }
        let size = end.min(self.length).saturating_sub(start);
        self.add(header, kind, form, start, size)?;
        if end > self.length {
            // What is there of it is kept.
            return Err(DataSetError::End { tag: header.tag, offset: self.base + self.at });
        }
        if header.tag == PIXEL_REPRESENTATION && size == 2 {
            let bytes = self.window.peek(start, 2).map_err(read_error)?;
            self.is_signed = bytes.try_into().is_ok_and(|bytes| form.order.u16(bytes) == 1);
        }
        self.at = end;
        Ok(())
    }

    fn add(&mut self, header: Header, kind: Kind, form: Form, start: u64, size: u64) -> Outcome<Place> {
        let too_many = DataSetError::Limit { what: "elements", limit: self.limits.elements.into() };
        if self.tree.len() as u64 >= u64::from(self.limits.elements) {
            return Err(too_many);
        }
        let node = Node {
            order: form.order,
            header: header.size,
            length: header.length,
            source: self.source,
            start,
            size,
            ..Node::new(header.tag, header.vr, kind)
        };
        let place = self.tree.add(node).ok_or(too_many)?;
        let parent = self.open.last().map_or(NONE, |open| open.place);
        let prev = self.tree.last_of(parent);
        if self.tree.node(prev).is_some_and(|node| node.tag > header.tag)
            && let Some(open) = self.open.last_mut()
        {
            open.is_unsorted = true;
        }
        self.tree.link_after(place, parent, prev);
        Ok(place)
    }

    /// The innermost element is complete.
    fn close(&mut self) {
        if self.open.len() > 1 {
            self.finish_top();
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.finish_top();
        }
    }

    fn finish_top(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.kind == Kind::Sequence {
            self.depth = self.depth.saturating_sub(1);
        }
        if open.is_unsorted {
            self.tree.sort_children(open.place);
        }
        let at = self.at.min(open.end.unwrap_or(self.at));
        if let Some(node) = self.tree.node_mut(open.place) {
            node.size = at.saturating_sub(node.start);
        }
    }

    fn wrong(&self, what: &'static str) -> DataSetError {
        DataSetError::Format { what, offset: self.base + self.at }
    }
}
