//! Sta2: what comes instead of an A-ASSOCIATE-RQ, or does not come.

use crate::support::hooks::{Event, Server, Then};
use crate::support::peer::Peer;
use crate::support::{DEADLINE, process, wire};
use ldicomnet::Code;
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

/// AA-1: by the service-user, whose reason has no meaning and is 0 (PS3.8 Table 9-26).
fn aa1() -> Vec<u8> {
    wire::abort(0, 0)
}

const ARTIM: Duration = Duration::from_millis(300);

fn with_artim() -> Server {
    Server::with_settings(|settings| settings.artim = ARTIM)
}

/// Ends within ARTIM's time and no sooner; more only as much as a busy machine may take.
fn took_artim(begun: Instant) {
    let took = begun.elapsed();
    assert!(took >= ARTIM, "closed after {took:?}, before ARTIM");
    assert!(took < ARTIM + DEADLINE / 2, "closed after {took:?}, long after ARTIM");
}

#[test]
fn in_sta2_p_data_release_unknown_pdu_and_associate_ac_get_aa1() {
    let server = Server::start();
    let stimuli = [
        wire::echo_rq(1, 1),
        wire::release_rq(),
        wire::release_rp(),
        wire::associate_ac(16384, &[wire::answered_context(1, 0, wire::IMPLICIT)]),
        wire::associate_rj(1, 1, 1),
        wire::pdu(8, &[0; 4]),
        wire::pdu(0, &[0; 4]),
        wire::pdu(0xFF, &[0; 4]),
    ];
    for stimulus in stimuli {
        let mut peer = server.peer();
        peer.send(&stimulus);
        peer.is_answered(&aa1());
        // Sta13: it is the peer who closes, or ARTIM, which is 30 s here.
        peer.finish();
        peer.is_closed();
    }
    assert_eq!(server.log.count(|_, event| matches!(event, Event::AssociateRequest(_))), 0);
}

#[test]
fn in_sta2_an_a_abort_closes_without_an_answer() {
    let server = Server::start();
    let mut peer = server.peer();
    peer.send(&wire::abort(0, 0));
    peer.is_closed();
    assert_eq!(server.log.closed().1, Code::Success);
}

#[test]
fn in_sta13_everything_is_ignored_until_artim() {
    let server = with_artim();
    for (first, then) in [
        (
            wire::release_rq(),
            vec![wire::echo_rq(1, 1), wire::release_rq(), wire::release_rp(), wire::echo_rq(1, 2)],
        ),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![wire::associate_rq(), b"more".to_vec()]),
    ] {
        let begun = Instant::now();
        let mut peer = server.peer();
        peer.send(&first);
        peer.is_answered(&aa1());
        then.iter().for_each(|bytes| peer.send(bytes));
        peer.is_closed();
        took_artim(begun);
    }
}

#[test]
fn in_sta13_an_associate_rq_is_aborted_once_more_and_no_oftener() {
    let server = with_artim();
    let mut peer = server.peer();
    peer.send(&wire::release_rq());
    peer.is_answered(&aa1());
    // AA-7; the second one would only repeat it.
    peer.send(&wire::associate_rq());
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::abort(2, 2));
    peer.is_closed();
}

#[test]
fn in_sta13_an_a_abort_closes_at_once() {
    let server = Server::start();
    let mut peer = server.peer();
    peer.send(&wire::release_rq());
    peer.is_answered(&aa1());
    peer.send(&wire::abort(0, 0));
    peer.is_closed();
}

/// The peer has so much under way that a close with it unread would be a reset, which takes
/// the abort with it.
#[test]
fn the_abort_is_read_with_megabytes_of_input_under_way() {
    const UNDER_WAY: usize = 8 << 20;
    let server = Server::start();
    for stimulus in [b"GET / HTTP/1.1\r\n".to_vec(), wire::header(1, u32::MAX)] {
        let mut peer = server.peer();
        peer.send(&stimulus);
        peer.send(&vec![b'x'; UNDER_WAY]);
        peer.finish();
        peer.is_answered(&aa1());
        peer.is_closed();
    }
}

