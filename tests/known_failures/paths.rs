//! UIDs and AE titles that are paths, and what is in the files that are written (PS3.5 9.1, PS3.10 7.1).

use crate::provider::{self, INSTANCE, Provider, Serving};
use crate::support::process::files_in;
use crate::support::until;
use crate::support::wire::{self, Request};
use ldicomnet::dataset::{Content, meta};
use ldicomnet::engine::{Settings, StoreDecision, StoreRequest};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What no file may be named after.
const NO_UIDS: [&[u8]; 14] = [
    b"../../x",
    b"/etc/passwd",
    b"C:\\x",
    b"C:x",
    b"..\\..\\x",
    b"..",
    b".",
    b"1.2/../../x",
    b"1.2\\3",
    b"1.2\0/x",
    b"1.2.3\n",
    b"~",
    b"CON",
    b"",
];

/// Every file below, by its path.
fn files(directory: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path);
        }
    }
    found
}

/// A directory two levels down in one that nothing may appear in.
fn deep() -> (tempfile::TempDir, PathBuf) {
    let around = tempfile::tempdir().unwrap();
    let inside = around.path().join("spool").join("inside");
    std::fs::create_dir_all(&inside).unwrap();
    (around, inside)
}

/// Names the file after the instance, as a careless application does.
fn careless(directory: PathBuf) -> impl Fn(&StoreRequest<'_>) -> StoreDecision {
    move |request| StoreDecision::File(directory.join(request.sop_instance.to_string()))
}

/// CVE-2022-2119, CVE-2022-2120: the SCP of C-STORE, and the SCU of C-GET, named files after the UIDs of the peer.
#[test]
fn cve_2022_2119_and_2120_what_is_no_uid_names_no_file() {
    let (around, inside) = deep();
    let before = files(around.path());
    let serving = Serving::start(Provider::new(careless(inside.clone()), |_| 0));
    let mut peer = serving.peer(wire::IMPLICIT);
    for uid in NO_UIDS {
        peer.send(&provider::store_rq(wire::CT_STORAGE, uid, 1, &[0; 100]));
        assert_eq!(provider::answer(&mut peer), (0x0117, 1), "{}", uid.escape_ascii());
    }
    // The same, as the sub-operations of a C-GET come to the requestor.
    let hooks = Provider::new(careless(inside.clone()), |_| 0);
    let (net, mut peer) = provider::requestor(Arc::clone(&hooks) as Arc<_>, |_| {});
    for uid in NO_UIDS {
        peer.send(&provider::store_rq(wire::CT_STORAGE, uid, 1, &[0; 100]));
        assert_eq!(provider::answer(&mut peer), (0x0117, 1), "{}", uid.escape_ascii());
    }
    assert_eq!((serving.hooks.counts(), hooks.counts()), ((0, 0), (0, 0)));
    assert_eq!(files(around.path()), before);
    // What is one does.
    peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 2, &[0; 100]));
    assert_eq!(provider::answer(&mut peer), (0, 2));
    let name = String::from_utf8(INSTANCE.to_vec()).unwrap();
    assert_eq!(files(around.path()), BTreeSet::from([inside.join(name)]));
    net.close();
}

