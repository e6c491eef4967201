//! Connecting, and what a requestor may send when.

use crate::support::hooks::{Event, Recorder, Server, Then, address_of};
use crate::support::peer::{Host, Peer};
use crate::support::wire;
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{IpType, Net};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, Rejection};
use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A request for Verification on context 1.
pub(crate) fn verification() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, wire::VERIFICATION).unwrap();
    request.add_transfer_syntax(1, wire::IMPLICIT).unwrap();
    request
}

fn echo(message_id: u16) -> dimse::CommandSet {
    dimse::c_echo_rq(message_id, wire::VERIFICATION)
}

/// Waits for the outcome that the hook is told.
pub(crate) fn outcome(recorder: &Recorder) -> Code {
    recorder.log.wait(|_, event| match event {
        Event::Connect(code) => Some(*code),
        _ => None,
    })
}

/// Asks for an association, which is granted.
pub(crate) fn associates(net: &Net, recorder: &Recorder) {
    net.associate_request(&verification()).unwrap();
    recorder.log.wait(|_, event| matches!(event, Event::AssociateAccept(_)).then_some(()));
}

/// A port of loopback that nobody listens on, nor can while the socket is held.
fn refusing() -> (Socket, u32) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    let port = socket.local_addr().unwrap().as_socket().unwrap().port();
    (socket, u32::from(port))
}

#[test]
fn connect_returns_at_once_and_the_hook_is_told() {
    let server = Server::start();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4).unwrap();
    assert!(net.is_activated());
    assert_eq!(outcome(&recorder), Code::Success);
    assert!(net.is_connected() && !net.is_associated());
    assert_eq!(net.peer_info().unwrap(), ("127.0.0.1".to_owned(), server.address.port()));
    until("the listener has it", || server.net.client_count() == 1);
    assert_eq!(server.net.client(0).unwrap().peer_info().unwrap(), net.host_info().unwrap());
    assert!(net.server().is_none());
    net.close();
}

#[test]
fn two_objects_associate_verify_and_release() {
    for (host, ip) in [("127.0.0.1", IpType::V4), ("::1", IpType::V6)] {
        let listener = Net::new(Recorder::usual());
        listener.listen(host.as_bytes(), 0, 4, ip).unwrap();
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        let port = u32::from(address_of(&listener).port());
        net.connect_wait(b"", 0, host.as_bytes(), port, ip, None).unwrap();
        net.associate_request(&verification()).unwrap();
        recorder.log.wait(|_, event| matches!(event, Event::AssociateAccept(_)).then_some(()));
        assert!(net.is_associated());
        net.send_command(1, echo(99), None).unwrap();
        let (id, status) = recorder.log.wait(|_, event| match event {
            Event::Message(message) => {
                Some((message.command.message_id_being_responded_to(), message.command.status()))
            }
            _ => None,
        });
        assert_eq!((id, status), (Some(99), Some(0)));
        net.release_request().unwrap();
        recorder.log.wait(|_, event| matches!(event, Event::ReleaseResponse).then_some(()));
        assert_eq!(recorder.log.closed().1, Code::Success);
        listener.server_close();
    }
}

#[test]
fn a_refused_port_is_35() {
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    let (_held, port) = refusing();
    let error = net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(DEADLINE)).unwrap_err();
    assert_eq!(error.code(), Code::NetConnectionRefused);
    assert_eq!(outcome(&recorder), Code::NetConnectionRefused);
    until("the object is free", || !net.is_activated());
    // It connects at the next try.
    let server = Server::start();
    net.connect_wait(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4, Some(DEADLINE))
        .unwrap();
    net.close();
}