#[test]
fn in_sta6_too_the_abort_is_read_with_megabytes_of_input_under_way() {
    let server = Server::start();
    let mut peer = server.associated();
    peer.send(&wire::header(4, u32::MAX));
    peer.send(&vec![b'x'; 8 << 20]);
    peer.finish();
    peer.is_answered(&wire::abort(2, 6));
    peer.is_closed();
}

/// Draining is for an honest peer that has not seen the abort yet, not a service.
#[test]
fn what_is_drained_after_an_abort_has_a_bound() {
    let server = Server::start();
    let mut peer = server.peer();
    let chunk = vec![b'x'; 1 << 20];
    let sent = (0..256).take_while(|_| peer.stream.write_all(&chunk).is_ok()).count();
    assert!(sent < 64, "{sent} MiB were taken after the abort");
}

#[test]
fn a_flood_of_whole_pdus_in_sta13_ends_with_artim() {
    let server = with_artim();
    let begun = Instant::now();
    let mut peer = server.peer();
    peer.send(&wire::release_rq());
    peer.is_answered(&aa1());
    let flood = wire::echo_rq(1, 1).repeat(100);
    while peer.stream.write_all(&flood).is_ok() {
        assert!(begun.elapsed() < DEADLINE, "the flood is still taken");
    }
    took_artim(begun);
}

#[test]
fn silence_after_connecting_is_closed_when_artim_ends() {
    let server = with_artim();
    let begun = Instant::now();
    server.peer().is_closed();
    took_artim(begun);
    assert_eq!(server.log.closed().1, Code::NetTimeOut);
}

#[test]
fn half_a_pdu_header_or_half_a_pdu_is_closed_when_artim_ends() {
    let server = with_artim();
    let request = wire::associate_rq();
    for part in [1, 3, 5, 6, 7, 74, request.len() - 1] {
        let begun = Instant::now();
        let mut peer = server.peer();
        peer.send(&request[..part]);
        peer.is_closed();
        took_artim(begun);
    }
}

#[test]
fn a_trickle_of_single_bytes_is_closed_when_artim_ends() {
    let server = with_artim();
    let request = wire::associate_rq();
    let begun = Instant::now();
    let mut peer = server.peer();
    // A byte every tenth of ARTIM: each of them would put a timer off that looks at reads.
    peer.stream.set_read_timeout(Some(ARTIM / 10)).unwrap();
    let mut bytes = request.iter();
    loop {
        match peer.stream.read(&mut [0]) {
            Ok(0) => break,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // A byte that crossed the close.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            other => panic!("{other:?}"),
        }
        assert!(begun.elapsed() < DEADLINE);
        let byte = *bytes.next().expect("closed before the request was whole");
        if peer.stream.write_all(&[byte]).is_err() {
            break;
        }
    }
    took_artim(begun);
}

#[test]
fn artim_stops_with_the_associate_rq() {
    let server = with_artim();
    let mut peer = server.associated();
    peer.is_silent_for(ARTIM * 2);
    peer.echoes(1);
    peer.releases();
}

#[test]
fn the_application_may_take_longer_than_artim_to_answer_a_request() {
    let server = Server::with(
        |settings| settings.artim = ARTIM,
        |_, event| match event {
            Event::AssociateRequest(_) => Then::Nothing,
            _ => Then::Usual,
        },
    );
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    let (net, request) = server.log.wait(|net, event| match event {
        Event::AssociateRequest(request) => Some((net.clone(), request.clone())),
        _ => None,
    });
    peer.is_silent_for(ARTIM * 2);
    net.associate_accept(&crate::support::hooks::accepting(&request)).unwrap();
    assert_eq!(peer.pdu()[0], 2);
    peer.echoes(1);
}

#[test]
fn after_a_reject_artim_closes_where_the_peer_does_not() {
    let server = Server::with(
        |settings| settings.artim = ARTIM,
        |net, event| match event {
            Event::AssociateRequest(_) => {
                net.answer_by_default();
                Then::Nothing
            }
            _ => Then::Usual,
        },
    );
    let begun = Instant::now();
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::associate_rj(1, 1, 1));
    peer.is_closed();
    took_artim(begun);
}

#[test]
fn after_a_release_artim_closes_where_the_peer_does_not() {
    let server = with_artim();
    let begun = Instant::now();
    let mut peer = server.associated();
    peer.releases();
    peer.is_closed();
    took_artim(begun);
}

