//! A peer that reads slowly or not at all: what is queued, who waits, who is refused.

use crate::support::hooks::{Event, Log, Recorder, Server, Then};
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND, LAST};
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::dimse::{self, CommandSet};
use ldicomnet::engine::{IpType, Net, Settings};
use ldicomnet::pdu::{Associate, AssociateForm, AsynchronousOperations};
use socket2::{Domain, Socket, Type};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A response with a data set: no window keeps it back.
fn found(message_id: u16) -> CommandSet {
    let mut command = dimse::c_echo_rsp(message_id, wire::CT_STORAGE, 0xFF00);
    command.set_u16(dimse::element::COMMAND_FIELD, 0x8020);
    command.set_u16(dimse::element::COMMAND_DATA_SET_TYPE, 1);
    command
}

/// A small system buffer, so that little is enough to fill it. A smaller one would have no
/// room for two segments of loopback, and each would wait for a delayed acknowledgement.
fn small(settings: &mut Settings) {
    settings.socket.send_buffer_bytes = 256 << 10;
}

const CHUNK: usize = 512 << 10;

/// More than the system's buffers of both ends hold.
const MORE_THAN_THE_SYSTEM: usize = 24 << 20;

#[test]
fn large_messages_queued_in_a_hook_go_out_whole_and_in_order() {
    const MESSAGES: u16 = 12;
    let server = Server::with_script(|net, event| {
        if let Event::Message(_) = event {
            for message_id in 0..MESSAGES {
                net.send_command(1, found(message_id), Some(vec![message_id as u8; 2 << 20].into())).unwrap();
            }
        }
        Then::Usual
    });
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 77));
    let client = server.net.client(0).unwrap();
    until("it is queued", || client.queued_bytes() > 0);
    for message_id in 0..MESSAGES {
        let mut read = 0;
        let mut commands = 0;
        while read < 2 << 20 {
            for (_, control, bytes) in wire::pdvs(&peer.pdu()) {
                if control & COMMAND != 0 {
                    let command = CommandSet::parse(&bytes).unwrap();
                    assert_eq!(command.message_id_being_responded_to(), Some(message_id));
                    commands += 1;
                } else {
                    assert!(bytes.iter().all(|byte| *byte == message_id as u8));
                    read += bytes.len();
                    assert_eq!(control & LAST != 0, read == 2 << 20);
                }
            }
        }
        assert_eq!(commands, 1);
    }
    // The default answer to the echo comes behind what its hook has queued.
    peer.is_answered(&wire::echo_rsp(1, 77));
    assert_eq!(client.queued_bytes(), 0);
    peer.releases();
    // And each PDU was told once it was out, in full.
    let bytes: usize = server
        .log
        .all()
        .iter()
        .map(|entry| match entry.event {
            Event::Send(Code::Success, 4, bytes) => bytes as usize,
            _ => 0,
        })
        .sum();
    assert!(bytes > usize::from(MESSAGES) * (2 << 20));
}

#[test]
fn what_came_together_is_answered_in_order_and_told() {
    const REQUESTS: u16 = 40;
    let server = Server::start();
    let mut peer = server.associated();
    let requests: Vec<u8> = (1..=REQUESTS).flat_map(|message_id| wire::echo_rq(1, message_id)).collect();
    peer.send(&requests);
    for message_id in 1..=REQUESTS {
        peer.is_answered(&wire::echo_rsp(1, message_id));
    }
    peer.releases();
    let sent = server.log.count(|_, event| matches!(event, Event::Send(Code::Success, 4, _)));
    assert_eq!(sent, usize::from(REQUESTS));
}

#[test]
fn an_answer_does_not_wait_for_the_hook_of_what_came_with_its_request() {
    let (go_on, may_go_on) = mpsc::channel();
    let may_go_on = Mutex::new(may_go_on);
    let server = Server::with_script(move |_, event| {
        if let Event::Message(message) = event
            && message.command.message_id() == Some(2)
        {
            may_go_on.lock().unwrap().recv_timeout(DEADLINE).unwrap();
        }
        Then::Usual
    });
    let mut peer = server.associated();
    let requests: Vec<u8> = (1..=3).flat_map(|message_id| wire::echo_rq(1, message_id)).collect();
    peer.send(&requests);
    peer.is_answered(&wire::echo_rsp(1, 1));
    go_on.send(()).unwrap();
    peer.is_answered(&wire::echo_rsp(1, 2));
    peer.is_answered(&wire::echo_rsp(1, 3));
    peer.releases();
}

