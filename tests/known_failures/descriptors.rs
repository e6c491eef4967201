//! Descriptors that children inherit (exec(2): those without close-on-exec).

use crate::provider::{self, INSTANCE, Provider, Serving};
use crate::support::child::in_a_process;
use crate::support::until;
use crate::support::wire;
use ldicomnet::engine::{IpType, Net, StoreDecision};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// O_CLOEXEC, as /proc tells it (proc(5): the flags are octal).
const CLOSE_ON_EXEC: u32 = 0o2_000_000;

/// What each descriptor is open on, and whether a child would have it too.
fn descriptors() -> BTreeMap<String, (String, bool)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc/self/fd").unwrap() {
        let number = entry.unwrap().file_name().into_string().unwrap();
        // The directory's own is closed again by now.
        let (Ok(open), Ok(info)) = (
            fs::read_link(format!("/proc/self/fd/{number}")),
            fs::read_to_string(format!("/proc/self/fdinfo/{number}")),
        ) else {
            continue;
        };
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags");
        let flags = u32::from_str_radix(flags.trim(), 8).unwrap();
        found.insert(number, (open.display().to_string(), flags & CLOSE_ON_EXEC == 0));
    }
    found
}

/// How many descriptors a child finds, the one that it looks with included.
fn of_a_child() -> usize {
    let child = Command::new("ls").arg("/proc/self/fd").output().expect("ls");
    String::from_utf8(child.stdout).unwrap().lines().count()
}

/// DCMTK 664163acc: sockets were inherited by the programs that a server started.
#[test]
fn dcmtk_664163acc_no_socket_and_no_file_is_inherited_by_a_child() {
    in_a_process(dcmtk_664163acc_no_socket_and_no_file_is_inherited_by_a_child, "", || {
        // Those of whoever started the tests.
        let (before, usual) = (descriptors(), of_a_child());
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        let seen: Arc<Mutex<BTreeMap<_, _>>> = Arc::default();
        let notes = Arc::clone(&seen);
        let stored = path.clone();
        let decide = move |request: &ldicomnet::engine::StoreRequest<'_>| match request.message_id {
            1 => StoreDecision::AsUsual,
            _ => StoreDecision::File(stored.clone()),
        };
        // Each object is looked at while its file is open, and while the other connections are.
        let hooks = Provider::new(decide, move |_| {
            notes.lock().unwrap().extend(descriptors());
            assert_eq!(of_a_child(), usual, "a child has more descriptors than before");
            0
        });
        let serving = Serving::with(hooks, |settings| {
            settings.path = directory.path().to_path_buf();
            settings.memory_bytes_max = 0;
        });
        let (net, _called) = provider::requestor(Provider::plain(), |_| {});
        let other = Net::new(Provider::plain());
        other.listen(b"::1", 0, 4, IpType::V6).unwrap();
        let mut peer = serving.peer(wire::IMPLICIT);
        for message_id in [1, 2] {
            peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, message_id, &[0; 40_000]));
            assert_eq!(provider::answer(&mut peer), (0, message_id));
        }
        until("it is stored", || path.exists());
        let seen = seen.lock().unwrap();
        let of = |what: &str| seen.values().filter(|(open, _)| open.contains(what)).count();
        // Two listeners, a connection's two ends twice, the poller, and both objects.
        assert!(of("socket:") >= 6 && of("eventpoll") >= 1, "{seen:?}");
        assert!(of(directory.path().to_str().unwrap()) >= 1, "{seen:?}");
        let is_ours = |number: &String| !before.contains_key(number);
        let inherited: Vec<_> =
            seen.iter().filter(|(number, (_, inherited))| *inherited && is_ours(number)).collect();
        assert!(inherited.is_empty(), "{inherited:?}");
        net.close();
        other.close();
    });
}