/// First bytes of what else knocks at an open port.
fn strangers() -> Vec<(&'static str, Vec<u8>)> {
    let mut tls = vec![0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03];
    tls.extend([0x5A; 64]);
    vec![
        ("HTTP", b"GET / HTTP/1.1\r\nHost: pacs\r\n\r\n".to_vec()),
        ("HTTP, four bytes", b"GET ".to_vec()),
        ("a TLS hello", tls),
        ("SSH", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        ("HL7", b"\x0BMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r\x1C\r".to_vec()),
        ("zeros", vec![0; 512]),
        ("one zero", vec![0]),
        ("an A-ASSOCIATE-RQ of 4 GiB", wire::header(1, u32::MAX)),
        ("an A-ASSOCIATE-RQ of 2 GiB", wire::header(1, 1 << 31)),
        ("an A-ASSOCIATE-RQ of 2 MiB", wire::header(1, 2 << 20)),
        ("an A-ASSOCIATE-RQ of nothing", wire::header(1, 0)),
        ("a P-DATA-TF of 4 GiB", wire::header(4, u32::MAX)),
        ("an A-RELEASE-RQ of 4 GiB", wire::header(5, u32::MAX)),
        ("an A-ABORT of 4 GiB", wire::header(7, u32::MAX)),
    ]
}

#[test]
fn first_bytes_of_other_protocols_are_aborted_at_once() {
    let server = Server::start();
    for (what, bytes) in strangers() {
        let begun = Instant::now();
        let mut peer = server.peer();
        peer.send(&bytes);
        // ARTIM is 30 s here and the deadline shorter: what is answered is answered at once.
        peer.is_answered(&aa1());
        peer.finish();
        peer.is_closed();
        assert!(begun.elapsed() < DEADLINE, "{what}");
    }
}

#[test]
fn lengths_that_are_only_said_move_no_memory() {
    const PEERS: usize = 64;
    // What other tests of this program do meanwhile is far below.
    const NOISE: usize = 64 << 20;
    let server = Server::with_settings(|settings| settings.maximum_length = 0);
    let before = process::memory();
    let mut peers = Vec::new();
    for _ in 0..PEERS {
        for length in [u32::MAX, 1 << 31, 400 << 20, 2 << 20] {
            let mut peer = server.peer();
            peer.send(&wire::header(1, length));
            peer.is_answered(&aa1());
            peers.push(peer);
        }
        // Within the limit: waited for, and still nothing is set aside.
        let mut patient = server.peer();
        patient.send(&wire::header(1, 1 << 20));
        patient.send(&[0, 1]);
        peers.push(patient);
        // No limit was advertised, so that 4 GiB are allowed; with one PDV of all of it.
        let mut unlimited = server.associated();
        unlimited.send(&[wire::header(4, u32::MAX), vec![0xFF, 0xFF, 0xFF, 0xFB, 1, 1]].concat());
        unlimited.send(&[0; 100]);
        peers.push(unlimited);
    }
    let mut witness = server.associated();
    witness.echoes(1);
    let after = process::memory();
    let moved = after.resident.saturating_sub(before.resident);
    assert!(moved < NOISE, "{moved} bytes more are resident");
    let reserved = after.reserved.saturating_sub(before.reserved);
    assert!(reserved < 4 << 30, "{reserved} bytes more are reserved");
    drop(peers);
}

#[test]
fn a_peer_that_half_closes_after_its_request_gets_its_answer() {
    let server = Server::start();
    let mut peer = server.peer();
    peer.send(&[wire::associate_rq(), wire::echo_rq(1, 1), wire::release_rq()].concat());
    peer.finish();
    assert_eq!(peer.pdu()[0], 2);
    peer.is_answered(&wire::echo_rsp(1, 1));
    peer.is_answered(&wire::release_rp());
    peer.is_closed();
}

#[test]
fn ipv6_peers_are_served_alike() {
    let recorder = crate::support::hooks::Recorder::usual();
    let net = ldicomnet::engine::Net::new(recorder);
    net.listen(b"::1", 0, 16, ldicomnet::engine::IpType::V6).unwrap();
    let mut peer = Peer::associated(crate::support::hooks::address_of(&net));
    peer.echoes(77);
    peer.releases();
    net.server_close();
}
