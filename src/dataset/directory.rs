//! The offsets in a DICOMDIR (PS3.3 F.3.2): its records point at one another by where they lie in the file, so that
//! all of them change when one record gets longer.
//!
//! A record is known by where it was in the file that was loaded. One that was added to the data set was nowhere, so
//! that nothing points at it: which record it follows is for its maker to say.

use super::encode;
use super::error::Result;
use super::meta::PREAMBLE_BYTES;
use super::navigate::element_of;
use super::syntax::encoding_of;
use super::tree::{NONE, Node, Place, Tree};
use super::values::bytes_le;
use super::{Content, DataSet, DataSetError, EncodeOptions, vr};
use crate::pdu::Uid;
use std::collections::{HashMap, HashSet};

const MEDIA_STORAGE_DIRECTORY: Uid = Uid::from_static("1.2.840.10008.1.3.10");
/// Directory Record Sequence.
const RECORDS: u32 = 0x0004_1220;
/// Offset of the First, and of the Last Directory Record of the Root Directory Entity.
const FIRST: u32 = 0x0004_1200;
const LAST: u32 = 0x0004_1202;
/// Offset of the Next Directory Record.
const NEXT: u32 = 0x0004_1400;
/// Offset of Referenced Lower-Level Directory Entity.
const LOWER: u32 = 0x0004_1420;
/// MRDR Directory Record Offset, which is retired.
const MRDR: u32 = 0x0004_1504;

/// The data set as it is to be saved where it is a DICOMDIR whose records come to lie elsewhere; `None` where it is
/// right as it is.
///
/// A record that was deleted is passed over: what pointed at it points at the next one behind it that is still there.
/// An offset at which no record was stays as it is.
pub(super) fn relinked(data_set: &DataSet, to: &Uid, options: &EncodeOptions) -> Result<Option<DataSet>> {
    let is_directory = data_set.meta().is_some_and(|meta| meta.sop_class == MEDIA_STORAGE_DIRECTORY);
    let encoding = encoding_of(to);
    // What is deflated has no places to point at. What cannot be read whole is not written anew.
    if !is_directory || encoding.is_deflated || data_set.parse().is_err() {
        return Ok(None);
    }
    let is_as_it_was = data_set.content_in(to).is_some() && *options == EncodeOptions::default();
    let base = data_set.inner.origin.as_ref().map_or(0, |origin| origin.base);
    if is_as_it_was && data_set.head(to)?.len() as u64 == base {
        return Ok(None);
    }
    let mut linked = data_set.clone();
    // It is written anew in any case, so that all lies where it is computed to.
    linked.change(false, |_| ());
    let Some((sequence, _)) = linked.tree().child_with(NONE, RECORDS) else { return Ok(None) };
    let head = linked.head(to)?.len() as u64;
    let positions = encode::positions(linked.tree(), encoding.form, options, sequence)?;
    let links = Links::of(&linked, &data_set.inner.read(), head, &positions)?;
    let mut values = Vec::new();
    for (tag, parent) in pointers(&positions) {
        let Some((place, node)) = linked.tree().child_with(parent, tag) else { continue };
        let new = offset(linked.tree(), node).and_then(|old| links.new_of(tag, old));
        values.extend(new.map(|new| (place, new)));
    }
    linked.change(false, |tree| {
        for (place, offset) in values {
            tree.set_value(place, Content::from(offset.to_le_bytes().to_vec()));
        }
    });
    Ok(Some(linked))
}

/// All elements that are offsets, by tag and the element they are in.
fn pointers(records: &[(Place, u64)]) -> impl Iterator<Item = (u32, Place)> {
    let of_root = [(FIRST, NONE), (LAST, NONE)];
    let of_records = records.iter().flat_map(|(place, _)| [NEXT, LOWER, MRDR].map(|tag| (tag, *place)));
    of_root.into_iter().chain(of_records)
}

/// The offset that is the value of an element; `None` for a value that is none.
fn offset(tree: &Tree, node: &Node) -> Option<u32> {
    let bytes = (node.vr == vr::UL).then(|| bytes_le(tree, node, 4).ok())??;
    Some(u32::from_le_bytes(*bytes.first_chunk()?))
}

fn offset_of(tree: &Tree, parent: Place, tag: u32) -> u32 {
    tree.child_with(parent, tag).and_then(|(_, node)| offset(tree, node)).unwrap_or(0)
}

/// Where records were and where they are.
struct Links {
    /// Those that are still there: from where they were to where they will be.
    places: HashMap<u32, u32>,
    /// From each record that was loaded to the one behind it; 0 is none.
    next: HashMap<u32, u32>,
    /// The first record of the root as it was loaded.
    first: u32,
}

impl Links {
    /// `head` is the length of what lies before the elements.
    fn of(linked: &DataSet, loaded: &Tree, head: u64, positions: &[(Place, u64)]) -> Result<Self> {
        let tree = linked.tree();
        let mut places = HashMap::new();
        for (place, position) in positions {
            let Some(old) = tree.node(*place).and_then(|node| old_offset(tree, node)) else { continue };
            let limit = u64::from(u32::MAX);
            let new = u32::try_from(head + position)
                .map_err(|_| DataSetError::Limit { what: "bytes before a directory record", limit })?;
            places.insert(old, new);
        }
        let records = loaded.child_with(NONE, RECORDS).map_or(NONE, |(place, _)| place);
        let mut next = HashMap::new();
        if records != NONE {
            for (place, node) in loaded.children(records) {
                next.extend(old_offset(loaded, node).map(|old| (old, offset_of(loaded, place, NEXT))));
            }
        }
        Ok(Self { places, next, first: offset_of(loaded, NONE, FIRST) })
    }

    /// What an offset is now; `None` if no record was there.
    fn new_of(&self, tag: u32, old: u32) -> Option<u32> {
        if let Some(new) = self.places.get(&old) {
            return Some(*new);
        }
        if !self.next.contains_key(&old) {
            return None;
        }
        match tag {
            LAST => self.chain(self.first).last().or(Some(0)),
            MRDR => Some(0),
            _ => self.chain(old).next().or(Some(0)),
        }
    }

    /// The records from one on that are still there, by where they are now. A ring ends where it closes.
    fn chain(&self, from: u32) -> impl Iterator<Item = u32> {
        let mut seen = HashSet::new();
        let all = std::iter::successors(Some(from), |at| self.next.get(at).copied());
        all.take_while(move |at| seen.insert(*at)).filter_map(|at| self.places.get(&at).copied())
    }
}

/// Where a record was in the file; `None` for one that was not loaded.
fn old_offset(tree: &Tree, node: &Node) -> Option<u32> {
    let offset = element_of(tree, node).offset;
    u32::try_from(offset).ok().filter(|offset| *offset >= PREAMBLE_BYTES as u32)
}
