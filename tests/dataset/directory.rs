//! DICOMDIR: its records point at one another by where they lie in the file (PS3.3 F.3.2), and still do when they have
//! come to lie elsewhere.

use super::bytes::*;
use ldicomnet::dataset::{
    CharacterSet, DataSet, EncodeOptions, FileMeta, LoadOptions, MetaHeader, SaveOptions, meta,
};
use ldicomnet::pdu::Uid;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const RECORDS: u32 = 0x0004_1220;
const FIRST: u32 = 0x0004_1200;
const LAST: u32 = 0x0004_1202;
const NEXT: u32 = 0x0004_1400;
const LOWER: u32 = 0x0004_1420;
const TYPE: u32 = 0x0004_1430;
const NOWHERE: u32 = 77;

/// A record: its name, the index of the one behind it, and of the first below it.
type Record = (&'static str, Option<usize>, Option<usize>);

/// Two patients, the first of which has two studies; the second one has one.
const ALL: [Record; 5] = [
    ("A", Some(1), Some(2)),
    ("B", None, Some(4)),
    ("A1", Some(3), None),
    ("A2", None, None),
    ("B1", None, None),
];

/// A file of these records, which begin at the root with the first and end there with the second.
struct Directory {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Directory {
    fn of(records: &[Record], break_at: Option<(usize, u32)>) -> Self {
        let meta = FileMeta {
            sop_class: Uid::from_static("1.2.840.10008.1.3.10"),
            sop_instance: Uid::from_static("1.2.3"),
            transfer_syntax: EXPLICIT,
            ..Default::default()
        };
        let mut head = Vec::new();
        meta::put(&meta, &mut head);
        // Each offset has a size of its own, so that the sizes of the records are known before their places.
        let body = |starts: &[u32]| {
            let start =
                |index: Option<usize>| index.map_or(0, |index| starts.get(index).copied().unwrap_or(0));
            let mut items = Vec::new();
            for (at, (name, next, lower)) in records.iter().enumerate() {
                let broken =
                    |tag| break_at.filter(|(index, broken)| *index == at && *broken == tag).is_some();
                let value = |tag, index| if broken(tag) { NOWHERE } else { start(index) }.to_le_bytes();
                let inside = [
                    explicit(NEXT, "UL", &value(NEXT, *next)),
                    explicit(LOWER, "UL", &value(LOWER, *lower)),
                    explicit(PATIENT_NAME, "PN", name.as_bytes()),
                ];
                let inside = inside.concat();
                items.push([head_of_item(inside.len()), inside].concat());
            }
            let root = [
                explicit(FIRST, "UL", &start(Some(0)).to_le_bytes()),
                explicit(LAST, "UL", &start(Some(1)).to_le_bytes()),
                explicit_head(RECORDS, "SQ", items.concat().len() as u32),
            ];
            (root.concat(), items)
        };
        let (root, items) = body(&[]);
        let mut at = (head.len() + root.len()) as u32;
        let mut starts = Vec::new();
        for item in &items {
            starts.push(at);
            at += item.len() as u32;
        }
        let (root, items) = body(&starts);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("DICOMDIR");
        fs::write(&path, [head, root, items.concat()].concat()).unwrap();
        Self { _folder: folder, path }
    }

    fn load(&self) -> DataSet {
        DataSet::open(&self.path, &LoadOptions::default()).unwrap()
    }

    fn save(&self, data_set: &DataSet, options: &SaveOptions) -> Tree {
        let path = self.path.with_extension("saved");
        data_set.save(&path, options).unwrap();
        tree_of(&path)
    }
}

fn head_of_item(length: usize) -> Vec<u8> {
    head(ITEM, length as u32)
}

/// What the offsets of a file say: for the root and each record by its name, where they lead to. A name is "" where
/// there is no offset, and "?" where it leads to no record.
type Tree = BTreeMap<String, [String; 2]>;

fn tree_of(path: &Path) -> Tree {
    let bytes = fs::read(path).unwrap();
    let data_set =
        DataSet::open(path, &LoadOptions { meta: MetaHeader::Present, ..Default::default() }).unwrap();
    let mut names = BTreeMap::new();
    let mut records = Vec::new();
    let mut at = data_set.child(find(&data_set, RECORDS));
    while let Some(item) = at {
        let text =
            |tag| data_set.strings(data_set.find_first_descendant(Some(item), tag, true).unwrap()).unwrap();
        let name = text(PATIENT_NAME).concat();
        let offset = data_set.element(item).unwrap().offset;
        // Nobody's word is taken for it: there an item begins.
        let item_tag = if data_set.transfer_syntax() == BIG { vec![0xFF, 0xFE, 0xE0, 0] } else { tag(ITEM) };
        assert_eq!(bytes[offset as usize..][..4], item_tag, "{name}");
        names.insert(offset, name.clone());
        records.push((name, [text(NEXT).concat(), text(LOWER).concat()]));
        at = data_set.next(item, true);
    }
    records.push(("root".to_owned(), [FIRST, LAST].map(|tag| strings(&data_set, tag).concat())));
    let name_of = |offset: String| match offset.parse::<u64>().unwrap() {
        0 => String::new(),
        offset => names.get(&offset).cloned().unwrap_or_else(|| "?".to_owned()),
    };
    records.into_iter().map(|(name, offsets)| (name, offsets.map(name_of))).collect()
}

fn tree(entries: &[(&str, &str, &str)]) -> Tree {
    entries.iter().map(|(name, a, b)| ((*name).to_owned(), [*a, *b].map(str::to_owned))).collect()
}

/// The item of a record.
fn record(data_set: &DataSet, index: usize) -> ldicomnet::dataset::ElementId {
    let mut at = data_set.child(find(data_set, RECORDS)).unwrap();
    for _ in 0..index {
        at = data_set.next(at, true).unwrap();
    }
    at
}

#[test]
fn records_that_got_longer_are_still_found() {
    let directory = Directory::of(&ALL, None);
    let before = tree_of(&directory.path);
    let whole = tree(&[
        ("root", "A", "B"),
        ("A", "B", "A1"),
        ("B", "", "B1"),
        ("A1", "A2", ""),
        ("A2", "", ""),
        ("B1", "", ""),
    ]);
    assert_eq!(before, whole);
    let mut data_set = directory.load();
    let name = data_set.find_first_descendant(Some(record(&data_set, 0)), PATIENT_NAME, true).unwrap();
    data_set.set_strings(name, &["A much longer name"], CharacterSet::Default).unwrap();
    let comments = put(&mut data_set, None, 0x0004_1130, b"AN ID OF THE FILE-SET");
    let longer = tree(&[
        ("root", "A much longer name", "B"),
        ("A much longer name", "B", "A1"),
        ("B", "", "B1"),
        ("A1", "A2", ""),
        ("A2", "", ""),
        ("B1", "", ""),
    ]);
    for syntax in [EXPLICIT, IMPLICIT, BIG] {
        for (explicit_lengths, group_lengths) in [(false, false), (true, false), (false, true), (true, true)]
        {
            let encode = EncodeOptions { explicit_lengths, group_lengths };
            let options = SaveOptions { transfer_syntax: Some(syntax), encode, ..Default::default() };
            assert_eq!(directory.save(&data_set, &options), longer, "{syntax} {encode:?}");
        }
    }
    // Saved once more from what is in memory, and from what was saved.
    assert_eq!(directory.save(&data_set, &SaveOptions::default()), longer);
    data_set.delete(comments);
    assert_eq!(directory.save(&data_set, &SaveOptions::default()), longer);
    let mut again = DataSet::open(&directory.path.with_extension("saved"), &LoadOptions::default()).unwrap();
    put(&mut again, None, 0x0004_1130, b"X");
    assert_eq!(directory.save(&again, &SaveOptions::default()), longer);
}

#[test]
fn a_directory_that_was_not_changed_is_the_same_byte_for_byte() {
    let directory = Directory::of(&ALL, Some((2, NEXT)));
    let data_set = directory.load();
    directory.save(&data_set, &SaveOptions::default());
    let saved = fs::read(directory.path.with_extension("saved")).unwrap();
    assert_eq!(saved, fs::read(&directory.path).unwrap());
    // Written in another way it is right as well.
    let encode = EncodeOptions { explicit_lengths: false, group_lengths: true };
    let found = directory.save(&data_set, &SaveOptions { encode, ..Default::default() });
    assert_eq!((found["root"].concat(), found["A1"].concat()), ("AB".to_owned(), "?".to_owned()));
}

#[test]
fn a_record_that_was_deleted_is_passed_over() {
    let directory = Directory::of(&ALL, None);
    for (deleted, expected) in [
        (0, tree(&[("root", "B", "B"), ("B", "", "B1"), ("A1", "A2", ""), ("A2", "", ""), ("B1", "", "")])),
        (1, tree(&[("root", "A", "A"), ("A", "", "A1"), ("A1", "A2", ""), ("A2", "", ""), ("B1", "", "")])),
        (2, tree(&[("root", "A", "B"), ("A", "B", "A2"), ("B", "", "B1"), ("A2", "", ""), ("B1", "", "")])),
        (4, tree(&[("root", "A", "B"), ("A", "B", "A1"), ("B", "", ""), ("A1", "A2", ""), ("A2", "", "")])),
    ] {
        let mut data_set = directory.load();
        data_set.delete(record(&data_set, deleted));
        assert_eq!(directory.save(&data_set, &SaveOptions::default()), expected, "{deleted}");
    }
    let mut data_set = directory.load();
    while let Some(item) = data_set.child(find(&data_set, RECORDS)) {
        data_set.delete(item);
    }
    assert_eq!(directory.save(&data_set, &SaveOptions::default()), tree(&[("root", "", "")]));
    data_set.delete(find(&data_set, RECORDS));
    data_set.save(&directory.path.with_extension("saved"), &SaveOptions::default()).unwrap();
}

#[test]
fn offsets_that_lead_nowhere_stay_what_they_are() {
    for tag in [NEXT, LOWER] {
        let directory = Directory::of(&ALL, Some((0, tag)));
        let mut data_set = directory.load();
        put(&mut data_set, None, 0x0004_1130, b"ID");
        let saved = directory.save(&data_set, &SaveOptions::default());
        let expected = if tag == NEXT { ["?", "A1"] } else { ["B", "?"] };
        assert_eq!(saved["A"], expected);
        let again = DataSet::open(&directory.path.with_extension("saved"), &LoadOptions::default()).unwrap();
        let element = again.find_first_descendant(Some(record(&again, 0)), tag, true).unwrap();
        assert_eq!(again.strings(element).unwrap(), [NOWHERE.to_string()]);
    }
    // A ring, of which one is deleted; a record that is behind itself; offsets that are no number.
    let rings: [Record; 3] = [("A", Some(1), Some(0)), ("B", Some(2), None), ("C", Some(0), Some(2))];
    let directory = Directory::of(&rings, None);
    let mut data_set = directory.load();
    data_set.delete(record(&data_set, 1));
    let saved = directory.save(&data_set, &SaveOptions::default());
    assert_eq!(saved, tree(&[("root", "A", "C"), ("A", "C", "A"), ("C", "A", "C")]));
    let next = data_set.find_first_descendant(Some(record(&data_set, 0)), NEXT, true).unwrap();
    data_set.set_value_le(next, b"\x01\x02").unwrap();
    data_set.save(&directory.path.with_extension("saved"), &SaveOptions::default()).unwrap();
    let again = DataSet::open(&directory.path.with_extension("saved"), &LoadOptions::default()).unwrap();
    let next = again.find_first_descendant(Some(record(&again, 0)), NEXT, true).unwrap();
    assert_eq!(again.value_le(next, 9).unwrap().as_ref(), b"\x01\x02");
}

/// Adds a record with nothing but its type and name, at a place among the others.
fn add(data_set: &mut DataSet, index: usize, record_type: &str, name: &str) {
    let records = data_set.find_first(None, RECORDS, true);
    let records = records.or_else(|| data_set.insert(None, false, RECORDS, 0, true, UNDEFINED)).unwrap();
    let record = data_set.insert(Some(records), true, ITEM, 0, true, index as u32).unwrap();
    put(data_set, Some(record), TYPE, record_type.as_bytes());
    put(data_set, Some(record), PATIENT_NAME, name.as_bytes());
}

/// One that was made and not loaded: two patients, each with a study, series, images, and what is of its own.
fn made() -> DataSet {
    let mut data_set = DataSet::new(EXPLICIT);
    let records = [
        ("PATIENT", "A"),
        ("STUDY", "A1"),
        ("SERIES", "A11"),
        ("IMAGE", "A111"),
        ("SR DOCUMENT ", "A112"),
        ("SERIES", "A12"),
        ("PATIENT ", "B"),
        ("HL7 STRUC DOC ", "B1"),
        ("STUDY ", "B2"),
        ("HANGING PROTOCOL", "C"),
    ];
    for (index, (record_type, name)) in records.into_iter().enumerate() {
        add(&mut data_set, index, record_type, name);
    }
    data_set
}

fn tree_of_made() -> Tree {
    tree(&[
        ("root", "A", "C"),
        ("A", "B", "A1"),
        ("A1", "", "A11"),
        ("A11", "A12", "A111"),
        ("A111", "A112", ""),
        ("A112", "", ""),
        ("A12", "", ""),
        ("B", "C", "B1"),
        ("B1", "B2", ""),
        ("B2", "", ""),
        ("C", "", ""),
    ])
}

#[test]
fn records_that_were_added_are_linked_by_their_order_and_their_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("DICOMDIR");
    let data_set = made();
    for syntax in [EXPLICIT, IMPLICIT, BIG] {
        for (explicit_lengths, group_lengths) in [(false, false), (true, true)] {
            let encode = EncodeOptions { explicit_lengths, group_lengths };
            let options = SaveOptions { transfer_syntax: Some(syntax), encode, ..Default::default() };
            data_set.save(&path, &options).unwrap();
            assert_eq!(tree_of(&path), tree_of_made(), "{syntax} {encode:?}");
        }
    }
    // Of whatever else has no class, nothing is said.
    let meta = DataSet::open(&path, &LoadOptions::default()).unwrap().meta().unwrap();
    assert_eq!(meta.sop_class, Uid::from_static("1.2.840.10008.1.3.10"));
    let mut other = DataSet::new(EXPLICIT);
    put(&mut other, None, PATIENT_NAME, b"A");
    other.save(&path, &SaveOptions::default()).unwrap();
    let meta = DataSet::open(&path, &LoadOptions::default()).unwrap().meta().unwrap();
    assert!(meta.sop_class.is_empty());
}

#[test]
fn records_are_added_among_those_that_were_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("DICOMDIR");
    made().save(&path, &SaveOptions::default()).unwrap();
    let mut data_set = DataSet::open(&path, &LoadOptions::default()).unwrap();
    // From behind, so that the places before stay.
    add(&mut data_set, 10, "PATIENT", "D");
    add(&mut data_set, 9, "STUDY", "B3");
    add(&mut data_set, 9, "SERIES", "B21");
    add(&mut data_set, 6, "STUDY", "A2");
    add(&mut data_set, 4, "IMAGE", "A111b");
    add(&mut data_set, 3, "IMAGE", "A110");
    add(&mut data_set, 0, "PATIENT", "0");
    let expected = tree(&[
        ("root", "0", "D"),
        ("0", "A", ""),
        ("A", "B", "A1"),
        ("A1", "A2", "A11"),
        ("A11", "A12", "A110"),
        ("A110", "A111", ""),
        ("A111", "A111b", ""),
        ("A111b", "A112", ""),
        ("A112", "", ""),
        ("A12", "", ""),
        ("A2", "", ""),
        ("B", "C", "B1"),
        ("B1", "B2", ""),
        ("B2", "B3", "B21"),
        ("B21", "", ""),
        ("B3", "", ""),
        ("C", "D", ""),
        ("D", "", ""),
    ]);
    let saved = path.with_extension("saved");
    data_set.save(&saved, &SaveOptions::default()).unwrap();
    assert_eq!(tree_of(&saved), expected);
    // Saved once more, and read anew, it is the same.
    data_set.save(&path, &SaveOptions::default()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), fs::read(&saved).unwrap());
    // One goes where another comes: A11 (place 3) with all that lies below it, for a series at its place.
    let mut data_set = DataSet::open(&saved, &LoadOptions::default()).unwrap();
    for _ in 3..8 {
        data_set.delete(record(&data_set, 3));
    }
    add(&mut data_set, 3, "SERIES", "A10");
    data_set.save(&saved, &SaveOptions::default()).unwrap();
    let found = tree_of(&saved);
    assert_eq!(found["A1"], ["A2", "A10"]);
    assert_eq!(found["A10"], ["A12", ""]);
}

