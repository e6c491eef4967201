//! Peers that take their time at each phase of a connection (the "slow loris"), many at once.
//!
//! PS3.8 9.1.5 has ARTIM for those that have no association. Within one PS3.8 has no timer: a peer may think for as
//! long as it likes between two messages, and must then cost nothing and delay nobody.

use crate::memory;
use crate::provider::{self, INSTANCE, Provider, Serving};
use crate::support::child::in_a_process;
use crate::support::peer::Peer;
use crate::support::wire;
use crate::support::{DEADLINE, process, until};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

const ARTIM: Duration = Duration::from_millis(500);
/// Peers of each phase.
const PEERS: usize = 40;

/// Sends a byte now and then, or none, until the other end closes; the time that took.
fn trickles(mut peer: Peer, bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    peer.stream.set_read_timeout(Some(ARTIM / 5)).unwrap();
    let mut bytes = bytes.iter();
    loop {
        match peer.stream.read(&mut [0; 64]) {
            Ok(0) => return begun.elapsed(),
            // An A-ABORT; it does not stop such a peer.
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return begun.elapsed(),
            Err(error) => panic!("{error}"),
        }
        assert!(begun.elapsed() < DEADLINE, "the connection is still open");
        if let Some(byte) = bytes.next() {
            // It may be closed by now, which the next read says.
            drop(peer.stream.write_all(&[*byte]));
        }
    }
}

/// Cross-cutting (h): TCP only, half a TLS hello, half a header, half an A-ASSOCIATE-RQ, and no end after a release.
#[test]
fn slow_peers_without_an_association_are_gone_after_artim_and_delay_nobody() {
    let serving = Serving::with(Provider::plain(), |settings| settings.artim = ARTIM);
    let request = wire::associate_rq();
    let phases: [&[u8]; 5] =
        [&[], &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3], &request[..4], &request[..80], &request];
    std::thread::scope(|scope| {
        let mut peers = Vec::new();
        for phase in phases {
            for _ in 0..PEERS {
                let peer = Peer::connect(serving.address);
                peers.push((phase, scope.spawn(move || trickles(peer, phase))));
            }
        }
        for _ in 0..PEERS {
            let mut peer = serving.peer(wire::IMPLICIT);
            peer.releases();
            peers.push((b"a release", scope.spawn(move || trickles(peer, &[]))));
        }
        let begun = Instant::now();
        let mut witness = serving.peer(wire::IMPLICIT);
        for message_id in 0..100 {
            witness.send(&provider::find_rq(message_id, b""));
            assert_eq!(provider::answer(&mut witness), (0, message_id));
        }
        let took = begun.elapsed();
        assert!(took < DEADLINE / 2, "a hundred queries took {took:?}");
        for (phase, peer) in peers {
            let took = peer.join().unwrap();
            assert!(took >= ARTIM / 2 && took < ARTIM + DEADLINE / 2, "{phase:02x?} took {took:?}");
        }
    });
    until("only the witness' is there, or is closing", || serving.net.client_count() <= 1);
}

/// Cross-cutting (h): half a PDU, half a message, and no A-RELEASE.
#[test]
fn slow_peers_within_an_association_cost_nothing_and_are_served_when_they_go_on() {
    in_a_process(slow_peers_within_an_association_cost_nothing_and_are_served_when_they_go_on, "", || {
        let serving = Serving::start(Provider::plain());
        let store = provider::store_rq(wire::CT_STORAGE, INSTANCE, 7, &[0; 40_000]);
        // The whole of it, or what is left behind: nothing, half a header, half a command, half a data set.
        let parts = [0, 3, 40, store.len() - 1];
        let associated = || {
            let mut peers = Vec::new();
            for part in parts {
                for _ in 0..PEERS {
                    let mut peer = serving.peer(wire::IMPLICIT);
                    peer.send(&store[..part]);
                    peers.push((part, peer));
                }
            }
            peers
        };
        let mut waiting = Vec::new();
        memory::stays(|| {
            // Half an object is kept for each that has sent half of one, and no more.
            waiting = associated();
        });
        until("all are there", || serving.net.client_count() as usize >= waiting.len());
        let threads = process::library_threads();
        assert!(threads <= 12, "{threads} threads of the library");
        let begun = Instant::now();
        for message_id in 0..100 {
            let mut peer = serving.peer(wire::IMPLICIT);
            peer.send(&provider::find_rq(message_id, b""));
            assert_eq!(provider::answer(&mut peer), (0, message_id));
        }
        let took = begun.elapsed();
        assert!(took < DEADLINE / 2, "a hundred associations took {took:?}");
        for (part, peer) in &mut waiting {
            peer.send(&store[*part..]);
            assert_eq!(provider::answer(peer), (0, 7));
        }
        drop(waiting);
        until("all have gone", || serving.net.client_count() == 0);
    });
}
