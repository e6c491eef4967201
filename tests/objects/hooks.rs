//! What a hook may count on: order, panics, answers by default, and that it delays nobody
//! but its own object.

use crate::support::hooks::{Entry, Event, Server, Then};
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND, LAST};
use crate::support::{DEADLINE, process, until};
use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, IpType, Message, Net};
use ldicomnet::pdu::{Abort, Associate, Rejection};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

fn names(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| {
            let text = format!("{:?}", entry.event);
            text.split(['(', ' ']).next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn hooks_come_in_order() {
    let server = Server::start();
    let mut peer = server.associated();
    peer.echoes(1);
    peer.releases();
    drop(peer);
    server.log.closed();
    let expected = [
        "Condition",
        "Accept",
        "Receive",
        "AssociateRequest",
        "Send",
        "Receive",
        "Data",
        "Message",
        "BeforeSend",
        "Send",
        "Receive",
        "ReleaseRequest",
        "Send",
        "Close",
    ];
    assert_eq!(names(&server.log.all()), expected);
    let sizes: Vec<_> = server
        .log
        .all()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Receive(pdu_type, bytes) => Some((pdu_type, bytes)),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [(1, wire::associate_rq().len()), (4, wire::echo_rq(1, 1).len()), (5, 10)]);
    let sent: Vec<_> = server
        .log
        .all()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Send(code, pdu_type, bytes) => Some((code, pdu_type, bytes as usize)),
            _ => None,
        })
        .collect();
    assert_eq!(sent[1..], [(Code::Success, 4, wire::echo_rsp(1, 1).len()), (Code::Success, 6, 10)]);
}

/// Hooks that notice when two run at once.
#[derive(Default)]
struct Exclusive {
    inside: AtomicBool,
    broken: Arc<AtomicBool>,
}

impl Exclusive {
    fn enter(&self) {
        if self.inside.swap(true, Ordering::SeqCst) {
            self.broken.store(true, Ordering::SeqCst);
        }
        std::thread::yield_now();
        self.inside.store(false, Ordering::SeqCst);
    }
}

impl Hooks for Exclusive {
    fn on_accept(&self, net: &Net, _code: Code) {
        self.enter();
        let client = Self { broken: Arc::clone(&self.broken), ..Self::default() };
        net.accept(&Net::new(Arc::new(client))).unwrap();
    }

    fn on_receive(&self, _net: &Net, _code: Code, _pdu_type: u8, _bytes: &[u8]) {
        self.enter();
    }

    fn on_send(&self, _net: &Net, _code: Code, _pdu_type: u8, _bytes: u32) {
        self.enter();
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        self.enter();
        net.associate_accept(&crate::support::hooks::accepting(request)).unwrap();
    }

    fn on_message(&self, net: &Net, _message: &Message) {
        self.enter();
        net.answer_by_default();
    }

    fn on_close(&self, _net: &Net, _code: Code, _client: &Net) {
        self.enter();
    }
}

#[test]
fn hooks_of_one_object_never_run_at_the_same_time() {
    let hooks = Exclusive::default();
    let broken = Arc::clone(&hooks.broken);
    let listener = Net::new(Arc::new(hooks));
    listener.listen(b"127.0.0.1", 0, 64, IpType::V4).unwrap();
    let address = crate::support::hooks::address_of(&listener);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                for _ in 0..20 {
                    let mut peer = Peer::associated(address);
                    peer.send(&(0..20).flat_map(|id| wire::echo_rq(1, id)).collect::<Vec<_>>());
                    for id in 0..20 {
                        peer.is_answered(&wire::echo_rsp(1, id));
                    }
                }
            })
        })
        .collect();
    // Sends from outside raise on_send of the same objects meanwhile.
    until("clients are there", || listener.client_count() > 0);
    for _ in 0..200 {
        if let Some(client) = listener.client(0) {
            let _refused_when_it_has_gone = client.release_response();
        }
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(!broken.load(Ordering::SeqCst));
    listener.server_close();
}

#[test]
fn a_hook_that_fails_in_on_condition_or_on_accept_rejects_that_connection_only() {
    for name in ["Condition", "Accept"] {
        let first = AtomicBool::new(true);
        let server = Server::with_script(move |_, event| {
            let hit = format!("{event:?}").starts_with(name) && first.swap(false, Ordering::SeqCst);
            if hit { Then::Fail } else { Then::Usual }
        });
        Peer::is_refused_by(server.address);
        until("nobody waits", || server.net.pending_count() == 0);
        server.associated().echoes(1);
    }
}

#[test]
fn a_hook_that_fails_after_it_accepted_rejects_nobody() {
    let server = Server::with_script(|net, event| match event {
        Event::Accept(_) => {
            net.accept(&Net::new(Arc::clone(net.hooks()))).unwrap();
            Then::Fail
        }
        _ => Then::Usual,
    });
    server.associated().echoes(1);
}

