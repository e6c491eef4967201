//! The offsets in a DICOMDIR (PS3.3 F.3.2): its records point at one another by where they lie in the file, so that
//! all of them change when one record gets longer.
//!
//! A record is known by where it was in the file that was loaded. One that was added to the data set was nowhere: its
//! place among the others, and its type, say where it belongs.

use super::edit::not_after;
use super::encode;
use super::error::Result;
use super::meta::PREAMBLE_BYTES;
use super::navigate::element_of;
use super::syntax::encoding_of;
use super::tree::{NONE, Node, Place, Tree};
use super::values::bytes_le;
use super::{Content, DataSet, DataSetError, EncodeOptions, Kind, save, vr};
use crate::pdu::Uid;
use std::collections::{BTreeSet, HashMap, HashSet};

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
/// Directory Record Type.
const RECORD_TYPE: u32 = 0x0004_1430;
/// Not a CS of PS3.5 6.2 if it is longer.
const RECORD_TYPE_BYTES_MAX: u64 = 64;

/// The data set as it is to be saved where it is a DICOMDIR whose records come to lie elsewhere; `None` where it is
/// right as it is.
///
/// A record that was deleted is passed over: what pointed at it points at the next one behind it that is still there.
/// One that was added lies below the nearest record before it whose type stands higher (PS3.3 Table F.4-1), behind the
/// last one before it that does so too; but a copy of a whole directory is linked as that is. An offset at which no
/// record was stays as it is.
pub(super) fn relinked(data_set: &DataSet, to: &Uid, options: &EncodeOptions) -> Result<Option<DataSet>> {
    let encoding = encoding_of(to);
    // What is deflated has no places to point at. What cannot be read whole is not written anew.
    if class_of(data_set) != MEDIA_STORAGE_DIRECTORY || encoding.is_deflated || data_set.parse().is_err() {
        return Ok(None);
    }
    let is_as_it_was = data_set.content_in(to).is_some() && *options == EncodeOptions::default();
    let base = data_set.inner.origin.as_ref().map_or(0, |origin| origin.base);
    if is_as_it_was && data_set.head(to)?.len() as u64 == base {
        return Ok(None);
    }
    let mut linked = data_set.clone();
    // It is written anew in any case, so that all lies where it is computed to.
    let copied = copied_offsets(linked.tree());
    linked.change(false, |tree| give_offsets(tree, copied.is_some()));
    let Some((sequence, _)) = linked.tree().child_with(NONE, RECORDS) else { return Ok(None) };
    let head = linked.head(to)?.len() as u64;
    let positions = encode::positions(linked.tree(), encoding.form, options, sequence)?;
    let records =
        positions.iter().map(|(place, position)| Record::of(linked.tree(), *place, head + position));
    let mut records = records.collect::<Result<Vec<_>>>()?;
    for (record, old) in records.iter_mut().zip(copied.iter().flatten()) {
        record.old = Some(*old);
    }
    let links = match copied {
        Some(_) => {
            Links::of(linked.tree(), records.iter().map(|record| (record.place, record.old)), &records)
        }
        None => {
            let loaded = data_set.inner.read();
            let sequence = loaded.child_with(NONE, RECORDS).map(|(place, _)| place);
            let children = sequence.into_iter().flat_map(|sequence| loaded.children(sequence));
            Links::of(&loaded, children.map(|(place, node)| (place, old_offset(&loaded, node))), &records)
        }
    };
    let mut offsets = HashMap::new();
    for (tag, record) in pointers(&records) {
        let Some((_, node)) = linked.tree().child_with(record.place(), tag) else { continue };
        let new = offset(linked.tree(), node).and_then(|old| links.new_of(tag, old));
        offsets.extend(new.map(|new| ((tag, record.position()), new)));
    }
    link_added(&records, &mut offsets);
    linked.change(false, |tree| {
        for (tag, record) in pointers(&records) {
            let element = tree.child_with(record.place(), tag).map(|(place, _)| place);
            if let (Some(place), Some(new)) = (element, offsets.get(&(tag, record.position()))) {
                tree.set_value(place, Content::from(new.to_le_bytes().to_vec()));
            }
        }
    });
    Ok(Some(linked))
}

