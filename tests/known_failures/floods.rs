//! Connections and associations that fail, one after the other, and leave something behind each time.

use crate::memory;
use crate::provider::{Provider, Serving};
use crate::support::child::in_a_process;
use crate::support::peer::Peer;
use crate::support::wire::{self, Request, context, item};
use crate::support::{process, until};

/// Associations that come to nothing. Some hundred bytes lost with each would show.
const MALFORMED: usize = 20_000;
/// Connections that were a million in the report; these take seconds. A DCMTK that leaks would lose megabytes.
const CONNECTIONS: usize = 20_000;
const THREADS: usize = 4;

/// Does it from several threads, so many times in all, and then there is nothing left but memory of the allocator.
fn leaves_nothing(serving: &Serving, times: usize, work: impl Fn(usize) + Sync) {
    let round = |times: usize| {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let work = &work;
                scope.spawn(move || (0..times / THREADS).for_each(|number| work(number + thread)));
            }
        });
        until("all have gone", || serving.net.client_count() == 0 && serving.net.pending_count() == 0);
    };
    let descriptors = process::descriptors();
    // What is kept for use once more is made first.
    round(times / 10);
    let before = process::memory().resident;
    round(times);
    let grown = process::memory().resident.saturating_sub(before);
    assert!(grown < memory::PASSING / 4, "{grown} bytes more are resident");
    until("descriptors are closed", || process::descriptors() == descriptors);
}

/// A-ASSOCIATE-RQs with something wrong in them, all of which are aborted or rejected.
fn malformed() -> Vec<Vec<u8>> {
    let user = |user: Vec<u8>| Request { user, ..Request::default() }.bytes();
    let contexts = |contexts: Vec<Vec<u8>>| Request { contexts, ..Request::default() }.bytes();
    let whole = Request::default().bytes();
    vec![
        user(item(0x51, &[0; 3])),
        user(item(0x54, &[&[0xFF, 0xFF], wire::VERIFICATION].concat())),
        user([item(0x52, b"1.2.3"), item(0x58, &[1, 0, 0xFF, 0xFF]), vec![0x59, 0]].concat()),
        contexts(vec![vec![0x20, 0, 0xFF, 0xFF, 1, 0, 0, 0]]),
        contexts(vec![context(1, wire::VERIFICATION, &[wire::IMPLICIT]); 129]),
        contexts(vec![context(1, wire::VERIFICATION, &[])]),
        wire::pdu(1, &whole[6..whole.len() - 5]),
        wire::pdu(1, &whole[6..80]),
        Request { items: Vec::new(), ..Request::default() }.bytes(),
        Request { version: 2, ..Request::default() }.bytes(),
    ]
}

/// CVE-2021-41687, CVE-2021-41688, CVE-2021-41689, CVE-2021-41690: memory that was lost, or given back twice, where
/// parsing an association failed.
#[test]
fn cve_2021_41687_to_41690_malformed_associations_leave_nothing_behind() {
    in_a_process(cve_2021_41687_to_41690_malformed_associations_leave_nothing_behind, "", || {
        let serving = Serving::start(Provider::plain());
        let malformed = malformed();
        leaves_nothing(&serving, MALFORMED, |number| {
            let mut peer = Peer::connect(serving.address);
            peer.send(&malformed[number % malformed.len()]);
            assert!(matches!(peer.pdu()[0], 3 | 7));
            peer.reset();
        });
    });
}

/// CVE-2026-50254, CVE-2026-35505: memory that was lost with each connection of a server that serves all in one process.
#[test]
fn cve_2026_50254_and_35505_connections_and_associations_leave_nothing_behind() {
    in_a_process(cve_2026_50254_and_35505_connections_and_associations_leave_nothing_behind, "", || {
        let serving = Serving::start(Provider::plain());
        leaves_nothing(&serving, CONNECTIONS, |number| {
            let mut peer = Peer::connect(serving.address);
            match number % 4 {
                // Connected, and no more.
                0 => {}
                1 => {
                    peer.associate(&wire::associate_rq());
                }
                2 => {
                    peer.associate(&wire::associate_rq());
                    peer.releases();
                }
                _ => {
                    peer.associate(&wire::associate_rq());
                    peer.send(&wire::abort(0, 0));
                    peer.is_closed();
                }
            }
            peer.reset();
        });
    });
}
