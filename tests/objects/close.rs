//! How objects end, and who is told.

use crate::support::child::in_a_process;
use crate::support::hooks::{Event, Recorder, Server, Then};
use crate::support::peer::{Host, Peer};
use crate::support::process::is_established;
use crate::support::wire::{self, COMMAND, LAST};
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{IpType, Net};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A connecting object and the peer it is connected to.
fn connected(recorder: Arc<Recorder>) -> (Net, Peer) {
    let host = Host::new();
    let net = Net::new(recorder);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    (net, host.accept())
}

fn closes(server: &Server) -> usize {
    server.log.count(|_, event| matches!(event, Event::Close(..)))
}

#[test]
fn on_close_of_an_accepted_connection_is_raised_on_its_listener() {
    let server = Server::start();
    let peer = server.associated();
    let client = server.net.client(0).unwrap();
    drop(peer);
    let (told, code, ended) = server.log.closed();
    assert_eq!((told.id(), ended.id()), (server.net.id(), client.id()));
    assert_eq!(code, Code::NetConnectionReset);
    assert_eq!(server.net.client_count(), 0);
    assert!(!client.is_connected() && !client.is_activated() && !client.is_associated());
    assert_eq!(closes(&server), 1);
}

#[test]
fn on_close_comes_after_the_connections_last_hook_and_client_is_still_known() {
    let server = Server::start();
    let mut peer = server.associated();
    let port = peer.local().port();
    peer.releases();
    drop(peer);
    let (_, code, ended) = server.log.closed();
    assert_eq!(code, Code::Success);
    // What it was can still be asked.
    assert_eq!(ended.peer_info().unwrap().1, port);
    assert!(ended.negotiated().is_some());
    let entries = server.log.all();
    let last = entries.iter().rposition(|entry| entry.net.id() == ended.id()).unwrap();
    let close = entries.iter().position(|entry| matches!(entry.event, Event::Close(..))).unwrap();
    assert!(last < close);
}

#[test]
fn on_close_goes_to_the_connection_itself_when_the_listener_has_gone() {
    let server = Server::start();
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    server.net.close();
    assert!(client.server().is_none());
    peer.echoes(1);
    drop(peer);
    let (told, _, ended) = server.log.closed();
    assert_eq!((told.id(), ended.id()), (client.id(), client.id()));
}

#[test]
fn on_close_of_a_connecting_object_is_raised_on_itself() {
    let recorder = Recorder::usual();
    let log = Arc::clone(&recorder.log);
    let (net, peer) = connected(recorder);
    drop(peer);
    let (told, code, ended) = log.closed();
    assert_eq!((told.id(), ended.id(), code), (net.id(), net.id(), Code::Success));
}

#[test]
fn there_is_no_on_close_for_a_local_close() {
    let server = Server::start();
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    client.close();
    assert!(!client.is_activated() && client.peer_info().is_err() && client.negotiated().is_none());
    assert_eq!(server.net.client_count(), 0);
    peer.is_closed();
    drop(peer);
    // Another connection from its first to its last byte: hooks of the first would have come.
    let other = server.associated();
    drop(other);
    let (_, _, ended) = server.log.closed();
    assert_ne!(ended.id(), client.id());
    assert_eq!(closes(&server), 1);
}

#[test]
fn close_twice_and_of_an_idle_object_does_nothing() {
    let net = Net::new(Recorder::usual());
    net.close();
    net.close();
    net.close_forced(true);
    net.server_close();
    let server = Server::start();
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    for _ in 0..3 {
        client.close();
        client.close_forced(true);
    }
    peer.is_closed();
    server.net.close();
    server.net.close();
}

/// A hook by its name, to do something in.
fn is_hook(event: &Event, name: &str) -> bool {
    format!("{event:?}").starts_with(name)
}

/// What the peer does to have all of these called.
fn provoke(mut peer: Peer) {
    for bytes in [wire::associate_rq(), wire::echo_rq(1, 1), wire::release_rq()] {
        // The other side may have closed before or after.
        if peer.stream.write_all(&bytes).is_err() || !matches!(peer.stream.read(&mut [0; 4096]), Ok(1..)) {
            return;
        }
    }
    peer.ends();
}

const HOOKS_OF_A_CONNECTION: [&str; 7] =
    ["Receive", "AssociateRequest", "Send", "Data", "Message", "BeforeSend", "ReleaseRequest"];

