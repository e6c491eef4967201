//! Pump mode: hooks run inside `breathe` and `wait` alone, on the thread that calls them,
//! and the event handle tells when there is something to run.
//!
//! The pump is the process's, so that the tests of this program take turns.

mod support;

use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{DispatchMode, IpType, Net, breathe, event_handle, wait};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use support::hooks::{Event, Log, Recorder, Server, Then};
use support::peer::{Host, Peer};
use support::{DEADLINE, until, wire};

static TURN: Mutex<()> = Mutex::new(());

/// This test's turn, with nothing left over from others.
fn my_turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    while breathe() {}
    turn
}

fn pumped(script: impl Fn(&Net, &Event) -> Then + Send + Sync + 'static) -> Server {
    Server::with(|settings| settings.dispatch_mode = DispatchMode::Pump, script)
}

/// Pumps until the log has what is wanted.
#[track_caller]
fn pump_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "not pumped: {what}");
        wait(Some(left.min(Duration::from_millis(100)))).unwrap();
    }
}

fn count(log: &Log, name: &str) -> usize {
    log.count(|_, event| format!("{event:?}").starts_with(name))
}

/// Does the event handle say that there is work, now or within this time?
fn is_signalled(within: Duration) -> bool {
    let handle = event_handle().unwrap();
    // SAFETY: the descriptor is the library's, which is not shut down in this program.
    #[allow(unsafe_code, reason = "the handle is a number, as C++ hosts need it")]
    let descriptor = unsafe { BorrowedFd::borrow_raw(handle.try_into().unwrap()) };
    let mut asked = [PollFd::new(&descriptor, PollFlags::IN)];
    let timeout = Timespec::try_from(within).unwrap();
    poll(&mut asked, Some(&timeout)).unwrap() == 1
}

#[test]
fn hooks_run_in_the_pump_on_its_thread_only() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let mut peer = server.peer();
    peer.send(&[wire::associate_rq(), wire::echo_rq(1, 1), wire::release_rq()].concat());
    assert!(is_signalled(DEADLINE));
    // Nobody has pumped yet.
    peer.is_silent_for(Duration::from_millis(150));
    assert_eq!(server.log.all().len(), 0);
    pump_until("the release", || count(&server.log, "ReleaseRequest") == 1);
    assert_eq!(peer.pdu()[0], 2);
    peer.is_answered(&wire::echo_rsp(1, 1));
    peer.is_answered(&wire::release_rp());
    drop(peer);
    pump_until("the close", || count(&server.log, "Close") == 1);
    let here = std::thread::current().id();
    assert!(server.log.all().iter().all(|entry| entry.thread == here));
}

#[test]
fn the_event_handle_is_readable_exactly_when_there_is_work() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    assert!(!is_signalled(Duration::ZERO));
    assert!(!breathe());
    let mut peer = server.peer();
    for (bytes, name) in [
        (Vec::new(), "Accept"),
        (wire::associate_rq(), "AssociateRequest"),
        (wire::echo_rq(1, 1), "Message"),
        (wire::release_rq(), "ReleaseRequest"),
    ] {
        peer.send(&bytes);
        assert!(is_signalled(DEADLINE), "{name}");
        // It stays so until somebody pumps.
        assert!(is_signalled(Duration::ZERO), "{name}");
        pump_until(name, || {
            breathe();
            count(&server.log, name) == 1
        });
        while is_signalled(Duration::ZERO) {
            assert!(breathe(), "{name}: signalled with nothing to do");
        }
        assert!(!breathe(), "{name}: something to do without a signal");
    }
}

#[test]
fn wait_ends_with_work_or_with_its_time() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let time = Duration::from_millis(120);
    let begun = Instant::now();
    assert!(!wait(Some(time)).unwrap());
    assert!(begun.elapsed() >= time && begun.elapsed() < DEADLINE);
    assert!(!wait(Some(Duration::ZERO)).unwrap());
    let address = server.address;
    let connecting = std::thread::spawn(move || Peer::connect(address));
    // For ever, and yet not.
    assert!(wait(None).unwrap());
    assert_eq!(count(&server.log, "Condition"), 1);
    drop(connecting.join().unwrap());
}

#[test]
fn breathe_never_blocks_and_ends_although_hooks_make_more_work() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    pump_until("the association", || count(&server.log, "AssociateRequest") == 1);
    peer.pdu();
    let flood: Vec<u8> = (0..2000).flat_map(|id| wire::echo_rq(1, id)).collect();
    let mut writer = peer.stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || std::io::Write::write_all(&mut writer, &flood).unwrap());
    let reading = std::thread::spawn(move || {
        (0..2000).for_each(|id| peer.is_answered(&wire::echo_rsp(1, id)));
        peer
    });
    pump_until("all echoes", || {
        breathe();
        count(&server.log, "Message") == 2000
    });
    writing.join().unwrap();
    drop(reading.join().unwrap());
}

#[test]
fn accepted_objects_inherit_the_mode_and_others_keep_theirs() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let free = Server::start();
    // An object in threads mode needs no pump beside one that does.
    let mut peer = free.associated();
    peer.echoes(1);
    let waits = server.peer();
    pump_until("it is accepted", || server.net.client_count() == 1);
    assert_eq!(server.net.client(0).unwrap().settings().dispatch_mode, DispatchMode::Pump);
    drop(waits);
}