#[test]
fn an_abort_behind_several_answers_follows_them() {
    let server = Server::with_script(|net, event| {
        if let Event::Message(message) = event
            && message.command.message_id() == Some(3)
        {
            net.abort(ldicomnet::pdu::Abort { source: 0, reason: 0 }).unwrap();
            return Then::Nothing;
        }
        Then::Usual
    });
    let mut peer = server.associated();
    let requests: Vec<u8> = (1..=4).flat_map(|message_id| wire::echo_rq(1, message_id)).collect();
    peer.send(&requests);
    peer.is_answered(&wire::echo_rsp(1, 1));
    peer.is_answered(&wire::echo_rsp(1, 2));
    assert_eq!(peer.pdu().first(), Some(&7));
}

/// Sends from a thread of its own until it is told otherwise; counts what was accepted.
fn sender(client: &Net) -> (mpsc::Receiver<usize>, std::thread::JoinHandle<Code>) {
    let (tell, told) = mpsc::channel();
    let client = client.clone();
    let thread = std::thread::spawn(move || {
        for count in 1.. {
            if let Err(error) = client.send_command(1, found(1), Some(vec![0x11; CHUNK].into())) {
                return error.code();
            }
            let _nobody_may_listen_any_more = tell.send(count);
        }
        unreachable!("it sends for ever")
    });
    (told, thread)
}

/// How many messages were taken when no more are for a while.
fn settled(told: &mpsc::Receiver<usize>) -> usize {
    let mut count = 0;
    while let Ok(more) = told.recv_timeout(Duration::from_millis(300)) {
        count = more;
        assert!(count * CHUNK < 256 << 20, "the queue has no bound");
    }
    count
}

#[test]
fn a_sender_outside_a_hook_waits_at_the_soft_limit_until_the_peer_reads() {
    let server = Server::with_settings(|settings| {
        small(settings);
        settings.queue_bytes_soft = 1 << 20;
    });
    let mut peer = server.associated();
    let client = server.net.client(0).unwrap();
    let (told, thread) = sender(&client);
    let before = settled(&told);
    let queued = client.queued_bytes() as usize;
    assert!(queued > 1 << 20 && queued < (1 << 20) + 2 * CHUNK, "{queued} bytes are queued");
    // As the peer reads, the sender goes on.
    let mut read = 0;
    while told.try_recv().is_err() {
        read += peer.pdu().len();
        assert!(read < MORE_THAN_THE_SYSTEM + (before + 8) * CHUNK);
    }
    client.close_forced(true);
    assert_eq!(thread.join().unwrap(), Code::NetNotConnected);
}

#[test]
fn a_sender_that_waits_is_released_by_a_close_or_the_peers_end() {
    for end in ["close", "close_forced", "the peer"] {
        let server = Server::with_settings(|settings| {
            small(settings);
            settings.linger = Duration::from_millis(100);
        });
        let peer = server.associated();
        let client = server.net.client(0).unwrap();
        let (told, thread) = sender(&client);
        settled(&told);
        match end {
            "close" => client.close(),
            "close_forced" => client.close_forced(true),
            _ => peer.reset(),
        }
        assert_eq!(thread.join().unwrap(), Code::NetNotConnected, "{end}");
    }
}

#[test]
fn a_sender_inside_a_hook_is_refused_at_the_hard_limit_and_nothing_is_lost() {
    const HARD: usize = 4 << 20;
    let outcomes: Arc<Mutex<Vec<Code>>> = Arc::default();
    let noted = Arc::clone(&outcomes);
    let server = Server::with(
        |settings| {
            small(settings);
            settings.queue_bytes_hard = HARD;
        },
        move |net, event| {
            if let Event::Message(_) = event {
                let mut outcomes = Vec::new();
                while outcomes.len() < 1000 && outcomes.last() != Some(&Code::NetNoBuffers) {
                    let outcome = net.send_command(1, found(1), Some(vec![0x22; CHUNK].into()));
                    outcomes.push(outcome.map_or_else(|error| error.code(), |()| Code::Success));
                }
                noted.lock().unwrap().extend(outcomes);
                return Then::Nothing;
            }
            Then::Usual
        },
    );
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    let client = server.net.client(0).unwrap();
    until("the hook was refused", || !outcomes.lock().unwrap().is_empty());
    assert!(client.queued_bytes() as usize <= HARD);
    let outcomes = outcomes.lock().unwrap().clone();
    let taken = outcomes.iter().filter(|code| **code == Code::Success).count();
    assert_eq!(outcomes[taken..], [Code::NetNoBuffers]);
    // What was taken arrives; the association is as good as before.
    let mut last_fragments = 0;
    while last_fragments < taken {
        let pdvs = wire::pdvs(&peer.pdu());
        last_fragments += pdvs.iter().filter(|(_, control, _)| control & (COMMAND | LAST) == LAST).count();
    }
    peer.releases();
}