#[test]
fn the_code_of_a_failure_is_the_one_that_the_hook_is_told() {
    for (local, peer, ip, codes) in [
        ("", "no-such-host.invalid", IpType::V4, &[Code::NetHostNotFound, Code::NetTryAgain][..]),
        ("no-such-host.invalid", "127.0.0.1", IpType::V4, &[Code::NetHostNotFound, Code::NetTryAgain]),
        ("203.0.113.7", "127.0.0.1", IpType::V4, &[Code::NetAddressNotAvailable]),
        ("127.0.0.1", "::1", IpType::V4OrV6, &[Code::Ipv4Ipv6Conflict]),
    ] {
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        let (_held, port) = refusing();
        net.connect(local.as_bytes(), 0, peer.as_bytes(), port, ip).unwrap();
        let code = outcome(&recorder);
        assert!(codes.contains(&code), "{local} to {peer}: {code:?}");
        until("the object is free", || !net.is_activated());
    }
}

#[test]
fn what_is_known_to_be_wrong_is_said_at_once() {
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    let code = |local: &str, local_port, peer: &str, peer_port, ip| {
        net.connect(local.as_bytes(), local_port, peer.as_bytes(), peer_port, ip).unwrap_err().code()
    };
    assert_eq!(code("", 0, "127.0.0.1", 65_536, IpType::V4), Code::Parameter);
    assert_eq!(code("", 65_536, "127.0.0.1", 104, IpType::V4), Code::Parameter);
    assert_eq!(code("", 0, "", 104, IpType::V4), Code::NetDestinationRequired);
    assert_eq!(code("", 0, "*", 104, IpType::V4), Code::NetDestinationRequired);
    assert_eq!(code("", 0, "127.0.0.1", 104, IpType::V6), Code::Ipv4Ipv6Conflict);
    assert_eq!(code("", 0, "::1", 104, IpType::V4), Code::Ipv4Ipv6Conflict);
    assert_eq!(code("::1", 0, "127.0.0.1", 104, IpType::V4), Code::Ipv4Ipv6Conflict);
    assert_eq!(code("", 0, "fe80::1", 104, IpType::V6), Code::Parameter);
    assert!(!net.is_activated());
    assert_eq!(recorder.log.all().len(), 0);
}

#[test]
fn an_object_in_use_cannot_connect() {
    let server = Server::start();
    let connects = |net: &Net| {
        net.connect(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4)
            .map_err(|error| error.code())
    };
    assert_eq!(connects(&server.net), Err(Code::NetIsConnected));
    let net = Net::new(Recorder::usual());
    connects(&net).unwrap();
    assert_eq!(connects(&net), Err(Code::NetIsConnected));
    net.close();
    connects(&net).unwrap();
    net.close();
}

#[test]
fn names_and_both_versions_find_the_one_that_listens() {
    let server = Server::start();
    for ip in [IpType::V4, IpType::V4OrV6] {
        let net = Net::new(Recorder::usual());
        let port = u32::from(server.address.port());
        net.connect_wait(b"", 0, b"localhost", port, ip, Some(DEADLINE)).unwrap();
        assert_eq!(net.peer_info().unwrap().0, "127.0.0.1");
        net.close();
    }
}