#[test]
fn a_connecting_object_is_pumped() {
    let _turn = my_turn();
    let host = Host::new();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.update_settings(|settings| settings.dispatch_mode = DispatchMode::Pump);
    net.connect(b"", 0, b"127.0.0.1", host.port(), IpType::V4).unwrap();
    let mut peer = host.accept();
    pump_until("on_connect", || count(&recorder.log, "Connect") == 1);
    net.associate_request(&support_request()).unwrap();
    peer.pdu();
    peer.send(&wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]));
    pump_until("on_associate_accept", || count(&recorder.log, "AssociateAccept") == 1);
    let refused = Net::new(Arc::clone(&recorder) as Arc<_>);
    refused.update_settings(|settings| settings.dispatch_mode = DispatchMode::Pump);
    drop(host);
    // Bound and not listening: nobody can be there.
    let held = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    held.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let nobody = u32::from(held.local_addr().unwrap().as_socket().unwrap().port());
    refused.connect(b"", 0, b"127.0.0.1", nobody, IpType::V4).unwrap();
    pump_until("on_connect with the failure", || {
        recorder.log.count(|_, event| matches!(event, Event::Connect(Code::NetConnectionRefused))) == 1
    });
    let here = std::thread::current().id();
    assert!(recorder.log.all().iter().all(|entry| entry.thread == here));
    net.close();
}

fn support_request() -> ldicomnet::pdu::Associate {
    let mut request = ldicomnet::pdu::Associate::new(ldicomnet::pdu::AssociateForm::Request);
    request.add_context(1, 0, wire::VERIFICATION).unwrap();
    request.add_transfer_syntax(1, wire::IMPLICIT).unwrap();
    request
}

#[test]
fn no_hook_comes_after_close_though_work_was_waiting() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    pump_until("the association", || count(&server.log, "AssociateRequest") == 1);
    peer.pdu();
    peer.send(&wire::echo_rq(1, 1));
    assert!(is_signalled(DEADLINE));
    let before = count(&server.log, "Receive");
    server.net.server_close();
    // Sent before, it may be answered by nobody now.
    peer.is_closed();
    while breathe() {}
    assert_eq!(count(&server.log, "Receive"), before);
}

#[test]
fn artim_and_accepting_need_no_pump() {
    let _turn = my_turn();
    let server = Server::with(
        |settings| {
            settings.dispatch_mode = DispatchMode::Pump;
            settings.artim = Duration::from_millis(200);
        },
        |_, _| Then::Usual,
    );
    let mut peer = server.peer();
    pump_until("it is accepted", || server.net.client_count() == 1);
    while breathe() {}
    // Nobody pumps, and the idle connection is closed all the same.
    peer.is_closed();
    pump_until("the end is told", || count(&server.log, "Close") == 1);
}

#[test]
fn a_pumping_thread_that_sends_much_is_not_stuck_behind_input_it_has_not_pumped() {
    let _turn = my_turn();
    let server = Server::with(
        |settings| {
            settings.dispatch_mode = DispatchMode::Pump;
            settings.socket.send_buffer_bytes = 256 << 10;
        },
        |_, _| Then::Usual,
    );
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    pump_until("the association", || count(&server.log, "AssociateRequest") == 1);
    peer.pdu();
    let client = server.net.client(0).unwrap();
    // Input waits for the pump, which is about to be busy.
    peer.send(&wire::echo_rq(1, 1));
    assert!(is_signalled(DEADLINE));
    let (answered, answer) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut ends = 0;
        while ends < 16 {
            ends += wire::pdvs(&peer.pdu()).iter().filter(|(_, control, _)| *control == wire::LAST).count();
        }
        answered.send(()).unwrap();
        peer.is_answered(&wire::echo_rsp(1, 1));
        peer
    });
    // A response, which no window keeps back.
    let mut command = dimse::c_echo_rsp(1, wire::CT_STORAGE, 0xFF00);
    command.set_u16(dimse::element::COMMAND_FIELD, 0x8020);
    command.set_u16(dimse::element::COMMAND_DATA_SET_TYPE, 1);
    for _ in 0..16 {
        client.send_command(1, command.clone(), Some(vec![0x66; 2 << 20].into())).unwrap();
    }
    answer.recv_timeout(DEADLINE).expect("what was sent arrives without the pump");
    pump_until("the echo", || count(&server.log, "Message") == 1);
    drop(reading.join().unwrap());
}

#[test]
fn two_threads_may_pump() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Usual);
    let address = server.address;
    let peers = std::thread::spawn(move || {
        for _ in 0..20 {
            let mut peer = Peer::associated(address);
            peer.echoes(1);
            peer.releases();
        }
    });
    let (stop, stopped) = mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
            wait(Some(Duration::from_millis(20))).unwrap();
        }
    });
    pump_until("all are done", || peers.is_finished());
    peers.join().unwrap();
    stop.send(()).unwrap();
    other.join().unwrap();
    until("every end was told", || {
        breathe();
        count(&server.log, "Close") == 20
    });
}

#[test]
fn a_listener_that_serves_in_the_pump_ends_with_its_close_by_another_thread() {
    let _turn = my_turn();
    let server = pumped(|_, _| Then::Nothing);
    let (ended, told) = mpsc::channel();
    let serving = server.net.clone();
    let thread = std::thread::spawn(move || ended.send(serving.serve()).unwrap());
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    until("it serves", || count(&server.log, "AssociateRequest") == 1);
    server.net.close();
    assert!(matches!(told.recv_timeout(DEADLINE), Ok(Ok(()))));
    thread.join().unwrap();
}
