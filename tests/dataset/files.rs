//! Files: with a meta header and without, of any size, saved whole or not at all.

use super::allocations::most_held;
use super::bytes::*;
use dicom_object::meta::FileMetaTable;
use ldicomnet::Code;
use ldicomnet::dataset::{
    CharacterSet, Content, DataSet, EncodeOptions, FileMeta, FileRange, Kind, LoadOptions, MetaHeader,
    ReadLimits, SaveOptions, SpoolFile, meta,
};
use ldicomnet::pdu::{AeTitle, Uid};
use std::fs;
use std::io::Write;
use std::path::Path;

const CT: Uid = Uid::from_static("1.2.840.10008.5.1.4.1.1.2");

fn file_meta(transfer_syntax: Uid) -> FileMeta {
    FileMeta {
        sop_class: CT,
        sop_instance: Uid::from_static("1.2.3"),
        transfer_syntax,
        source_ae: AeTitle::new(b"STORESCU").unwrap(),
    }
}

fn body() -> Vec<u8> {
    [
        explicit(0x0008_0016, "UI", CT.as_bytes()),
        explicit(SOP_INSTANCE_UID, "UI", b"1.2.3\0"),
        explicit(PATIENT_NAME, "PN", b"ODD"),
        explicit(PIXEL_DATA, "OW", &[1, 2, 3, 4]),
    ]
    .concat()
}

