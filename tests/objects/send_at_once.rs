//! `Settings::send_at_once`: who hands what is sent to the system.

use crate::support::hooks::{Event, Recorder, Server};
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND};
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::dimse::{self, CommandSet};
use ldicomnet::engine::{Net, Settings};
use std::time::Instant;

/// An associated connection of a server with these settings, and its peer.
fn connection(change: impl FnOnce(&mut Settings)) -> (Server, Net, Peer) {
    let server = Server::with_settings(change);
    let peer = server.associated();
    let client = server.net.client(0).unwrap();
    (server, client, peer)
}

/// Sends a response, which no window keeps back.
fn send_echo(client: &Net, message_id: u16) {
    let command = dimse::c_echo_rsp(message_id, wire::VERIFICATION, 0);
    client.send_command(1, command, None).unwrap();
}

/// The peer receives the echo responses of these message IDs, in order and nothing else.
fn expect_echoes(peer: &mut Peer, message_ids: std::ops::RangeInclusive<u16>) {
    for message_id in message_ids {
        let pdvs = wire::pdvs(&peer.pdu());
        let [(1, control, bytes)] = pdvs.as_slice() else { panic!("{pdvs:?}") };
        assert!(control & COMMAND != 0);
        assert_eq!(CommandSet::parse(bytes).unwrap().message_id_being_responded_to(), Some(message_id));
    }
}

#[test]
fn by_default_a_sender_leaves_nothing_queued_that_the_system_takes() {
    const MESSAGES: u16 = 200;
    let (_server, client, mut peer) = connection(|_| {});
    for message_id in 1..=MESSAGES {
        send_echo(&client, message_id);
        assert_eq!(client.queued_bytes(), 0, "message {message_id}");
    }
    expect_echoes(&mut peer, 1..=MESSAGES);
}

#[test]
fn a_sender_that_only_queues_leaves_the_rest_to_the_library() {
    let (server, client, mut peer) = connection(|settings| settings.send_at_once = false);
    // A thread of the library may always be the faster one, but not for ever.
    let deadline = Instant::now() + DEADLINE;
    let mut sent = 0;
    let mut was_queued = false;
    while !was_queued {
        assert!(Instant::now() < deadline, "{sent} messages went out at once");
        send_echo(&client, 1);
        was_queued = client.queued_bytes() > 0;
        sent += 1;
        expect_echoes(&mut peer, 1..=1);
    }
    until("nothing is queued any more", || client.queued_bytes() == 0);
    until("each was told once it was out", || {
        server.log.count(|_, event| matches!(event, Event::Send(Code::Success, 4, _))) == sent
    });
    // Release and its answer go the same way.
    peer.releases();
}

#[test]
fn it_counts_at_once_and_is_passed_on_to_accepted_connections() {
    let (server, client, mut peer) = connection(|settings| settings.send_at_once = false);
    assert!(!client.settings().send_at_once);
    client.update_settings(|settings| settings.send_at_once = true);
    until("what was queued has gone out", || client.queued_bytes() == 0);
    for message_id in 1..=50 {
        send_echo(&client, message_id);
        assert_eq!(client.queued_bytes(), 0, "message {message_id}");
    }
    expect_echoes(&mut peer, 1..=50);
    assert!(!server.net.settings().send_at_once);
    assert!(Net::new(Recorder::usual()).settings().send_at_once, "the default");
}