#[test]
fn a_hook_that_fails_elsewhere_aborts_its_own_association_only() {
    for name in ["Receive", "AssociateRequest", "Send", "Data", "Message", "BeforeSend", "ReleaseRequest"] {
        let (armed, spared) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (fails, spares) = (Arc::clone(&armed), Arc::clone(&spared));
        let server = Server::with_script(move |net, event| {
            let may_hit = format!("{event:?}").starts_with(name) && net.id() != spares.load(Ordering::SeqCst);
            if may_hit && fails.swap(false, Ordering::SeqCst) { Then::Fail } else { Then::Usual }
        });
        let mut other = server.associated();
        // Its last hooks may still come.
        spared.store(server.net.client(0).unwrap().id(), Ordering::SeqCst);
        let mut peer = server.peer();
        let mut answers = Vec::new();
        if name == "Receive" {
            // Before there is an association only the connection can end; see below.
            answers.push(peer.associate(&wire::associate_rq())[0]);
            armed.store(true, Ordering::SeqCst);
        } else {
            armed.store(true, Ordering::SeqCst);
            peer.send(&wire::associate_rq());
        }
        peer.send(&[wire::echo_rq(1, 1), wire::release_rq()].concat());
        loop {
            let answer = peer.pdu();
            answers.push(answer[0]);
            if answer[0] == 7 {
                assert_eq!(answer, wire::abort(0, 0), "{name}");
                break;
            }
            assert!(answers.len() < 4, "{name}: {answers:?}");
        }
        peer.finish();
        peer.is_closed();
        other.echoes(2);
        server.associated().echoes(3);
    }
}

#[test]
fn a_hook_that_fails_before_there_is_an_association_ends_the_connection() {
    let server =
        Server::with_script(
            |_, event| if matches!(event, Event::Receive(..)) { Then::Fail } else { Then::Usual },
        );
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    peer.is_closed();
    assert_eq!(server.log.closed().1, Code::NetConnectionAborted);
}

#[test]
fn an_on_close_that_fails_does_no_harm() {
    let server =
        Server::with_script(
            |_, event| {
                if matches!(event, Event::Close(..)) { Then::Fail } else { Then::Usual }
            },
        );
    for _ in 0..3 {
        server.associated().echoes(1);
    }
    until("all are told", || server.log.count(|_, event| matches!(event, Event::Close(..))) == 3);
    assert_eq!(server.net.client_count(), 0);
    server.associated().echoes(1);
}

// Answers by default.

#[test]
fn the_default_answers_leave_no_peer_waiting() {
    struct Plain;
    impl Hooks for Plain {
        fn on_accept(&self, net: &Net, _code: Code) {
            net.accept(&Net::new(Arc::new(Self))).unwrap();
        }
    }
    let listener = Net::new(Arc::new(Plain));
    listener.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
    let mut peer = Peer::connect(crate::support::hooks::address_of(&listener));
    peer.send(&wire::associate_rq());
    // Permanent, service-user, no reason given.
    peer.is_answered(&wire::associate_rj(1, 1, 1));
    listener.server_close();
}

fn is_message(event: &Event) -> bool {
    matches!(event, Event::Message(_))
}

/// One echo, answered with this status, and nothing else until the next.
fn gets_one_answer(server: &Server, status: u16) {
    let mut peer = server.associated();
    for message_id in [1, 2] {
        peer.send(&wire::echo_rq(1, message_id));
        let answer = wire::response_command(wire::VERIFICATION, wire::C_ECHO_RSP, message_id, status);
        peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &answer));
    }
    peer.releases();
}

fn answer(net: &Net, event: &Event, status: u16) {
    if let Event::Message(message) = event {
        net.send_command(1, dimse::response_to(&message.command, status).unwrap(), None).unwrap();
    }
}

#[test]
fn an_answer_of_ones_own_before_or_after_the_base_is_the_only_one() {
    let after = Server::with_script(|net, event| {
        if is_message(event) {
            net.answer_by_default();
            answer(net, event, 0x0110);
            return Then::Nothing;
        }
        Then::Usual
    });
    gets_one_answer(&after, 0x0110);
    let before = Server::with_script(|net, event| {
        if is_message(event) {
            answer(net, event, 0x0111);
        }
        Then::Usual
    });
    gets_one_answer(&before, 0x0111);
    let in_on_data = Server::with_script(|net, event| {
        if let Event::Data(message) = event {
            answer(net, &Event::Message(message.clone()), 0x0112);
        }
        Then::Usual
    });
    gets_one_answer(&in_on_data, 0x0112);
}