#[test]
fn the_local_end_may_be_chosen() {
    let server = Server::start();
    let peer_port = u32::from(server.address.port());
    let connects = |port| {
        let net = Net::new(Recorder::usual());
        net.connect_wait(b"127.0.0.1", port, b"127.0.0.1", peer_port, IpType::V4, Some(DEADLINE))?;
        assert_eq!(net.host_info().unwrap(), ("127.0.0.1".to_owned(), u16::try_from(port).unwrap()));
        // A reset leaves no TIME_WAIT, so that the very same connection can be made again.
        net.close_forced(true);
        Ok::<_, ldicomnet::Error>(())
    };
    let mut outcomes = (0..10).map(|_| {
        let port = u32::from(TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
        connects(port).and_then(|()| connects(port)).map_err(|error| error.code())
    });
    // Another process or test may be faster to take a port that was free just now.
    let outcome = outcomes.find(|outcome| *outcome != Err(Code::NetAddressInUse));
    assert_eq!(outcome, Some(Ok(())));
}

/// A port whose backlog is full: the system drops what comes.
fn full_backlog() -> (Socket, Vec<Socket>, u32) {
    let (listener, fillers) = full_backlog_at("127.0.0.1:0".parse().unwrap());
    let port = u32::from(listener.local_addr().unwrap().as_socket().unwrap().port());
    (listener, fillers, port)
}

pub(crate) fn full_backlog_at(address: SocketAddr) -> (Socket, Vec<Socket>) {
    let socket = || Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    let listener = socket();
    listener.bind(&address.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut fillers = Vec::new();
    // One that is late on a busy machine is no sign yet; two in a row are.
    let mut unanswered = 0;
    while unanswered < 2 {
        let filler = socket();
        match filler.connect_timeout(&address, Duration::from_millis(100 + 300 * unanswered)) {
            Ok(()) => unanswered = 0,
            Err(_) => unanswered += 1,
        }
        fillers.push(filler);
    }
    (listener, fillers)
}

#[test]
fn an_attempt_without_an_answer_times_out() {
    let (_listener, _fillers, port) = full_backlog();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    let time = Duration::from_millis(200);
    net.update_settings(|settings| settings.connect_timeout = time);
    let begun = Instant::now();
    net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
    assert_eq!(outcome(&recorder), Code::NetTimeOut);
    assert!(begun.elapsed() >= time && begun.elapsed() < DEADLINE);
}

#[test]
fn connect_wait_gives_up_when_its_time_is_over() {
    let (_listener, _fillers, port) = full_backlog();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    for time in [Duration::ZERO, Duration::from_millis(150)] {
        let begun = Instant::now();
        let error = net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(time)).unwrap_err();
        assert_eq!(error.code(), Code::NetTimeOut);
        assert!(begun.elapsed() >= time && begun.elapsed() < DEADLINE);
        assert!(!net.is_activated());
    }
    assert_eq!(recorder.log.all().len(), 0, "a hook came after the attempt was given up");
}

#[test]
fn close_gives_an_attempt_up_without_a_hook() {
    let (_listener, _fillers, port) = full_backlog();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
    net.close();
    // One that waits is released by a close from another thread.
    let waiting = net.clone();
    let thread =
        std::thread::spawn(move || waiting.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, None));
    until("it is under way", || net.is_activated());
    net.close();
    assert_eq!(thread.join().unwrap().unwrap_err().code(), Code::NetConnectionAborted);
    assert_eq!(recorder.log.all().len(), 0);
}

/// Everything that sends, each by its name.
fn all_sends(net: &Net) -> Vec<(&'static str, Result<(), Code>)> {
    let answer = Associate::new(AssociateForm::Accept);
    let abort = Abort { source: 0, reason: 0 };
    let reject = Rejection { result: 1, source: 1, reason: 1 };
    let outcomes = [
        ("associate_accept", net.associate_accept(&answer)),
        ("associate_reject", net.associate_reject(reject)),
        ("send_command", net.send_command(1, echo(1), None)),
        ("release_response", net.release_response()),
        ("release_request", net.release_request()),
        ("abort", net.abort(abort)),
        ("associate_request", net.associate_request(&verification())),
    ];
    outcomes.into_iter().map(|(name, outcome)| (name, outcome.map_err(|error| error.code()))).collect()
}

#[test]
fn nothing_is_sent_before_connecting_and_after_closing() {
    let is_not_connected = |net: &Net| {
        for (name, outcome) in all_sends(net) {
            assert_eq!(outcome, Err(Code::NetNotConnected), "{name}");
        }
    };
    let net = Net::new(Recorder::usual());
    is_not_connected(&net);
    let server = Server::start();
    is_not_connected(&server.net);
    net.connect_wait(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4, None).unwrap();
    net.close();
    is_not_connected(&net);
}