/// The SOP class of a file.
fn class_of(data_set: &DataSet) -> Uid {
    let said = data_set.meta().map(|meta| meta.sop_class).unwrap_or_default();
    if said.is_empty() { class_by_records(data_set) } else { said }
}

/// The SOP class of a data set that was made here and says none: a DICOMDIR alone has directory records. Empty if it has
/// none.
pub(super) fn class_by_records(data_set: &DataSet) -> Uid {
    let has = |tag| data_set.tree().child_with(NONE, tag).is_some();
    let is_directory = data_set.inner.origin.is_none() && has(RECORDS) && !has(save::SOP_CLASS_UID);
    if is_directory { MEDIA_STORAGE_DIRECTORY } else { Uid::default() }
}

/// Where the records of a directory were that is a copy of another, whole: none of them was loaded here, but as many
/// places are pointed at as there are records, which lay in this order. `None` for what is no such copy.
fn copied_offsets(tree: &Tree) -> Option<Vec<u32>> {
    let (sequence, _) = tree.child_with(NONE, RECORDS)?;
    let mut offsets = BTreeSet::from([FIRST, LAST].map(|tag| offset_of(tree, NONE, tag)));
    let mut count = 0;
    for (place, node) in tree.children(sequence) {
        if old_offset(tree, node).is_some() {
            return None;
        }
        offsets.extend([NEXT, LOWER].map(|tag| offset_of(tree, place, tag)));
        count += 1;
    }
    offsets.remove(&0);
    (offsets.len() == count).then(|| offsets.into_iter().collect())
}

/// Where one was added, gives the root and all records the elements for their offsets: where a record lies depends on
/// them. What those of one that was added say counts in a copy alone.
fn give_offsets(tree: &mut Tree, is_copy: bool) {
    let Some((sequence, _)) = tree.child_with(NONE, RECORDS) else { return };
    let records: Vec<_> =
        tree.children(sequence).map(|(place, node)| (place, old_offset(tree, node))).collect();
    if records.iter().all(|(_, old)| old.is_some()) {
        return;
    }
    for tag in [FIRST, LAST] {
        give_offset(tree, NONE, tag, false);
    }
    for (record, old) in records {
        for tag in [NEXT, LOWER] {
            give_offset(tree, record, tag, old.is_none() && !is_copy);
        }
    }
}

/// Makes sure of an element that is an offset; what it says stays, unless `is_new`.
fn give_offset(tree: &mut Tree, parent: Place, tag: u32, is_new: bool) {
    let zero = || Content::from(vec![0; 4]);
    match tree.child_with(parent, tag).map(|(place, node)| (place, offset(tree, node).is_some())) {
        Some((_, true)) if !is_new => {}
        Some((place, _)) => {
            if let Some(node) = tree.node_mut(place) {
                node.vr = vr::UL;
            }
            tree.set_value(place, zero());
        }
        None => {
            let prev = not_after(tree, parent, tag);
            if let Some(place) = tree.add(Node::new(tag, vr::UL, Kind::Value)) {
                tree.link_after(place, parent, prev);
                tree.set_value(place, zero());
            }
        }
    }
}

/// A record as it will be written.
struct Record {
    place: Place,
    position: u32,
    /// Where it was; `None` for one that was added.
    old: Option<u32>,
    rank: u8,
}

impl Record {
    fn of(tree: &Tree, place: Place, position: u64) -> Result<Self> {
        let limit = u64::from(u32::MAX);
        let position = u32::try_from(position)
            .map_err(|_| DataSetError::Limit { what: "bytes before a directory record", limit })?;
        let old = tree.node(place).and_then(|node| old_offset(tree, node));
        let record_type =
            tree.child_with(place, RECORD_TYPE).map(|(_, node)| bytes_le(tree, node, RECORD_TYPE_BYTES_MAX));
        let rank = rank_of(&record_type.and_then(Result::ok).unwrap_or_default());
        Ok(Self { place, position, old, rank })
    }
}