/// CVE-2026-50003: of several ways in which objects are received, one had been forgotten.
#[test]
fn cve_2026_50003_every_way_to_receive_looks_at_the_uids() {
    type Way = (&'static str, fn(PathBuf) -> StoreDecision, fn(&mut Settings));
    let ways: [Way; 5] = [
        ("memory", |_| StoreDecision::AsUsual, |_| {}),
        ("a temporary file", |_| StoreDecision::AsUsual, |settings| settings.memory_bytes_max = 0),
        ("a file", StoreDecision::File, |settings| settings.sync = true),
        ("nothing", |_| StoreDecision::Discard, |_| {}),
        ("refused", |_| StoreDecision::Refuse(0xA9AB), |_| {}),
    ];
    for (way, decision, settings) in ways {
        let (around, inside) = deep();
        let path = inside.join("object");
        let hooks = || {
            let path = path.clone();
            Provider::new(move |_| decision(path.clone()), |_| 0)
        };
        let set = |all: &mut Settings| {
            all.path.clone_from(&inside);
            settings(all);
        };
        let serving = Serving::with(hooks(), set);
        let requestor = hooks();
        let (net, called) = provider::requestor(Arc::clone(&requestor) as Arc<_>, set);
        for (mut peer, hooks) in [(serving.peer(wire::IMPLICIT), &serving.hooks), (called, &requestor)] {
            for uid in NO_UIDS {
                // With a data set of several PDUs, so that all of the way is gone.
                peer.send(&provider::store_rq(wire::CT_STORAGE, uid, 1, &[0; 40_000]));
                assert_eq!(provider::answer(&mut peer), (0x0117, 1), "{way}: {}", uid.escape_ascii());
                peer.send(&provider::store_rq(uid, INSTANCE, 2, &[0; 40_000]));
                assert_eq!(provider::answer(&mut peer), (0x0118, 2), "{way}: {}", uid.escape_ascii());
            }
            assert_eq!(hooks.counts(), (0, 0), "{way}");
        }
        assert_eq!(files(around.path()), BTreeSet::new(), "{way}");
        net.close();
    }
}

/// CVE-2026-52868, DCMTK 4527dff56: the called AE title was a directory, and ".." a study.
#[test]
fn cve_2026_52868_no_ae_title_is_part_of_a_path() {
    let titles: [[u8; 16]; 8] = [
        *b"../secret       ",
        *b"..\\..\\secret    ",
        *b"/etc/passwd     ",
        *b"..              ",
        *b".               ",
        *b"C:\\secret       ",
        *b"a/b/../../..    ",
        *b"\0../\0/x\r\n       ",
    ];
    for title in titles {
        let (around, inside) = deep();
        let holding = inside.clone();
        let hooks = Provider::new(
            |_| StoreDecision::AsUsual,
            move |message| {
                // While the message is there its data set is one file, where files were to be.
                let found = files_in(&holding);
                assert_eq!(found.len(), 1);
                let name = found.first().unwrap().file_name().unwrap().to_str().unwrap();
                assert!(!name.contains(['\\', ':']) && !name.contains("secret"), "{name}");
                assert!(message.data_set.as_ref().unwrap().as_memory().is_none());
                0
            },
        );
        let serving = Serving::with(hooks, |settings| {
            settings.path.clone_from(&inside);
            settings.memory_bytes_max = 0;
        });
        let mut peer = crate::support::peer::Peer::connect(serving.address);
        peer.associate(&Request { called: title, calling: title, ..Request::default() }.bytes());
        peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 1, &[0; 40_000]));
        assert_eq!(provider::answer(&mut peer), (0, 1), "{}", title.escape_ascii());
        until("nothing is left", || files(around.path()).is_empty() && files_in(&inside).is_empty());
        assert_eq!(serving.hooks.counts(), (1, 1));
    }
}

/// CVE-2019-11687: the 128 bytes before "DICM" may hold a program. What is received is written with zeros there.
#[test]
fn cve_2019_11687_the_preamble_of_what_is_received_is_zeros() {
    let (_around, inside) = deep();
    let name = String::from_utf8(INSTANCE.to_vec()).unwrap();
    let path = inside.join(name);
    let hooks = Provider::new(careless(inside), |_| 0);
    let serving = Serving::start(hooks);
    let mut peer = serving.peer(wire::IMPLICIT);
    // What comes as a data set begins like a program and a file of PS3.10; it is a data set all the same.
    let program = [&b"MZ\x90\0\x7FELF#!/bin/sh\n"[..], &[0x41; 112], b"DICM"].concat();
    peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 1, &program));
    assert_eq!(provider::answer(&mut peer), (0, 1));
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[..128], [0; 128]);
    assert_eq!(&bytes[128..132], b"DICM");
    let (_, start) = meta::read(&Content::open(&path).unwrap()).unwrap().expect("a meta header");
    assert!(bytes[usize::try_from(start).unwrap()..] == program);
}