#[test]
fn nothing_that_the_state_does_not_allow_is_sent() {
    let host = Host::new();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let mut peer = host.accept();
    // Connected, no association: the last one is the request itself.
    let outcomes = all_sends(&net);
    let (request, others) = outcomes.split_last().unwrap();
    assert!(others.iter().all(|(_, outcome)| *outcome == Err(Code::NetInvalid)), "{others:?}");
    assert_eq!(request.1, Ok(()));
    assert_eq!(peer.pdu()[0], 1, "only the request came");
    assert_eq!(net.associate_request(&verification()).unwrap_err().code(), Code::NetInvalid);
    peer.send(&wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]));
    until("it is associated", || net.is_associated());
    assert_eq!(net.send_command(3, echo(1), None).unwrap_err().code(), Code::PduId);
    assert_eq!(net.release_response().unwrap_err().code(), Code::NetInvalid);
    net.release_request().unwrap();
    peer.is_answered(&wire::release_rq());
    assert_eq!(net.send_command(1, echo(1), None).unwrap_err().code(), Code::NetInvalid);
    assert_eq!(net.release_request().unwrap_err().code(), Code::NetInvalid);
    peer.send(&wire::release_rp());
    peer.is_closed();
    recorder.log.closed();
    for (name, outcome) in all_sends(&net) {
        assert_eq!(outcome, Err(Code::NetNotConnected), "{name}");
    }
}

#[test]
fn objects_of_the_wrong_form_and_bad_values_are_refused() {
    let host = Host::new();
    let net = Net::new(Recorder::usual());
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let code = |request: &Associate| net.associate_request(request).unwrap_err().code();
    assert_eq!(code(&Associate::new(AssociateForm::Accept)), Code::PduType);
    let mut without_transfer_syntax = Associate::new(AssociateForm::Request);
    without_transfer_syntax.add_context(1, 0, wire::VERIFICATION).unwrap();
    assert_eq!(code(&without_transfer_syntax), Code::PduId);
    assert_eq!(code(&Associate::new(AssociateForm::Request)), Code::Parameter);
    net.close();
    host.accept().is_closed();

    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) => {
            assert_eq!(net.associate_accept(request).unwrap_err().code(), Code::PduType);
            let mut answer = crate::support::hooks::accepting(request);
            answer.add_context(9, 0, b"1.2.3").unwrap();
            answer.add_transfer_syntax(9, wire::IMPLICIT).unwrap();
            assert_eq!(net.associate_accept(&answer).unwrap_err().code(), Code::PduId);
            let none = Rejection { result: 9, source: 9, reason: 9 };
            assert_eq!(net.associate_reject(none).unwrap_err().code(), Code::Parameter);
            assert_eq!(net.abort(Abort { source: 1, reason: 0 }).unwrap_err().code(), Code::Parameter);
            Then::Usual
        }
        _ => Then::Usual,
    });
    server.associated().echoes(1);
}

#[test]
fn a_release_collision_is_settled_on_both_sides() {
    let server = Server::start();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect_wait(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4, None).unwrap();
    net.associate_request(&verification()).unwrap();
    until("both are associated", || {
        net.is_associated() && server.net.client(0).is_some_and(|client| client.is_associated())
    });
    let client = server.net.client(0).unwrap();
    // The second may be late, and then it is no collision: its own request is refused.
    net.release_request().unwrap();
    if let Err(error) = client.release_request() {
        assert!(matches!(error.code(), Code::NetInvalid | Code::NetNotConnected), "{error}");
    }
    assert_eq!(recorder.log.closed().1, Code::Success);
    assert_eq!(server.log.closed().1, Code::Success);
}

#[test]
fn an_acceptor_yields_in_a_release_collision() {
    let server = Server::start();
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    client.release_request().unwrap();
    peer.is_answered(&wire::release_rq());
    // Sta9 to Sta12: the requestor answers first, PS3.8 9.2.
    peer.send(&wire::release_rq());
    server.log.wait(|_, event| matches!(event, Event::ReleaseRequest).then_some(()));
    peer.send(&wire::release_rp());
    peer.is_answered(&wire::release_rp());
    server.log.wait(|_, event| matches!(event, Event::ReleaseResponse).then_some(()));
}