#[test]
fn the_base_called_twice_answers_once() {
    let server = Server::with_script(|net, event| {
        if is_message(event) {
            net.answer_by_default();
            net.answer_by_default();
        }
        Then::Usual
    });
    gets_one_answer(&server, 0);
}

#[test]
fn an_answer_to_another_message_is_not_an_answer_to_this_one() {
    let server = Server::with_script(|net, event| {
        if let Event::Message(message) = event
            && message.command.message_id() == Some(2)
        {
            let late = dimse::c_echo_rsp(1, wire::VERIFICATION, 0);
            net.send_command(1, late, None).unwrap();
        } else if is_message(event) {
            return Then::Nothing;
        }
        Then::Usual
    });
    let mut peer = server.associated();
    peer.send(&[wire::echo_rq(1, 1), wire::echo_rq(1, 2)].concat());
    peer.is_answered(&wire::echo_rsp(1, 1));
    peer.is_answered(&wire::echo_rsp(1, 2));
}

#[test]
fn association_and_release_are_answered_once_too() {
    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) => {
            net.answer_by_default();
            net.associate_accept(&crate::support::hooks::accepting(request)).unwrap();
            Then::Nothing
        }
        Event::ReleaseRequest => {
            net.release_response().unwrap();
            Then::Usual
        }
        _ => Then::Usual,
    });
    let mut peer = server.associated();
    peer.echoes(1);
    peer.releases();
    peer.finish();
    peer.is_closed();
    let rejecting = Server::with_script(|net, event| match event {
        Event::AssociateRequest(_) => {
            net.answer_by_default();
            net.associate_reject(Rejection { result: 2, source: 1, reason: 7 }).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let mut peer = rejecting.peer();
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::associate_rj(2, 1, 7));
    peer.finish();
    peer.is_closed();
    let aborting = Server::with_script(|net, event| match event {
        Event::AssociateRequest(_) => {
            net.answer_by_default();
            net.abort(Abort { source: 0, reason: 0 }).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let mut peer = aborting.peer();
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::abort(0, 0));
    peer.finish();
    peer.is_closed();
}

#[test]
fn a_request_may_be_answered_long_after_its_hook_from_any_thread() {
    let server = Server::with_script(|_, event| if is_message(event) { Then::Nothing } else { Then::Usual });
    let mut peer = server.associated();
    peer.send(&[wire::echo_rq(1, 1), wire::echo_rq(1, 2)].concat());
    until("both are there", || server.log.count(|_, event| is_message(event)) == 2);
    let client = server.net.client(0).unwrap();
    // Outside a hook it does nothing.
    client.answer_by_default();
    for message_id in [2, 1] {
        client.send_command(1, dimse::c_echo_rsp(message_id, wire::VERIFICATION, 0), None).unwrap();
        peer.is_answered(&wire::echo_rsp(1, message_id));
    }
}

#[test]
fn the_command_set_may_be_changed_before_it_is_sent() {
    struct Commenting;
    impl Hooks for Commenting {
        fn on_accept(&self, net: &Net, _code: Code) {
            net.accept(&Net::new(Arc::new(Self))).unwrap();
        }
        fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
            net.associate_accept(&crate::support::hooks::accepting(request)).unwrap();
        }
        fn on_before_send_command_set(&self, _net: &Net, command: &mut dimse::CommandSet) {
            command.set_text(0x0902, b"comment");
        }
    }
    let listener = Net::new(Arc::new(Commenting));
    listener.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
    let mut peer = Peer::associated(crate::support::hooks::address_of(&listener));
    peer.send(&wire::echo_rq(1, 1));
    let pdu = peer.pdu();
    let (_, _, command) = wire::pdvs(&pdu).remove(0);
    let mut expected = wire::response_command(wire::VERIFICATION, wire::C_ECHO_RSP, 1, 0);
    expected.extend(wire::element(0x0902, b"comment "));
    let length = u32::try_from(expected.len() - 12).unwrap();
    expected[8..12].copy_from_slice(&length.to_le_bytes());
    assert_eq!(command, expected);
    listener.server_close();
}

// Nobody waits for another.

/// A gate that hooks wait at.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let open = self.open.lock().unwrap();
        let waited = self.opened.wait_timeout_while(open, DEADLINE * 2, |open| !*open).unwrap();
        assert!(!waited.1.timed_out(), "nobody opened the gate");
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

#[test]
fn blocked_hooks_delay_no_other_connection() {
    const BLOCKED: usize = 24;
    let gate = Arc::new(Gate::default());
    let blocked = Arc::clone(&gate);
    let server = Server::with_script(move |_, event| {
        if let Event::Message(message) = event
            && message.command.message_id() == Some(666)
        {
            blocked.pass();
        }
        Then::Usual
    });
    let mut witness = server.associated();
    let mut peers: Vec<_> = (0..BLOCKED).map(|_| server.associated()).collect();
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(&wire::echo_rq(1, 666));
        // The old ones and the new ones are served, however many hooks block.
        witness.echoes(u16::try_from(number).unwrap());
    }
    for _ in 0..10 {
        let mut new = server.associated();
        new.echoes(1);
        new.releases();
    }
    assert_eq!(
        server.log.count(
            |_, event| matches!(event, Event::Message(message) if message.command.message_id() == Some(666))
        ),
        BLOCKED
    );
    gate.open();
    peers.iter_mut().for_each(|peer| peer.is_answered(&wire::echo_rsp(1, 666)));
}

#[test]
fn of_two_turns_asked_for_at_once_a_blocked_one_does_not_delay_the_other() {
    let gate: Arc<Mutex<Arc<Gate>>> = Arc::default();
    let (first, passed) = (Arc::new(AtomicU64::new(0)), Arc::clone(&gate));
    let blocks = Arc::clone(&first);
    let server = Server::with_script(move |net, event| {
        if matches!(event, Event::Send(_, 4, _)) && net.id() == blocks.load(Ordering::SeqCst) {
            let gate = Arc::clone(&passed.lock().unwrap());
            gate.pass();
        }
        Then::Usual
    });
    let _peers: Vec<_> = (0..2).map(|_| server.associated()).collect();
    let clients = [0, 1].map(|index| server.net.client(index).unwrap());
    first.store(clients[0].id(), Ordering::SeqCst);
    let (_never_told, quiet) = mpsc::channel::<()>();
    for round in 1..=40 {
        // Long enough for every thread of the library to have gone to sleep.
        quiet.recv_timeout(Duration::from_millis(15)).unwrap_err();
        *gate.lock().unwrap() = Arc::default();
        for client in &clients {
            client.send_command(1, dimse::c_echo_rsp(round, wire::VERIFICATION, 0), None).unwrap();
        }
        let sends = |client: &Net| {
            let is_send =
                |net: &Net, event: &Event| net.id() == client.id() && matches!(event, Event::Send(_, 4, _));
            server.log.count(is_send) == usize::from(round)
        };
        until("the second is told of its send", || sends(&clients[1]));
        gate.lock().unwrap().open();
        until("the first is, too", || sends(&clients[0]));
    }
}

#[test]
fn a_blocked_listener_hook_delays_no_connection_that_is_there() {
    let gate = Arc::new(Gate::default());
    let (blocked, armed) = (Arc::clone(&gate), Arc::new(AtomicBool::new(false)));
    let (enter, entered) = mpsc::channel();
    let blocks = Arc::clone(&armed);
    let server = Server::with_script(move |_, event| {
        if matches!(event, Event::Accept(_)) && blocks.swap(false, Ordering::SeqCst) {
            enter.send(()).unwrap();
            blocked.pass();
        }
        Then::Usual
    });
    let mut witness = server.associated();
    armed.store(true, Ordering::SeqCst);
    let mut waits = server.peer();
    entered.recv().unwrap();
    // Those that come meanwhile are taken from the system, whose backlog stays empty.
    let mut later: Vec<_> = (0..200).map(|_| server.peer()).collect();
    witness.echoes(1);
    gate.open();
    waits.associate(&wire::associate_rq());
    later.iter_mut().for_each(|peer| drop(peer.associate(&wire::associate_rq())));
}

#[test]
fn a_thousand_idle_or_half_pdu_connections_delay_nobody() {
    let wanted = process::connections(1000);
    let server = Server::start();
    let request = wire::associate_rq();
    let mut idle = Vec::new();
    for number in 0..wanted {
        let mut peer = server.peer();
        match number % 4 {
            0 => {}
            1 => peer.send(&request[..request.len() / 2]),
            2 => drop(peer.associate(&request)),
            _ => {
                peer.associate(&request);
                let echo = wire::echo_rq(1, 1);
                peer.send(&echo[..echo.len() - 1]);
            }
        }
        idle.push(peer);
    }
    until("all are accepted", || server.net.client_count() as usize == wanted);
    let begun = Instant::now();
    for message_id in 0..20 {
        let mut peer = server.associated();
        peer.echoes(message_id);
        peer.releases();
    }
    let took = begun.elapsed();
    assert!(took < DEADLINE / 2, "twenty associations took {took:?}");
    // Those that were half there go on where they were.
    for (number, peer) in idle.iter_mut().enumerate() {
        if number % 4 == 3 {
            peer.send(wire::echo_rq(1, 1).last_chunk::<1>().unwrap());
            peer.is_answered(&wire::echo_rsp(1, 1));
        }
    }
}