#[test]
fn close_is_allowed_in_every_hook_and_no_hook_follows() {
    for name in HOOKS_OF_A_CONNECTION {
        let server = Server::with(
            |settings| settings.artim = Duration::from_millis(200),
            move |net, event| {
                if is_hook(event, name) {
                    net.close();
                    return Then::Nothing;
                }
                Then::Usual
            },
        );
        provoke(server.peer());
        let entries = server.log.all();
        let of_client: Vec<_> = entries.iter().filter(|entry| entry.net.id() != server.net.id()).collect();
        let last = of_client.last().unwrap_or_else(|| panic!("{name} was not called"));
        assert!(is_hook(&last.event, name), "{name} was followed by {:?}", last.event);
        until("the listener has forgotten it", || server.net.client_count() == 0);
        assert_eq!(closes(&server), 0, "{name}");
        server.is_well();
    }
}

impl Server {
    /// The server still takes connections.
    fn is_well(&self) {
        let mut peer = self.peer();
        peer.send(b"?");
        peer.ends();
    }
}

#[test]
fn the_listener_may_be_closed_in_every_hook() {
    for name in ["Condition", "Accept", "Receive", "AssociateRequest", "Message", "Close"] {
        let listener: Arc<Mutex<Option<Net>>> = Arc::default();
        let held = Arc::clone(&listener);
        let server = Server::with(
            |settings| settings.artim = Duration::from_millis(200),
            move |_, event| {
                if is_hook(event, name)
                    && let Some(listener) = held.lock().unwrap().take()
                {
                    listener.server_close();
                    return Then::Nothing;
                }
                Then::Usual
            },
        );
        *listener.lock().unwrap() = Some(server.net.clone());
        if let Ok(stream) = TcpStream::connect(server.address) {
            provoke(Peer::of(stream));
        }
        until("the listener is closed", || !server.net.is_activated());
        // The hook may still be at it.
        until("nobody listens", || TcpStream::connect(server.address).is_err());
    }
}

#[test]
fn closing_a_listener_stops_listening_and_resets_those_waiting() {
    let server = Server::with_script(|_, event| match event {
        Event::Accept(_) => Then::Nothing,
        _ => Then::Usual,
    });
    let mut waiting = server.peer();
    until("it waits", || server.net.pending_count() == 1);
    server.net.close();
    waiting.is_reset();
    TcpStream::connect(server.address).expect_err("nobody listens");
    assert_eq!((server.net.pending_count(), server.net.client_count()), (0, 0));
    assert!(server.net.host_info().is_err());
}

#[test]
fn clients_live_on_when_their_listener_is_closed_and_nobody_listens() {
    let server = Server::start();
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    server.net.close();
    TcpStream::connect(server.address).expect_err("nobody listens while the client lives");
    assert!(client.server().is_none());
    assert_eq!(client.client_count(), 0);
    peer.echoes(1);
    peer.releases();
}

#[test]
fn server_close_closes_the_clients_too() {
    let server = Server::start();
    let mut peers: Vec<_> = (0..4).map(|_| server.associated()).collect();
    let clients: Vec<_> = (0..4).map(|index| server.net.client(index).unwrap()).collect();
    server.net.server_close();
    peers.iter_mut().for_each(Peer::is_closed);
    assert!(clients.iter().all(|client| !client.is_activated()));
    assert_eq!(closes(&server), 0);
}

#[test]
fn server_close_asked_of_a_client_is_its_listeners() {
    let server = Server::start();
    let (mut first, mut second) = (server.associated(), server.associated());
    server.net.client(1).unwrap().server_close();
    first.is_closed();
    second.is_closed();
    assert!(!server.net.is_activated());
}

/// Answers each request with this much data.
fn answering_much(
    bytes: usize,
    then: impl Fn(&Net) + Send + Sync + 'static,
) -> impl Fn(&Net, &Event) -> Then + Send + Sync + 'static {
    move |net, event| match event {
        Event::Message(message) => {
            let mut response = dimse::response_to(&message.command, 0xFF00).unwrap();
            response.set_u16(dimse::element::COMMAND_DATA_SET_TYPE, 0);
            net.send_command(1, response, Some(vec![0x5A; bytes].into())).unwrap();
            then(net);
            Then::Nothing
        }
        _ => Then::Usual,
    }
}

fn verbose(bytes: usize, then: impl Fn(&Net) + Send + Sync + 'static) -> Server {
    Server::with_script(answering_much(bytes, then))
}

const MUCH: usize = 12 << 20;

/// Reads a message with this much data set, to its end.
fn reads_all(peer: &mut Peer, bytes: usize) {
    let mut read = 0;
    loop {
        for (_, control, fragment) in wire::pdvs(&peer.pdu()) {
            if control & COMMAND == 0 {
                read += fragment.len();
                assert!(fragment.iter().all(|byte| *byte == 0x5A));
                if control & LAST != 0 {
                    assert_eq!(read, bytes);
                    return;
                }
            }
        }
    }
}