/// A Part 10 file.
fn part_10(transfer_syntax: Uid, body: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    meta::put(&file_meta(transfer_syntax), &mut file);
    file.extend_from_slice(body);
    file
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_meta_header_is_the_bytes_of_the_standard() {
    let mut out = Vec::new();
    meta::put(&file_meta(EXPLICIT), &mut out);
    assert_eq!(&out[..132], [vec![0; 128], b"DICM".to_vec()].concat());
    let elements = [
        b"\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01".to_vec(),
        explicit(0x0002_0002, "UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
        explicit(0x0002_0003, "UI", b"1.2.3\0"),
        explicit(0x0002_0010, "UI", b"1.2.840.10008.1.2.1\0"),
        explicit(0x0002_0012, "UI", b"2.25.72442790516213644778916921785747360581\0"),
        explicit(0x0002_0013, "SH", b"LDICOMNET_0_1 "),
        explicit(0x0002_0016, "AE", b"STORESCU"),
    ]
    .concat();
    assert_eq!(
        out[132..],
        [b"\x02\0\0\0UL\x04\0".to_vec(), (elements.len() as u32).to_le_bytes().to_vec(), elements].concat()
    );
    // The reader of dicom-rs reads the same.
    let table = FileMetaTable::from_reader(&out[128..]).unwrap();
    assert_eq!(table.media_storage_sop_class_uid(), "1.2.840.10008.5.1.4.1.1.2");
    assert_eq!(table.source_application_entity_title(), Some("STORESCU"));
    assert_eq!(table.implementation_version_name(), Some("LDICOMNET_0_1"));
    // And ours.
    let (read, start) = meta::read(&Content::from(out.clone())).unwrap().unwrap();
    assert_eq!((read, start), (file_meta(EXPLICIT), out.len() as u64));
    assert!(meta::read(&Content::from(body())).unwrap().is_none());
}

#[test]
fn a_file_is_loaded_with_its_meta_header_among_the_elements() {
    let file = part_10(EXPLICIT, &body());
    let loaded = DataSet::load(Content::from(file.clone()), &LoadOptions::default()).unwrap();
    assert_eq!(loaded.transfer_syntax(), EXPLICIT);
    assert_eq!(loaded.meta(), Some(file_meta(EXPLICIT)));
    assert_eq!(strings(&loaded, 0x0002_0002), ["1.2.840.10008.5.1.4.1.1.2"]);
    assert_eq!(loaded.first(None, true), Some(find(&loaded, 0x0002_0000)));
    assert_eq!(loaded.content().unwrap().to_bytes(1000).unwrap(), body());
    let element = loaded.element(find(&loaded, PIXEL_DATA)).unwrap();
    assert_eq!(element.value_offset, file.len() as u64 - 4);
    let element = loaded.element(find(&loaded, 0x0002_0000)).unwrap();
    assert_eq!((element.offset, element.value_offset), (132, 140));
    assert!(!loaded.is_changed());
}

#[test]
fn files_are_what_they_look_like_when_they_do_not_say() {
    let load = |bytes: Vec<u8>, options: &LoadOptions| DataSet::load(Content::from(bytes), options).unwrap();
    let auto = LoadOptions::default();
    for syntax in [IMPLICIT, EXPLICIT, BIG] {
        let source = travelled(body(), EXPLICIT);
        let bare = encoded(&source, syntax, EncodeOptions { group_lengths: true, ..Default::default() });
        let loaded = load(bare.clone(), &auto);
        assert_eq!((loaded.transfer_syntax(), loaded.meta()), (syntax, None));
        assert_eq!(strings(&loaded, PATIENT_NAME), ["ODD"]);
        let absent = load(bare, &LoadOptions { meta: MetaHeader::Absent, ..Default::default() });
        assert_eq!(absent.transfer_syntax(), syntax);
    }
    // No preamble; a meta header without a transfer syntax; one that says the wrong one; one that is
    // overruled.
    let mut group = Vec::new();
    meta::put(&file_meta(EXPLICIT), &mut group);
    let bare_group = [&group[132..], &body()].concat();
    assert_eq!(load(bare_group, &auto).meta(), Some(file_meta(EXPLICIT)));
    let no_syntax = [vec![0; 128], b"DICM".to_vec(), explicit(0x0002_0002, "UI", b"1.2\0"), body()].concat();
    assert_eq!(load(no_syntax, &auto).transfer_syntax(), EXPLICIT);
    let wrong = load(part_10(IMPLICIT, &body()), &auto);
    assert_eq!((wrong.transfer_syntax(), strings(&wrong, PATIENT_NAME)), (EXPLICIT, vec!["ODD".to_owned()]));
    let later = [explicit_head(0x0008_0001, "ZZ", 4), b"abcd".to_vec(), vec![0; 30_000]].concat();
    assert_eq!(load(part_10(EXPLICIT, &later), &auto).transfer_syntax(), EXPLICIT);
    let forced = LoadOptions { transfer_syntax: Some(EXPLICIT), ..Default::default() };
    assert_eq!(load(part_10(BIG, &body()), &forced).transfer_syntax(), EXPLICIT);
}

#[test]
fn a_file_that_is_loaded_and_saved_is_the_same_byte_for_byte() {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("from"), directory.path().join("to"));
    let mut file = part_10(EXPLICIT, &body());
    file[..4].copy_from_slice(b"PRE!");
    fs::write(&from, &file).unwrap();
    let loaded = DataSet::open(&from, &LoadOptions::default()).unwrap();
    assert_eq!(&loaded.preamble()[..5], b"PRE!\0");
    for sync in [false, true] {
        loaded.save(&to, &SaveOptions { sync, ..Default::default() }).unwrap();
        assert_eq!(fs::read(&to).unwrap(), file);
    }
    // A file of the user's is not linked: both could be changed then.
    fs::write(&from, b"changed in its place").unwrap();
    assert_eq!(fs::read(&to).unwrap(), file);
    assert_eq!(names(directory.path()), ["from", "to"]);
}

#[test]
fn a_changed_file_is_saved_with_a_right_meta_header() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let mut loaded =
        DataSet::load(Content::from(part_10(EXPLICIT, &body())), &LoadOptions::default()).unwrap();
    put(&mut loaded, None, 0x0002_0102, b"private");
    loaded.set_value_le(find(&loaded, SOP_INSTANCE_UID), b"1.2.4").unwrap();
    loaded.set_preamble(&[7; 128]);
    loaded.save(&path, &SaveOptions { transfer_syntax: Some(IMPLICIT), ..Default::default() }).unwrap();

    let bytes = fs::read(&path).unwrap();
    let again = DataSet::open(&path, &LoadOptions::default()).unwrap();
    let sop_instance = Uid::from_static("1.2.4");
    assert_eq!(again.meta(), Some(FileMeta { sop_instance, ..file_meta(IMPLICIT) }));
    assert_eq!((again.transfer_syntax(), again.preamble()), (IMPLICIT, [7; 128]));
    assert_eq!(value(&again, 0x0002_0102), b"private\0");
    let length = u32::from_le_bytes(value(&again, 0x0002_0000).try_into().unwrap());
    assert_eq!(&bytes[144 + length as usize..][..4], b"\x08\0\x16\0");
    assert_eq!(strings(&again, PATIENT_NAME), ["ODD"]);

    // Without a meta header.
    again.save(&path, &SaveOptions { exclude_meta: true, ..Default::default() }).unwrap();
    assert!(fs::read(&path).unwrap().starts_with(b"\x08\0\x16\0"));
}

