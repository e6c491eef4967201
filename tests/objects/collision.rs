//! Release collisions: both sides ask for the release at the same time (PS3.8 9.2, Sta9 to
//! Sta12). How they are settled is in `connect.rs`; this is about peers that go in the middle, or stay
//! and say nothing.

use crate::connect::verification;
use crate::support::hooks::{Event, Log, Recorder, Server, Then};
use crate::support::peer::{Host, Peer};
use crate::support::{DEADLINE, until, wire};
use ldicomnet::Code;
use ldicomnet::engine::{IpType, Net, Settings};
use ldicomnet::pdu::Abort;
use std::sync::Arc;
use std::time::Duration;

/// What a recorder does that leaves the peer's request to release unanswered.
fn not_answering(_net: &Net, event: &Event) -> Then {
    if matches!(event, Event::ReleaseRequest) { Then::Nothing } else { Then::Usual }
}

fn was_asked_to_release(log: &Log) {
    log.wait(|_, event| matches!(event, Event::ReleaseRequest).then_some(()));
}

/// How a peer goes, and its name.
type Way = (&'static str, fn(Peer));

/// An association that is not over is broken by both.
const WAYS_TO_GO: [Way; 2] = [("reset", Peer::reset), ("close", drop)];

fn closes(log: &Log) -> usize {
    log.count(|_, event| matches!(event, Event::Close(..)))
}

/// Nothing can be done with a connection that has ended.
fn has_ended(net: &Net, what: &str) {
    assert!(!net.is_connected() && !net.is_associated(), "{what}");
    let outcomes = [net.release_response(), net.release_request(), net.abort(Abort { source: 0, reason: 0 })];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().code(), Code::NetNotConnected, "{what}");
    }
}

#[test]
fn a_peer_may_go_in_every_state_of_a_requestors_release_collision() {
    for (way, go) in WAYS_TO_GO {
        for (state, recorder) in [("Sta9", Recorder::new(not_answering)), ("Sta11", Recorder::usual())] {
            let what = format!("{way} in {state}");
            let log = Arc::clone(&recorder.log);
            let (net, mut peer) = releasing_requestor(recorder);
            peer.send(&wire::release_rq());
            was_asked_to_release(&log);
            if state == "Sta11" {
                // The requestor answers first, and waits for the answer to its own request.
                peer.is_answered(&wire::release_rp());
            }
            go(peer);
            let (told, code, ended) = log.closed();
            assert_eq!(
                (told.id(), ended.id(), code),
                (net.id(), net.id(), Code::NetConnectionReset),
                "{what}"
            );
            has_ended(&net, &what);
            // The hooks of an object come in order: a second end would be there before this.
            let host = Host::new();
            net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
            until("it is told", || log.count(|_, event| matches!(event, Event::Connect(_))) == 2);
            assert_eq!(closes(&log), 1, "{what}");
            assert_eq!(log.count(|_, event| matches!(event, Event::ReleaseResponse)), 0, "{what}");
            net.close();
        }
    }
}

/// An object that has associated and asked for the release, and its peer.
fn releasing_requestor(recorder: Arc<Recorder>) -> (Net, Peer) {
    releasing_requestor_with(recorder, |_| ())
}

fn releasing_requestor_with(recorder: Arc<Recorder>, set: impl FnOnce(&mut Settings)) -> (Net, Peer) {
    let host = Host::new();
    let net = Net::new(recorder);
    net.update_settings(set);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let mut peer = host.accept();
    net.associate_request(&verification()).unwrap();
    assert_eq!(peer.pdu()[0], 1);
    peer.send(&wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]));
    until("it is associated", || net.is_associated());
    net.release_request().unwrap();
    peer.is_answered(&wire::release_rq());
    (net, peer)
}

#[test]
fn a_peer_may_go_in_every_state_of_an_acceptors_release_collision() {
    // An application that answers in the hook does so in Sta10, ahead of its turn.
    for (way, go) in WAYS_TO_GO {
        for (state, answers) in [("Sta10", false), ("Sta10", true), ("Sta12", false)] {
            let what = format!("{way} in {state}, answering: {answers}");
            let server = if answers { Server::start() } else { Server::with_script(not_answering) };
            let mut peer = server.associated();
            let client = server.net.client(0).unwrap();
            client.release_request().unwrap();
            peer.is_answered(&wire::release_rq());
            peer.send(&wire::release_rq());
            was_asked_to_release(&server.log);
            if state == "Sta12" {
                peer.send(&wire::release_rp());
                server.log.wait(|_, event| matches!(event, Event::ReleaseResponse).then_some(()));
            }
            go(peer);
            let (told, code, ended) = server.log.closed();
            assert_eq!((told.id(), ended.id()), (server.net.id(), client.id()), "{what}");
            assert_eq!(code, Code::NetConnectionReset, "{what}");
            assert_eq!(server.net.client_count(), 0, "{what}");
            has_ended(&client, &what);
            // The listener tells in order: a second end would be there before this.
            let mut other = server.associated();
            other.echoes(1);
            assert_eq!(closes(&server.log), 1, "{what}");
        }
    }
}

#[test]
fn a_peer_may_say_nothing_more_in_a_release_collision() {
    fn soon(settings: &mut Settings) {
        settings.response_timeout = Duration::from_millis(200);
    }
    // The acceptor waits in Sta10, and in Sta11 the requestor.
    let server = Server::with_settings(soon);
    let mut peer = server.associated();
    server.net.client(0).unwrap().release_request().unwrap();
    peer.is_answered(&wire::release_rq());
    peer.send(&wire::release_rq());
    peer.is_answered(&wire::abort(0, 0));
    assert_eq!(server.log.closed().1, Code::NetTimeOut);

    let recorder = Recorder::usual();
    let log = Arc::clone(&recorder.log);
    let (_net, mut peer) = releasing_requestor_with(recorder, soon);
    peer.send(&wire::release_rq());
    peer.is_answered(&wire::release_rp());
    peer.is_answered(&wire::abort(0, 0));
    assert_eq!(log.closed().1, Code::NetTimeOut);
}