#[test]
fn close_flushes_what_was_queued() {
    let server = verbose(MUCH, Net::close);
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    until("it is closed", || server.net.client_count() == 0);
    reads_all(&mut peer, MUCH);
    peer.is_closed();
}

#[test]
fn close_flushes_for_at_most_the_linger_time() {
    let linger = Duration::from_millis(200);
    let server = Server::with(|settings| settings.linger = linger, answering_much(MUCH, Net::close));
    let mut peer = server.associated();
    let begun = Instant::now();
    peer.send(&wire::echo_rq(1, 1));
    until("it is closed", || server.net.client_count() == 0);
    // Nothing is read meanwhile. The system may go on with what it has taken.
    until("the connection was given up", || !is_established(server.address, peer.local()));
    assert!(begun.elapsed() >= linger);
    let mut bytes = vec![0; 1 << 20];
    let mut read = 0;
    while let Ok(count @ 1..) = peer.stream.read(&mut bytes) {
        read += count;
    }
    assert!(read < MUCH, "{read} bytes came");
}

#[test]
fn close_forced_drops_the_queue_and_resets() {
    let server = verbose(MUCH, |_| {});
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    let client = server.net.client(0).unwrap();
    until("something is queued", || client.queued_bytes() > 0);
    client.close_forced(true);
    assert_eq!(client.queued_bytes(), 0);
    let mut bytes = vec![0; 1 << 20];
    let error = loop {
        match peer.stream.read(&mut bytes) {
            Ok(0) => panic!("an orderly end"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(closes(&server), 0);
}

#[test]
fn close_forced_false_is_close() {
    let server = verbose(MUCH, |net| net.close_forced(false));
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    reads_all(&mut peer, MUCH);
    peer.is_closed();
}

#[test]
fn close_from_another_thread_while_a_hook_runs() {
    let (enter, entered) = mpsc::channel();
    let (leave, left) = mpsc::channel::<()>();
    let left = Mutex::new(left);
    let server = Server::with_script(move |_, event| {
        if matches!(event, Event::Message(_)) {
            enter.send(()).unwrap();
            left.lock().unwrap().recv().unwrap();
        }
        Then::Usual
    });
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    entered.recv().unwrap();
    let client = server.net.client(0).unwrap();
    client.close();
    leave.send(()).unwrap();
    // The default answer of the hook finds no connection any more.
    peer.is_closed();
    let entries = server.log.all();
    let last = entries.iter().rev().find(|entry| entry.net.id() == client.id()).unwrap();
    assert!(matches!(last.event, Event::Message(_)), "{:?}", last.event);
}

#[test]
fn an_object_is_used_again_after_close() {
    let recorder = Recorder::usual();
    let log = Arc::clone(&recorder.log);
    let net = Net::new(recorder);
    for _ in 0..3 {
        let host = Host::new();
        net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
        let mut peer = host.accept();
        net.close();
        peer.is_closed();
        net.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
        let mut peer = Peer::associated(crate::support::hooks::address_of(&net));
        peer.echoes(1);
        net.server_close();
        peer.is_closed();
    }
    assert_eq!(log.count(|_, event| matches!(event, Event::Close(..))), 0);
}

#[test]
fn hooks_carry_the_life_they_belong_to() {
    let recorder = Recorder::usual();
    let log = Arc::clone(&recorder.log);
    let net = Net::new(recorder);
    for life in 0..3 {
        assert_eq!(net.current_generation(), life);
        net.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
        Peer::associated(crate::support::hooks::address_of(&net)).echoes(1);
        net.server_close();
    }
    let lives: Vec<_> = log
        .all()
        .into_iter()
        .filter(|entry| matches!(entry.event, Event::Accept(_)))
        .map(|entry| entry.net.generation())
        .collect();
    assert_eq!(lives, [0, 1, 2]);
}

/// The state a peer resets in, brought about on a fresh connection to this server.
type Stage = (&'static str, fn(&Server) -> Peer);

#[test]
fn a_peer_may_reset_in_every_state_of_an_acceptor() {
    let stages: [Stage; 6] = [
        ("Sta2", |server| server.peer()),
        ("Sta2 with half a request", |server| {
            let mut peer = server.peer();
            peer.send(&wire::associate_rq()[..80]);
            peer
        }),
        ("Sta6", |server| server.associated()),
        ("Sta6 within a message", |server| {
            let mut peer = server.associated();
            peer.send(&wire::data_tf(1, COMMAND, &[0; 8]));
            peer
        }),
        ("Sta13 after a release", |server| {
            let mut peer = server.associated();
            peer.releases();
            peer
        }),
        ("Sta13 after an abort", |server| {
            let mut peer = server.associated();
            peer.send(&[0xFF]);
            peer.is_answered(&wire::abort(2, 1));
            peer
        }),
    ];
    for (state, reach) in stages {
        let server = Server::start();
        let peer = reach(&server);
        until("it is accepted", || server.net.client_count() == 1);
        peer.reset();
        let (_, code, _) = server.log.closed();
        assert_eq!(code, Code::NetConnectionReset, "{state}");
        assert_eq!(server.net.client_count(), 0, "{state}");
        let mut other = server.associated();
        other.echoes(1);
        assert_eq!(closes(&server), 1, "{state}");
    }
}

#[test]
fn a_peer_may_reset_while_the_application_thinks() {
    // Sta3 and Sta8: a request that is not answered in its hook.
    for name in ["AssociateRequest", "ReleaseRequest"] {
        let server = Server::with_script(
            move |_, event| {
                if is_hook(event, name) { Then::Nothing } else { Then::Usual }
            },
        );
        let mut peer = server.peer();
        peer.send(&wire::associate_rq());
        if name == "ReleaseRequest" {
            peer.pdu();
            peer.send(&wire::release_rq());
        }
        let client = server.log.wait(|net, event| is_hook(event, name).then(|| net.clone()));
        peer.reset();
        assert_eq!(server.log.closed().1, Code::NetConnectionReset, "{name}");
        let late =
            if name == "ReleaseRequest" { client.release_response() } else { client.release_request() };
        assert_eq!(late.unwrap_err().code(), Code::NetNotConnected);
    }
}

#[test]
fn a_peer_may_reset_in_every_state_of_a_requestor() {
    for state in ["Sta1", "Sta5", "Sta6", "Sta7"] {
        let recorder = Recorder::usual();
        let log = Arc::clone(&recorder.log);
        let (net, mut peer) = connected(recorder);
        if state != "Sta1" {
            net.associate_request(&crate::connect::verification()).unwrap();
            peer.pdu();
        }
        if matches!(state, "Sta6" | "Sta7") {
            peer.send(&wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]));
            until("it is associated", || net.is_associated());
        }
        if state == "Sta7" {
            net.release_request().unwrap();
            peer.is_answered(&wire::release_rq());
        }
        peer.reset();
        let (told, code, _) = log.closed();
        assert_eq!((told.id(), code), (net.id(), Code::NetConnectionReset), "{state}");
        assert_eq!(log.count(|_, event| matches!(event, Event::Close(..))), 1);
        assert_eq!(
            net.abort(ldicomnet::pdu::Abort { source: 0, reason: 0 }).unwrap_err().code(),
            Code::NetNotConnected
        );
    }
}

#[test]
fn an_object_that_is_used_again_before_its_end_was_told_is_not_told_of_it() {
    let gate = Arc::new(Mutex::new(()));
    let blocked = gate.lock().unwrap();
    let passed = Arc::clone(&gate);
    let server = Server::with_script(move |_, event| {
        if matches!(event, Event::Accept(_)) {
            drop(passed.lock().unwrap());
        }
        Then::Usual
    });
    drop(blocked);
    let first = server.associated();
    let client = server.net.client(0).unwrap();
    // The listener is inside a hook, and cannot tell of the end of its client.
    let blocked = gate.lock().unwrap();
    let _second = server.peer();
    until("the second is shown", || server.log.count(|_, event| matches!(event, Event::Accept(_))) == 2);
    drop(first);
    until("the client has ended", || !client.is_connected());
    let other = Server::start();
    client.connect_wait(b"", 0, b"127.0.0.1", u32::from(other.address.port()), IpType::V4, None).unwrap();
    drop(blocked);
    let _third = server.associated();
    assert!(client.is_connected());
    assert_eq!(closes(&server), 0);
}

/// What an object can be asked.
fn ask_everything(net: &Net) {
    let _ = (net.is_activated(), net.is_connected(), net.is_associated(), net.queued_bytes());
    let _ = (net.server(), net.client_count(), net.client(0), net.pending_count());
    let _ = (net.host_info(), net.peer_info(), net.negotiated(), net.socket_options());
}

#[test]
fn a_connection_may_be_asked_everything_while_its_peer_ends_it() {
    const CONNECTIONS: usize = 300;
    // Locks taken in two orders would stop the process for ever.
    in_a_process(a_connection_may_be_asked_everything_while_its_peer_ends_it, "", || {
        let server = Server::start();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        server.net.client(0).iter().for_each(ask_everything);
                    }
                });
            }
            for _ in 0..CONNECTIONS {
                server.associated().reset();
            }
            until("all have ended", || closes(&server) == CONNECTIONS);
            done.store(true, Ordering::Relaxed);
        });
    });
}