#[test]
fn a_new_data_set_is_saved_with_what_it_says_of_itself() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let mut made = DataSet::new(BIG);
    put(&mut made, None, 0x0008_0016, CT.as_bytes());
    put(&mut made, None, SOP_INSTANCE_UID, b"1.2.3");
    assert_eq!(made.meta(), None);
    made.save(&path, &SaveOptions::default()).unwrap();
    let again =
        DataSet::open(&path, &LoadOptions { meta: MetaHeader::Present, ..Default::default() }).unwrap();
    assert_eq!(again.meta(), Some(FileMeta { source_ae: AeTitle::BLANK, ..file_meta(BIG) }));
    made.set_meta(&file_meta(BIG)).unwrap();
    made.save(&path, &SaveOptions::default()).unwrap();
    let again = DataSet::open(&path, &LoadOptions::default()).unwrap();
    assert_eq!(again.meta(), Some(file_meta(BIG)));
}

/// A data set as it was received: in a spool file behind its meta header.
fn received(directory: &Path) -> DataSet {
    let mut spool = SpoolFile::create_in(directory).unwrap();
    let meta = file_meta(EXPLICIT);
    let mut head = Vec::new();
    meta::put(&meta, &mut head);
    spool.write_all(&head).unwrap();
    spool.write_all(&body()).unwrap();
    let file = spool.into_content(0);
    let content = file.slice(head.len() as u64, u64::MAX);
    DataSet::from_content_with_meta(content, &meta, Some(file))
}

#[test]
fn a_received_file_is_given_its_name_and_not_parsed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saved.dcm");
    let data_set = received(directory.path());
    fs::write(&path, b"older").unwrap();
    let second = directory.path().join("second.dcm");
    for path in [&path, &path, &second] {
        data_set.save(path, &SaveOptions { sync: true, ..Default::default() }).unwrap();
        assert_eq!(fs::read(path).unwrap(), part_10(EXPLICIT, &body()));
    }
    // The spool file has become the one that was saved.
    assert_eq!(names(directory.path()), ["saved.dcm", "second.dcm"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let new = directory.path().join("new");
        fs::write(&new, b"").unwrap();
        let mode = |path| fs::metadata(path).unwrap().mode();
        assert_eq!((mode(&path), mode(&second)), (mode(&new), mode(&new)));
    }
    let element = data_set.element(find(&data_set, PIXEL_DATA)).unwrap();
    assert_eq!(element.value_offset, part_10(EXPLICIT, &body()).len() as u64 - 4);
    drop(data_set);
    assert_eq!(fs::read(&path).unwrap(), part_10(EXPLICIT, &body()));
    assert_eq!(names(directory.path()), ["new", "saved.dcm", "second.dcm"]);
}

#[test]
fn a_received_data_set_in_memory_is_saved_with_the_meta_header_it_came_with() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("saved.dcm");
    let data_set = DataSet::from_content_with_meta(Content::from(body()), &file_meta(EXPLICIT), None);
    let (held, ()) = most_held(|| data_set.save(&path, &SaveOptions::default()).unwrap());
    assert_eq!(fs::read(&path).unwrap(), part_10(EXPLICIT, &body()));
    // A buffer of 64 KiB, and no tree.
    assert!(held < 80 << 10, "{held}");
    assert_eq!(data_set.meta(), Some(file_meta(EXPLICIT)));
}

#[test]
fn half_a_file_is_never_seen() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    fs::write(&path, b"older").unwrap();
    // A conversion that cannot be finished.
    let broken = travelled([body(), explicit_head(0x7FE0_0020, "OW", 100)].concat(), EXPLICIT);
    let error = broken
        .save(&path, &SaveOptions { transfer_syntax: Some(IMPLICIT), ..Default::default() })
        .unwrap_err();
    assert_eq!(error.code(), Code::End);
    assert_eq!(
        (fs::read(&path).unwrap(), names(directory.path())),
        (b"older".to_vec(), vec!["file".to_owned()])
    );
    // A place that is not there.
    let error = travelled(body(), EXPLICIT)
        .save(&directory.path().join("no/file"), &SaveOptions::default())
        .unwrap_err();
    assert_eq!(error.code(), Code::Open);
    let error = DataSet::open(&directory.path().join("no"), &LoadOptions::default()).unwrap_err();
    assert_eq!(error.code(), Code::Open);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_to_be_full() {
    let data_set = travelled(body(), EXPLICIT);
    for to in NATIVE {
        // Deflated, the last bytes are written when the compressor goes: that must not be lost either.
        let mut full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = data_set
            .encode(to, &EncodeOptions { group_lengths: true, ..Default::default() }, &mut full)
            .unwrap_err();
        assert_eq!(error.code(), Code::DiskFull, "{to}");
    }
}