/// How high in the tree of records a type stands (PS3.3 Table F.4-1), 1 being the highest; as cpp/dicom_ds_keys.cpp
/// shows them.
fn rank_of(record_type: &[u8]) -> u8 {
    match record_type.trim_ascii_end() {
        b"PATIENT" | b"HANGING PROTOCOL" | b"PALETTE" | b"IMPLANT" | b"IMPLANT ASSY" | b"IMPLANT GROUP" => 1,
        b"STUDY" => 2,
        b"SERIES" => 3,
        _ => 4,
    }
}

/// Whose an offset is.
#[derive(Clone, Copy)]
enum Owner<'a> {
    Root,
    Record(&'a Record),
}

impl Owner<'_> {
    fn place(self) -> Place {
        match self {
            Self::Root => NONE,
            Self::Record(record) => record.place,
        }
    }

    /// Where it will be; 0 is the root, at which nothing points.
    fn position(self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Record(record) => record.position,
        }
    }
}

/// All elements that are offsets, by tag and whose they are.
fn pointers(records: &[Record]) -> impl Iterator<Item = (u32, Owner<'_>)> {
    let of_root = [(FIRST, Owner::Root), (LAST, Owner::Root)];
    let of_records =
        records.iter().flat_map(|record| [NEXT, LOWER, MRDR].map(|tag| (tag, Owner::Record(record))));
    of_root.into_iter().chain(of_records)
}

/// Links the records that were added into the chains of the others. `offsets` is what the offsets will be, by their tag
/// and where the record is whose they are.
fn link_added(records: &[Record], offsets: &mut HashMap<(u32, u32), u32>) {
    // Where the records are that lie directly below one, by where that is.
    let mut below: HashMap<u32, BTreeSet<u32>> = HashMap::new();
    // The records before the present one that may have it below them: each stands lower than the one before it.
    let mut higher: Vec<&Record> = Vec::new();
    for record in records {
        while higher.last().is_some_and(|it| it.rank >= record.rank) {
            higher.pop();
        }
        if record.old.is_none() {
            let parent = higher.last().map_or(0, |it| it.position);
            let first = (if parent == 0 { FIRST } else { LOWER }, parent);
            let level = below.entry(parent).or_insert_with(|| chain_of(offsets, first));
            let link = level.range(..record.position).next_back().map_or(first, |prev| (NEXT, *prev));
            let next = offsets.insert(link, record.position).unwrap_or(0);
            offsets.insert((NEXT, record.position), next);
            level.insert(record.position);
            if parent == 0 && next == 0 {
                offsets.insert((LAST, 0), record.position);
            }
        }
        higher.push(record);
    }
}

/// Where the records of a chain are that begins with an offset. A ring ends where it closes.
fn chain_of(offsets: &HashMap<(u32, u32), u32>, first: (u32, u32)) -> BTreeSet<u32> {
    let next = |link: (u32, u32)| offsets.get(&link).copied().filter(|at| *at != 0);
    let mut seen = BTreeSet::new();
    let mut at = next(first);
    while let Some(position) = at.filter(|position| seen.insert(*position)) {
        at = next((NEXT, position));
    }
    seen
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
    /// `loaded` is where records were, with where that is in `tree`.
    fn of(tree: &Tree, loaded: impl Iterator<Item = (Place, Option<u32>)>, present: &[Record]) -> Self {
        let places = present.iter().filter_map(|record| Some((record.old?, record.position))).collect();
        let next = loaded.filter_map(|(place, old)| Some((old?, offset_of(tree, place, NEXT)))).collect();
        Self { places, next, first: offset_of(tree, NONE, FIRST) }
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