#[test]
fn what_a_record_that_was_added_says_of_offsets_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("DICOMDIR");
    made().save(&path, &SaveOptions::default()).unwrap();
    let loaded = DataSet::open(&path, &LoadOptions::default()).unwrap();
    // Of another directory, with the offsets that it had there.
    let mut data_set = DataSet::new(EXPLICIT);
    let records = data_set.insert(None, false, RECORDS, 0, true, UNDEFINED).unwrap();
    let from = find(&loaded, RECORDS);
    data_set.copy_from(Some(records), &loaded, Some(from), &mut |_, _| true).unwrap();
    put(&mut data_set, None, FIRST, &NOWHERE.to_le_bytes());
    put(&mut data_set, None, 0x0004_1130, b"AN ID OF THE FILE-SET");
    add(&mut data_set, 10, "PATIENT", "D");
    let saved = path.with_extension("saved");
    data_set.save(&saved, &SaveOptions::default()).unwrap();
    let mut expected = tree_of_made();
    expected.extend(tree(&[("root", "A", "D"), ("C", "D", ""), ("D", "", "")]));
    assert_eq!(tree_of(&saved), expected);
    // A ring is no reason not to end.
    let rings: [Record; 3] = [("A", Some(1), Some(0)), ("B", Some(2), None), ("C", Some(0), Some(2))];
    let directory = Directory::of(&rings, None);
    let mut data_set = directory.load();
    add(&mut data_set, 3, "PATIENT", "D");
    let found = directory.save(&data_set, &SaveOptions::default());
    assert_eq!((found["C"][0].as_str(), found["D"][0].as_str()), ("D", "A"));
}

#[test]
fn a_copy_of_a_directory_is_linked_as_that_is() {
    // Of records in another order than that of their tree, and of no type.
    let directory = Directory::of(&ALL, None);
    let loaded = directory.load();
    let before = tree_of(&directory.path);
    let mut copy = DataSet::new(EXPLICIT);
    copy.copy_from(None, &loaded, None, &mut |_, _| true).unwrap();
    assert_eq!(directory.save(&copy, &SaveOptions::default()), before);
    put(&mut copy, None, 0x0004_1130, b"AN ID OF THE FILE-SET");
    assert_eq!(directory.save(&copy, &SaveOptions::default()), before);
    // One more record, or one less, and it is no such copy: records without a type lie at the root.
    copy.delete(record(&copy, 4));
    let found = directory.save(&copy, &SaveOptions::default());
    assert_eq!((found["root"].concat(), found["A"].concat()), ("AA2".to_owned(), "B".to_owned()));
}