/// A file of 5 GiB, of which but the headers are on the disk: a name, pixel data in two fragments, and
/// something behind.
fn huge(path: &Path) -> u64 {
    let fragment = 0xA000_0000_u32;
    let mut file = fs::File::create(path).unwrap();
    let head_bytes = [
        part_10(JPEG_BASELINE, &explicit(PATIENT_NAME, "PN", b"HUGE")),
        explicit_head(PIXEL_DATA, "OB", UNDEFINED),
        head(ITEM, 0),
        head(ITEM, fragment),
    ]
    .concat();
    file.write_all(&head_bytes).unwrap();
    let mut length = head_bytes.len() as u64 + u64::from(fragment);
    let mut write_at = |at: u64, bytes: &[u8]| {
        use std::io::{Seek, SeekFrom};
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(bytes).unwrap();
    };
    write_at(length, &head(ITEM, fragment));
    length += 8 + u64::from(fragment);
    let end = [head(SEQUENCE_END, 0), explicit(0xFFFC_FFFC, "OB", b"end!")].concat();
    write_at(length, &end);
    length + end.len() as u64
}

#[test]
fn a_file_of_five_gibibytes_costs_its_headers() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("huge.dcm");
    let length = huge(&path);
    assert!(length > 5 << 30);
    let (held, read) = most_held(|| {
        let read = DataSet::open(&path, &LoadOptions::default()).unwrap();
        assert_eq!(strings(&read, PATIENT_NAME), ["HUGE"]);
        assert_eq!(value(&read, 0xFFFC_FFFC), b"end!");
        assert_eq!(
            read.content_for(JPEG_BASELINE, "".as_ref(), 0).unwrap().len(),
            read.content().unwrap().len()
        );
        assert_eq!(read.content_for(IMPLICIT, "".as_ref(), 0).unwrap_err().code(), Code::Compression);
        read
    });
    assert!(held < 100 << 10, "{held}");
    let pixels = find(&read, PIXEL_DATA);
    let last = read.last(read.child(pixels), true).unwrap();
    assert_eq!(read.element(last).unwrap().value_length, 0xA000_0000);
    let Content::File(FileRange { start, length, .. }) = read.value(last).unwrap() else {
        panic!("not in the file")
    };
    assert_eq!((start, length), (read.element(last).unwrap().value_offset, 0xA000_0000));
    assert_eq!(read.value_le(last, 1 << 20).unwrap_err().code(), Code::Memory);
    let mut changed = read.clone();
    changed.set_strings(find(&read, PATIENT_NAME), &["SMALL"], CharacterSet::Default).unwrap();
    assert_eq!(changed.element(pixels).unwrap().kind, Kind::Fragments);
}

#[test]
fn a_large_file_is_converted_in_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.dcm");
    let pixels = 20_u32 << 20;
    let bytes = [
        part_10(EXPLICIT, b""),
        explicit(PATIENT_NAME, "PN", b"A^B "),
        explicit_head(PIXEL_DATA, "OW", pixels),
    ]
    .concat();
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(&bytes).unwrap();
    file.write_all(&[1, 2]).unwrap();
    file.set_len(bytes.len() as u64 + u64::from(pixels)).unwrap();
    let read = DataSet::open(&path, &LoadOptions::default()).unwrap();
    for to in [BIG, IMPLICIT, DEFLATED] {
        let (held, content) = most_held(|| read.content_for(to, directory.path(), 1 << 16).unwrap());
        assert!(held < 640 << 10, "{held}");
        let again = DataSet::from_content(content, to)
            .with_limits(ReadLimits { spool_directory: directory.path().to_owned(), ..Default::default() });
        let found = again.value_content_le(find(&again, PIXEL_DATA)).unwrap();
        assert_eq!(
            (found.len(), found.slice(0, 2).to_bytes(2).unwrap().to_vec()),
            (u64::from(pixels), vec![1, 2])
        );
    }
    drop(read);
    assert_eq!(names(directory.path()), ["large.dcm"]);
}

#[test]
fn content_is_the_same_bytes_until_something_changes() {
    let mut data_set = travelled(body(), EXPLICIT);
    assert_eq!(data_set.content_for(EXPLICIT, "".as_ref(), 0).unwrap().to_bytes(1000).unwrap(), body());
    assert!(data_set.content_for(IMPLICIT, "".as_ref(), 0).unwrap().as_memory().is_none());
    assert!(data_set.content_for(IMPLICIT, "".as_ref(), 1 << 20).unwrap().as_memory().is_some());
    // There and back is where it was.
    data_set.change_transfer_syntax(BIG).unwrap();
    assert!(data_set.is_changed() && data_set.content().is_none());
    data_set.change_transfer_syntax(EXPLICIT).unwrap();
    assert!(!data_set.is_changed());
    assert_eq!(data_set.content().unwrap().to_bytes(1000).unwrap(), body());
    let error = data_set.change_transfer_syntax(JPEG_BASELINE).unwrap_err();
    assert_eq!(error.code(), Code::TransferSyntaxNotSupported);
    assert_eq!(data_set.transfer_syntax(), EXPLICIT);
}