#[test]
fn a_message_longer_than_the_hard_limit_goes_out_when_nothing_is_queued() {
    let server = Server::with(
        |settings| settings.queue_bytes_hard = 1000,
        |net, event| {
            if let Event::Message(_) = event {
                net.send_command(1, found(1), Some(vec![0x33; CHUNK].into())).unwrap();
                return Then::Nothing;
            }
            Then::Usual
        },
    );
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    while wire::pdvs(&peer.pdu())[0].1 != LAST {}
    peer.releases();
}

const STALL: Duration = Duration::from_millis(300);

#[test]
fn a_peer_that_reads_nothing_for_the_stall_time_is_reset() {
    let server = Server::with_settings(|settings| {
        small(settings);
        settings.stall_timeout = STALL;
    });
    let peer = server.associated();
    let client = server.net.client(0).unwrap();
    let begun = Instant::now();
    let (_told, thread) = sender(&client);
    let (told, code, ended) = server.log.closed();
    assert_eq!((told.id(), code, ended.id()), (server.net.id(), Code::NetTimeOut, client.id()));
    assert!(begun.elapsed() >= STALL && begun.elapsed() < DEADLINE);
    assert_eq!(thread.join().unwrap(), Code::NetNotConnected);
    // What did not go out is told, too.
    assert!(server.log.count(|_, event| matches!(event, Event::Send(Code::NetConnectionAborted, 4, _))) > 0);
    drop(peer);
}

#[test]
fn sending_more_does_not_put_the_stall_time_off() {
    let server = Server::with_settings(|settings| {
        small(settings);
        settings.stall_timeout = STALL;
        // No sender waits: each message is queued.
        settings.queue_bytes_soft = usize::MAX;
    });
    let _peer = server.associated();
    let client = server.net.client(0).unwrap();
    client.send_command(1, found(1), Some(vec![0; MORE_THAN_THE_SYSTEM].into())).unwrap();
    let begun = Instant::now();
    let (_never_told, pause) = mpsc::channel::<()>();
    while client.send_command(1, found(2), Some(vec![0; 16].into())).is_ok() {
        assert!(begun.elapsed() < DEADLINE, "a peer that reads nothing is kept for ever");
        // Oftener than the stall time.
        pause.recv_timeout(STALL / 10).unwrap_err();
    }
    assert_eq!(server.log.closed().1, Code::NetTimeOut);
}

#[test]
fn a_peer_that_reads_slowly_is_not_reset() {
    let server = Server::with(
        |settings| {
            small(settings);
            settings.stall_timeout = STALL * 4;
        },
        |net, event| {
            if let Event::Message(_) = event {
                net.send_command(1, found(1), Some(vec![0x44; MORE_THAN_THE_SYSTEM].into())).unwrap();
                return Then::Nothing;
            }
            Then::Usual
        },
    );
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    let begun = Instant::now();
    let (_never_told, pause) = mpsc::channel::<()>();
    let mut read = 0;
    while read < MORE_THAN_THE_SYSTEM {
        let pdvs = wire::pdvs(&peer.pdu());
        read += pdvs
            .iter()
            .filter(|(_, control, _)| control & COMMAND == 0)
            .map(|(_, _, bytes)| bytes.len())
            .sum::<usize>();
        // Twice the stall time in all, in small pauses.
        if begun.elapsed() < STALL * 8 {
            pause.recv_timeout(Duration::from_millis(20)).unwrap_err();
        }
    }
    peer.releases();
}