#[test]
fn a_request_that_is_never_answered_is_aborted() {
    let host = Host::new();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    let time = Duration::from_millis(200);
    net.update_settings(|settings| settings.response_timeout = time);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let mut peer = host.accept();
    let begun = Instant::now();
    net.associate_request(&verification()).unwrap();
    assert_eq!(peer.pdu()[0], 1);
    peer.is_answered(&wire::abort(0, 0));
    assert!(begun.elapsed() >= time);
    assert_eq!(recorder.log.closed().1, Code::NetTimeOut);
}

#[test]
fn a_reject_and_an_abort_reach_the_requestor() {
    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(_) => {
            net.associate_reject(Rejection { result: 2, source: 3, reason: 2 }).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect_wait(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4, None).unwrap();
    net.associate_request(&verification()).unwrap();
    let rejection = recorder.log.wait(|_, event| match event {
        Event::AssociateReject(rejection) => Some(*rejection),
        _ => None,
    });
    assert_eq!(rejection, Rejection { result: 2, source: 3, reason: 2 });
    assert_eq!(recorder.log.closed().1, Code::Success);

    let host = Host::new();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, None).unwrap();
    let mut peer = host.accept();
    net.associate_request(&verification()).unwrap();
    peer.pdu();
    peer.send(&wire::abort(2, 1));
    let abort = recorder.log.wait(|_, event| match event {
        Event::Abort(abort) => Some(*abort),
        _ => None,
    });
    assert_eq!(abort, Abort { source: 2, reason: 1 });
    peer.is_closed();
    recorder.log.closed();
}

#[test]
fn a_peer_that_answers_what_was_not_asked_is_aborted() {
    for answer in [
        wire::associate_ac(16_384, &[wire::answered_context(3, 0, wire::IMPLICIT)]),
        wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::EXPLICIT)]),
        wire::associate_ac(16_384, &[wire::answered_context(1, 0, b"")]),
    ] {
        let host = Host::new();
        let net = Net::new(Recorder::usual());
        net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, None).unwrap();
        let mut peer = host.accept();
        net.associate_request(&verification()).unwrap();
        peer.pdu();
        peer.send(&answer);
        peer.is_answered(&wire::abort(2, 6));
        net.close();
    }
    // Before anything was asked, everything is.
    let host = Host::new();
    let net = Net::new(Recorder::usual());
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, None).unwrap();
    let mut peer = host.accept();
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::abort(2, 2));
    net.close();
}

#[test]
fn sends_while_another_thread_closes_succeed_or_say_that_it_is_closed() {
    let server = Server::start();
    for _ in 0..30 {
        let mut peer = server.associated();
        let client = server.net.client(server.net.client_count() - 1).unwrap();
        let senders: Vec<_> = (0..2)
            .map(|_| {
                let client = client.clone();
                std::thread::spawn(move || {
                    loop {
                        match client.send_command(1, echo(1), None) {
                            Ok(()) => {}
                            Err(error) => return error.code(),
                        }
                    }
                })
            })
            .collect();
        // A sender is at it.
        peer.is_answered(&wire::echo_rq(1, 1));
        let closing = client.clone();
        let closer = std::thread::spawn(move || closing.close());
        read_whole_pdus(&mut peer);
        closer.join().unwrap();
        for sender in senders {
            assert_eq!(sender.join().unwrap(), Code::NetNotConnected);
        }
    }
}

/// Reads to the end; no PDU is cut in two.
fn read_whole_pdus(peer: &mut Peer) {
    use std::io::Read;
    let mut bytes = Vec::new();
    peer.stream.read_to_end(&mut bytes).unwrap();
    let one = wire::echo_rq(1, 1);
    assert_eq!(bytes.len() % one.len(), 0);
    assert!(bytes.chunks(one.len()).all(|pdu| pdu == one));
}