/// Does the system copy between files of this directory without a program's help?
#[cfg(target_os = "linux")]
fn can_copy_in_kernel(directory: &Path) -> bool {
    let (from, to) = (directory.join("probe"), directory.join("probe.to"));
    fs::write(&from, b"probe").unwrap();
    let copied = rustix::fs::copy_file_range(
        fs::File::open(&from).unwrap(),
        None,
        fs::File::create(&to).unwrap(),
        None,
        5,
    );
    fs::remove_file(from).unwrap();
    fs::remove_file(to).unwrap();
    copied == Ok(5)
}

/// How often this thread has asked the system to read.
#[cfg(target_os = "linux")]
fn reads() -> u64 {
    let counts = fs::read_to_string("/proc/thread-self/io").unwrap();
    let line = counts.lines().find_map(|line| line.strip_prefix("syscr: ")).unwrap();
    line.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_is_copied_by_the_system() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("from"), directory.path().join("to"));
    let in_kernel = can_copy_in_kernel(directory.path());
    // An odd length past many buffers; and one that is mostly a hole.
    let body: Vec<u8> = (0..8_000_001_u32).map(|place| ((place * 7) >> 4) as u8).collect();
    let dense = part_10(EXPLICIT, &[explicit_head(PIXEL_DATA, "OB", body.len() as u32), body].concat());
    let head = part_10(EXPLICIT, &explicit_head(PIXEL_DATA, "OB", 60 << 20));
    for (bytes, length) in [(&dense, dense.len() as u64), (&head, head.len() as u64 + (60 << 20))] {
        fs::write(&from, bytes).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(&from).unwrap();
        file.set_len(length - 1).unwrap();
        file.write_all(b"!").unwrap();
        let loaded = DataSet::open(&from, &LoadOptions::default()).unwrap();
        for sync in [false, true] {
            fs::write(&to, b"an older one").unwrap();
            let before = reads();
            loaded.save(&to, &SaveOptions { sync, ..Default::default() }).unwrap();
            let count = reads() - before;
            // By reads of 64 KiB it would be more than a hundred.
            assert!(count < 20 || !in_kernel, "{count} reads");
            assert!(fs::read(&to).unwrap() == fs::read(&from).unwrap());
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(&to), mode(&from), "the permissions of a new file");
            assert_eq!(names(directory.path()), ["from", "to"]);
        }
        // In the place of itself.
        loaded.save(&from, &SaveOptions::default()).unwrap();
        assert!(fs::read(&to).unwrap() == fs::read(&from).unwrap());
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_got_shorter_is_no_copy() {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("from"), directory.path().join("to"));
    let file = part_10(EXPLICIT, &explicit(PIXEL_DATA, "OB", &vec![7; 200_000]));
    fs::write(&from, &file).unwrap();
    let loaded = DataSet::open(&from, &LoadOptions::default()).unwrap();
    fs::OpenOptions::new().write(true).open(&from).unwrap().set_len(100_000).unwrap();
    assert_eq!(loaded.save(&to, &SaveOptions::default()).unwrap_err().code(), Code::End);
    assert_eq!(names(directory.path()), ["from"]);
}

#[test]
fn the_sender_of_what_was_kept_in_memory_is_in_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object.dcm");
    let mut received = DataSet::from_content_with_meta(Content::from(body()), &file_meta(EXPLICIT), None);
    for changed in [false, true] {
        if changed {
            received.set_strings(find(&received, PATIENT_NAME), &["A"], CharacterSet::Default).unwrap();
        }
        received.save(&path, &SaveOptions::default()).unwrap();
        let saved = DataSet::open(&path, &LoadOptions::default()).unwrap();
        assert_eq!(saved.meta(), Some(file_meta(EXPLICIT)));
        assert_eq!(strings(&saved, 0x0002_0016), ["STORESCU"]);
        // And in another transfer syntax.
        let other = SaveOptions { transfer_syntax: Some(IMPLICIT), ..Default::default() };
        received.save(&path, &other).unwrap();
        let saved = DataSet::open(&path, &LoadOptions::default()).unwrap();
        assert_eq!(saved.meta(), Some(file_meta(IMPLICIT)));
    }
}