#[test]
fn a_peer_that_reads_nothing_delays_no_other() {
    let server = Server::with_settings(small);
    let _stuck: Vec<_> = (0..8)
        .map(|index| {
            let peer = server.associated();
            let client = server.net.client(index).unwrap();
            let sending = client.clone();
            let thread = std::thread::spawn(move || {
                while sending.send_command(1, found(1), Some(vec![0; CHUNK].into())).is_ok() {}
            });
            until("it is stuck", || client.queued_bytes() > 1 << 20);
            (peer, thread)
        })
        .collect();
    for message_id in 0..10 {
        let mut peer = server.associated();
        peer.echoes(message_id);
        peer.releases();
    }
}

#[test]
fn what_is_queued_goes_out_while_a_hook_runs() {
    // A hook that leaves the sending to another thread, and waits for it.
    let server = Server::with(small, |net, event| {
        if let Event::Message(message) = event
            && message.command.message_id() == Some(1)
        {
            let net = net.clone();
            let sending = std::thread::spawn(move || {
                for message_id in 100..116 {
                    net.send_command(1, found(message_id), Some(vec![0x55; 2 << 20].into())).unwrap();
                }
            });
            sending.join().unwrap();
        }
        Then::Usual
    });
    let mut peer = server.associated();
    peer.send(&wire::echo_rq(1, 1));
    // Input that cannot be served while the hook runs, and must not keep it from running.
    peer.send(&[wire::echo_rq(1, 2), wire::echo_rq(1, 3)].concat());
    let mut ends = 0;
    while ends < 16 {
        ends += wire::pdvs(&peer.pdu()).iter().filter(|(_, control, _)| *control == LAST).count();
    }
    (1..=3).for_each(|message_id| peer.is_answered(&wire::echo_rsp(1, message_id)));
    peer.releases();
}

#[test]
fn a_peer_that_reads_no_answers_is_aborted_at_the_hard_limit() {
    const MESSAGES: u16 = 60_000;
    let server = Server::with_settings(|settings| {
        small(settings);
        settings.queue_bytes_hard = 64 << 10;
    });
    let mut peer = Peer::of(receiving_little(server.address));
    peer.associate(&wire::associate_rq());
    let requests: Vec<u8> = (0..MESSAGES).flat_map(|message_id| wire::echo_rq(1, message_id)).collect();
    let client = server.net.client(0).unwrap();
    let mut writer = peer.stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || writer.write_all(&requests).unwrap());
    until("it is aborted", || !client.is_associated());
    // Every answer that was given comes, none is left out, and then it is said that no more do.
    let mut answered = 0;
    loop {
        let pdu = peer.pdu();
        if pdu == wire::abort(0, 0) {
            break;
        }
        assert!(pdu == wire::echo_rsp(1, answered), "answer {answered}: {pdu:02x?}");
        answered += 1;
    }
    assert!(answered > 100, "{answered}");
    writing.join().unwrap();
    peer.finish();
    peer.is_closed();
}

