//! Everything in the corpora, and the beginnings of each, through the targets: on any toolchain, without libFuzzer.

use std::path::Path;

fn replay(name: &str) {
    let target = ldicomnet_fuzz::TARGETS.iter().find(|(target, _)| *target == name).expect("a target").1;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        target(&bytes);
        // Broken off at many places, and with each of many bytes wrong.
        let step = (bytes.len() / 64).max(1);
        for at in (0..bytes.len()).step_by(step) {
            target(&bytes[..at]);
            let mut wrong = bytes.clone();
            wrong[at] ^= 0xFF;
            target(&wrong);
        }
        count += 1;
    }
    assert!(count > 0, "nothing in {}", folder.display());
}

#[test]
fn pdu() {
    replay("pdu");
}

#[test]
fn association() {
    replay("association");
}

#[cfg(ldicomnet_simulation)]
#[test]
fn connection() {
    replay("connection");
}

#[test]
fn messages() {
    replay("messages");
}

#[test]
fn command_set() {
    replay("command_set");
}

#[test]
fn data_set() {
    replay("data_set");
}
