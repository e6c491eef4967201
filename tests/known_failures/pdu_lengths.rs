//! Lengths of PDUs and PDVs that are not true, or true and enormous (PS3.8 9.3.1, 9.3.5).

use crate::memory;
use crate::provider::{self, Provider, Serving};
use crate::support::DEADLINE;
use crate::support::child::in_a_process;
use crate::support::hooks::Server;
use crate::support::peer::Peer;
use crate::support::wire::{self, LAST};
use ldicomnet::engine::StoreDecision;
use std::io::Write;
use std::time::Instant;

/// What pynetdicom took into memory for one length field.
const LARGE: u32 = 400 << 20;

/// Sends until the other end takes no more, and gives the bytes that it took.
fn pour(peer: &mut Peer, bytes: u32) -> usize {
    let chunk = vec![b'x'; 1 << 20];
    let count = bytes as usize / chunk.len();
    (0..count).take_while(|_| peer.stream.write_all(&chunk).is_ok()).count() * chunk.len()
}

/// DCMTK #825: 4 GiB were allocated for a header that said so.
#[test]
fn dcmtk_825_a_header_that_says_4_gib_and_stops_moves_no_memory() {
    in_a_process(dcmtk_825_a_header_that_says_4_gib_and_stops_moves_no_memory, "", || {
        const PEERS: usize = 50;
        let server = Server::with_settings(|settings| settings.maximum_length = 0);
        memory::stays(|| {
            let mut peers = Vec::new();
            for _ in 0..PEERS {
                for pdu_type in [1, 4, 5, 7] {
                    let mut peer = server.peer();
                    peer.send(&wire::header(pdu_type, u32::MAX));
                    peer.is_answered(&wire::abort(0, 0));
                    peers.push(peer);
                }
                // This server has no limit, so that it waits for all of them.
                let mut peer = server.associated();
                peer.send(&wire::header(4, u32::MAX));
                peers.push(peer);
            }
            server.associated().echoes(1);
            peers
        });
    });
}

/// DCMTK 1549d8ccc: `length -= 4 + pdvLength` wrapped.
#[test]
fn dcmtk_1549d8ccc_a_pdv_length_near_2_31_or_2_32_is_no_part_of_its_pdu() {
    let server = Server::start();
    let near = |edge: u32| (0..=8).flat_map(move |far| [edge.wrapping_sub(far), edge.wrapping_add(far)]);
    // The last ones wrap round to 0 and what follows it.
    let lengths = near(1 << 31).chain(near(0)).filter(|length| *length > 8);
    for length in lengths {
        let honest = wire::pdv(1, wire::COMMAND, &[0; 4]);
        for before in [&[][..], &honest] {
            let mut peer = server.associated();
            let body = [before, &length.to_be_bytes(), &[1, wire::COMMAND | LAST], &[0; 8]].concat();
            peer.send(&wire::pdu(4, &body));
            peer.is_answered(&wire::abort(2, 6));
        }
    }
    server.associated().echoes(1);
}

/// fo-dicom #327, #1678: four bytes of "GET /" were a length, and a buffer of that length was taken.
#[test]
fn fo_dicom_327_and_1678_first_bytes_of_other_protocols_are_no_length() {
    in_a_process(fo_dicom_327_and_1678_first_bytes_of_other_protocols_are_no_length, "", || {
        let server = Server::start();
        let strangers: [&[u8]; 6] = [
            b"GET / HTTP/1.1\r\nHost: pacs\r\n\r\n",
            // A TLS ClientHello.
            &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3, 0x5A, 0x5A, 0x5A],
            b"\x0BMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r\x1C\r",
            b"SSH-2.0-OpenSSH_9.6\r\n",
            &[0; 64],
            // The sign bit of an int32.
            &[1, 0, 0x80, 0, 0, 0],
        ];
        memory::stays(|| {
            let mut peers = Vec::new();
            for bytes in strangers.repeat(20) {
                let begun = Instant::now();
                let mut peer = server.peer();
                peer.send(bytes);
                // ARTIM is longer than the deadline: whatever is answered is answered at once.
                peer.is_answered(&wire::abort(0, 0));
                assert!(begun.elapsed() < DEADLINE, "{}", bytes.escape_ascii());
                peers.push(peer);
            }
            peers
        });
    });
}

/// pynetdicom #1086: 400 MB that were sent went from the socket into memory in one piece.
#[test]
fn pynetdicom_1086_400_megabytes_that_are_really_sent_pass_through_no_memory() {
    in_a_process(pynetdicom_1086_400_megabytes_that_are_really_sent_pass_through_no_memory, "", || {
        let hooks = Provider::new(|_| StoreDecision::Discard, |_| 0);
        let serving = Serving::with(hooks, |settings| settings.maximum_length = 0);
        memory::stays(|| {
            // As an A-ASSOCIATE-RQ they are refused; the bound on what is drained ends them.
            let mut stranger = Peer::connect(serving.address);
            stranger.send(&wire::header(1, LARGE));
            assert!(pour(&mut stranger, LARGE) < LARGE as usize);
            // As a command set they are refused, too.
            let mut peer = serving.peer(wire::IMPLICIT);
            peer.send(&wire::header(4, LARGE + 6));
            peer.send(&[&(LARGE + 2).to_be_bytes()[..], &[1, wire::COMMAND]].concat());
            assert!(pour(&mut peer, LARGE) < LARGE as usize);
        });
        // As a data set they are a message, in one PDU and one PDV.
        memory::stays(|| {
            let mut peer = serving.peer(wire::IMPLICIT);
            peer.send(&provider::store_command(wire::CT_STORAGE, provider::INSTANCE, 7));
            peer.send(&wire::header(4, LARGE + 6));
            peer.send(&[&(LARGE + 2).to_be_bytes()[..], &[1, LAST]].concat());
            assert_eq!(pour(&mut peer, LARGE), LARGE as usize);
            assert_eq!(provider::answer(&mut peer), (0, 7));
        });
    });
}

/// dicom-rs (`strict` false): PDUs longer than was advertised were taken, however long.
#[test]
fn dicom_rs_a_pdu_longer_than_was_advertised_is_refused_without_being_asked_to() {
    in_a_process(dicom_rs_a_pdu_longer_than_was_advertised_is_refused_without_being_asked_to, "", || {
        let serving = Serving::start(Provider::plain());
        let advertised = serving.net.settings().maximum_length;
        memory::stays(|| {
            for length in [advertised + 1, LARGE, u32::MAX] {
                let mut peer = serving.peer(wire::IMPLICIT);
                peer.send(&wire::header(4, length));
                // Nothing of it has come.
                peer.is_answered(&wire::abort(2, 6));
                assert!(pour(&mut peer, LARGE) < LARGE as usize);
            }
        });
        assert_eq!(serving.hooks.counts(), (0, 0));
    });
}