#[test]
fn two_that_have_more_to_send_than_is_queued_still_read_each_other() {
    const MESSAGES: usize = 30_000;
    let limited = |settings: &mut Settings| {
        small(settings);
        settings.queue_bytes_soft = 16 << 10;
    };
    let server = Server::with_settings(limited);
    let (net, requestor) = requestor_of(&server, limited);
    let senders: Vec<_> = (0..2)
        .map(|_| {
            let net = net.clone();
            std::thread::spawn(move || {
                for _ in 0..MESSAGES / 2 {
                    net.send_command(1, dimse::c_echo_rq(1, wire::VERIFICATION), None).unwrap();
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    let answers = || requestor.log.count(|_, event| matches!(event, Event::Message(_)));
    until("every answer is there", || answers() == MESSAGES);
    net.close();
}

/// One request at a time, and room for three more beside it.
fn narrow(settings: &mut Settings) {
    settings.asynchronous_operations = false;
    settings.queue_bytes_soft = 1000;
}

/// A thread that sends so many requests, and tells how many were taken when it is through, or refused one.
fn asking(net: &Net, requests: u16) -> mpsc::Receiver<(u16, Result<(), Code>)> {
    let (through, told) = mpsc::channel();
    let net = net.clone();
    std::thread::spawn(move || {
        let send = |id| net.send_command(1, dimse::c_echo_rq(id, wire::VERIFICATION), None);
        let refused = (1..=requests).find_map(|id| send(id).err().map(|error| (id - 1, Err(error.code()))));
        through.send(refused.unwrap_or((requests, Ok(())))).unwrap();
    });
    told
}

fn messages(log: &Log) -> usize {
    log.count(|_, event| matches!(event, Event::Message(_)))
}

#[test]
fn a_sender_of_requests_goes_on_as_soon_as_less_wait_for_the_window() {
    const REQUESTS: u16 = 100;
    let server = Server::start();
    let (net, requestor) = requestor_of(&server, narrow);
    let through = asking(&net, REQUESTS);
    assert_eq!(through.recv_timeout(DEADLINE), Ok((REQUESTS, Ok(()))));
    until("all are answered", || messages(&requestor.log) == usize::from(REQUESTS));
    net.close();
}

#[test]
fn an_answer_waits_for_no_request_of_its_own_side() {
    // Neither side's application answers by itself.
    let mute = |_: &Net, event: &Event| match event {
        Event::Message(_) => Then::Nothing,
        _ => Then::Usual,
    };
    let server = Server::with_script(mute);
    let recorder = Recorder::new(mute);
    let (net, requestor) = associated_with(&server, recorder, narrow);
    let through = asking(&net, 100);
    until("the first is there", || messages(&server.log) == 1);
    let client = server.net.client(0).unwrap();
    client.send_command(1, dimse::c_echo_rq(1, wire::VERIFICATION), None).unwrap();
    until("its own request is there", || messages(&requestor.log) == 1);
    until("the thread waits", || net.queued_bytes() > 1000);
    let (answered, told) = mpsc::channel();
    let answering = net.clone();
    std::thread::spawn(move || {
        let answer = dimse::c_echo_rsp(1, wire::VERIFICATION, 0);
        answered.send(answering.send_command(1, answer, None).is_ok()).unwrap();
    });
    assert_eq!(told.recv_timeout(DEADLINE), Ok(true));
    until("it is there", || messages(&server.log) == 2);
    net.close();
    // One was under way, and four waited: the sixth is not taken any more.
    assert_eq!(through.recv_timeout(DEADLINE), Ok((5, Err(Code::NetNotConnected))));
}

/// A requestor associated with the server, and what it was told.
fn requestor_of(server: &Server, settings: impl FnOnce(&mut Settings)) -> (Net, Arc<Recorder>) {
    associated_with(server, Recorder::usual(), settings)
}

fn associated_with(
    server: &Server,
    requestor: Arc<Recorder>,
    settings: impl FnOnce(&mut Settings),
) -> (Net, Arc<Recorder>) {
    let net = Net::new(requestor.clone());
    net.update_settings(settings);
    net.connect_wait(b"", 0, b"127.0.0.1", u32::from(server.address.port()), IpType::V4, None).unwrap();
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, wire::VERIFICATION).unwrap();
    request.add_transfer_syntax(1, b"1.2.840.10008.1.2").unwrap();
    // As many operations at once as there are.
    request.asynchronous_operations = Some(AsynchronousOperations { invoked: 0, performed: 0 });
    net.associate_request(&request).unwrap();
    until("they are associated", || net.is_associated());
    (net, requestor)
}

#[test]
fn threads_that_send_without_a_pause_do_not_keep_the_answers_from_being_read() {
    let server = Server::start();
    let (net, requestor) = requestor_of(&server, |_| {});
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..2)
        .map(|_| {
            let (net, stop) = (net.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    net.send_command(1, dimse::c_echo_rq(1, wire::VERIFICATION), None).unwrap();
                }
            })
        })
        .collect();
    until("an answer is read", || requestor.log.count(|_, event| matches!(event, Event::Message(_))) > 0);
    stop.store(true, Ordering::SeqCst);
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    net.close();
}

/// A connection whose receiving end takes no more than this from the system.
fn receiving_little(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(256 << 10).unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

#[test]
fn what_could_not_be_sent_is_told() {
    let server = Server::with_settings(small);
    let peer = server.associated();
    let client = server.net.client(0).unwrap();
    let (told, thread) = sender(&client);
    settled(&told);
    peer.reset();
    assert_eq!(server.log.closed().1, Code::NetConnectionReset);
    thread.join().unwrap();
    let entries = server.log.all();
    let failed = entries
        .iter()
        .position(|entry| matches!(entry.event, Event::Send(code, 4, _) if code != Code::Success));
    let closed = entries.iter().position(|entry| matches!(entry.event, Event::Close(..)));
    assert!(failed.unwrap() < closed.unwrap());
}
