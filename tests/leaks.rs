//! What is left behind: no descriptor, no thread, no memory.
//!
//! Everything is counted for the whole process, so that the tests of this program take
//! turns, and their hooks keep nothing.

mod support;

use ldicomnet::Code;
use ldicomnet::engine::{Condition, ConnectionInfo, Hooks, IpType, Net, shut_down, start_up};
use ldicomnet::pdu::Associate;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use support::hooks::{accepting, address_of};
use support::peer::Peer;
use support::{DEADLINE, process, until, wire};

static TURN: Mutex<()> = Mutex::new(());

/// This test's turn, with the library not running.
fn my_turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    shut_down();
    no_thread_is_left();
    turn
}

/// Accepts associations, or rejects those of a caller named REJECT.
struct Plain;

impl Hooks for Plain {
    fn on_accept(&self, net: &Net, code: Code) {
        if code == Code::Success {
            net.accept(&Net::new(Arc::new(Self))).unwrap();
        }
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        if request.calling_ae_title.as_bytes() == b"REJECT" {
            return net.answer_by_default();
        }
        net.associate_accept(&accepting(request)).unwrap();
    }
}

/// Rejects every second connection, and leaves the others waiting.
#[derive(Default)]
struct Reluctant(AtomicUsize);

impl Hooks for Reluctant {
    fn on_condition(&self, _net: &Net, _info: &ConnectionInfo) -> Condition {
        match self.0.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => Condition::Reject,
            _ => Condition::Defer,
        }
    }
}

fn listening(hooks: Arc<dyn Hooks>) -> (Net, SocketAddr) {
    let net = Net::new(hooks);
    net.listen(b"127.0.0.1", 0, 128, IpType::V4).unwrap();
    let address = address_of(&net);
    (net, address)
}

/// The ways in which a connection comes and goes.
const WAYS: usize = 10;

fn come_and_go(way: usize, plain: SocketAddr, reluctant: SocketAddr) {
    let port = u32::from(plain.port());
    match way % WAYS {
        0 => drop(Peer::connect(plain)),
        1 => Peer::connect(plain).reset(),
        2 => {
            let mut peer = Peer::associated(plain);
            peer.send(&wire::abort(0, 0));
            peer.is_closed();
        }
        3 => {
            let mut peer = Peer::associated(plain);
            peer.echoes(1);
            peer.releases();
        }
        4 => {
            let mut peer = Peer::connect(plain);
            peer.send(&wire::Request { calling: *b"REJECT          ", ..wire::Request::default() }.bytes());
            peer.is_answered(&wire::associate_rj(1, 1, 1));
        }
        5 => {
            let mut peer = Peer::connect(plain);
            peer.send(b"GET / HTTP/1.1\r\n\r\n");
            peer.is_answered(&wire::abort(0, 0));
        }
        6 => {
            let mut peer = Peer::associated(plain);
            peer.send(&wire::echo_rq(1, 1)[..40]);
            peer.reset();
        }
        7 => {
            // Rejected, or left waiting until it gives up.
            if let Ok(stream) = TcpStream::connect(reluctant) {
                drop(Peer::of(stream));
            }
        }
        8 => {
            let net = Net::new(Arc::new(Plain));
            net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(DEADLINE)).unwrap();
            net.close();
        }
        _ => {
            let net = Net::new(Arc::new(Plain));
            net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
            net.close_forced(true);
        }
    }
}

/// A thread that was joined is listed for a moment more.
fn no_thread_is_left() {
    until("every thread has ended", || process::library_threads() == 0);
}

#[test]
#[cfg_attr(ldicomnet_portable, ignore = "the portable poller does not tell a hang-up behind unread bytes")]
fn ten_thousand_connects_and_disconnects_leave_nothing_behind() {
    const THREADS: usize = 4;
    let _turn = my_turn();
    start_up().unwrap();
    let (plain, address) = listening(Arc::new(Plain));
    let (reluctant, reluctant_address) = listening(Arc::new(Reluctant::default()));
    let round = |count: usize| {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    (0..count / THREADS)
                        .for_each(|way| come_and_go(way + thread, address, reluctant_address));
                });
            }
        });
        until("all have gone", || plain.client_count() == 0 && reluctant.pending_count() == 0);
    };
    let descriptors_at_first = process::descriptors();
    round(2_000);
    until("descriptors are closed", || process::descriptors() == descriptors_at_first);
    let memory_before = process::memory();
    round(10_000);
    until("descriptors are closed", || process::descriptors() == descriptors_at_first);
    let grown = process::memory().resident.saturating_sub(memory_before.resident);
    // A hundred bytes of each would be a million; the allocator's own moods are about as much.
    assert!(grown < 3 << 20, "{grown} bytes more are resident");
    let threads = process::library_threads();
    assert!(threads <= 12, "{threads} threads of the library");
    plain.close();
    reluctant.close();
    shut_down();
    no_thread_is_left();
}

#[test]
fn the_last_shut_down_closes_every_object_and_joins_every_thread() {
    let _turn = my_turn();
    let descriptors = process::descriptors();
    for _ in 0..30 {
        start_up().unwrap();
        let (listener, address) = listening(Arc::new(Plain));
        let mut peer = Peer::associated(address);
        peer.echoes(1);
        let client = listener.client(0).unwrap();
        let net = Net::new(Arc::new(Plain));
        let port = u32::from(address.port());
        net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(DEADLINE)).unwrap();
        shut_down();
        no_thread_is_left();
        peer.ends();
        TcpStream::connect(address).expect_err("nobody listens");
        for object in [&listener, &client, &net] {
            assert!(!object.is_activated() && !object.is_connected());
        }
        drop(peer);
    }
    assert_eq!(process::descriptors(), descriptors);
}

#[test]
fn start_up_and_shut_down_are_counted_and_optional() {
    let _turn = my_turn();
    shut_down();
    start_up().unwrap();
    start_up().unwrap();
    let (listener, address) = listening(Arc::new(Plain));
    shut_down();
    // One use is left.
    Peer::associated(address).echoes(1);
    shut_down();
    no_thread_is_left();
    assert!(!listener.is_activated());
    // The first use starts it by itself, and the object can be used again.
    listener.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
    Peer::associated(address_of(&listener)).echoes(1);
    shut_down();
    no_thread_is_left();
}

#[test]
fn shut_down_with_attempts_and_waits_under_way_ends_them() {
    let _turn = my_turn();
    start_up().unwrap();
    // A listener that accepts nothing: connections to it are established and then silent.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = u32::from(silent.local_addr().unwrap().port());
    let connecting = Net::new(Arc::new(Plain));
    connecting.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
    let (listener, address) = listening(Arc::new(Reluctant::default()));
    let waiting = {
        let listener = listener.clone();
        std::thread::spawn(move || listener.accept_wait(&Net::new(Arc::new(Plain)), None))
    };
    let mut pending: Vec<_> = (0..4).filter_map(|_| TcpStream::connect(address).ok()).map(Peer::of).collect();
    shut_down();
    no_thread_is_left();
    pending.iter_mut().for_each(Peer::ends);
    if let Err(error) = waiting.join().unwrap() {
        assert_eq!(error.code(), Code::NetNotConnected);
    }
    assert!(!connecting.is_activated());
}

#[test]
fn shut_down_inside_a_hook_does_not_wait_for_itself() {
    struct Ending(Mutex<mpsc::Sender<()>>);
    impl Hooks for Ending {
        fn on_accept(&self, _net: &Net, _code: Code) {
            shut_down();
            self.0.lock().unwrap().send(()).unwrap();
        }
    }
    let _turn = my_turn();
    let (send, ended) = mpsc::channel();
    start_up().unwrap();
    let (listener, address) = listening(Arc::new(Ending(Mutex::new(send))));
    let mut peer = Peer::connect(address);
    ended.recv_timeout(DEADLINE).expect("shut_down returns");
    peer.ends();
    assert!(!listener.is_activated());
    // The thread that the hook was on ends by itself.
    no_thread_is_left();
}

#[test]
fn shut_down_while_connections_come_and_go() {
    let _turn = my_turn();
    for _ in 0..10 {
        start_up().unwrap();
        let (_listener, address) = listening(Arc::new(Plain));
        let busy: Vec<_> = (0..3)
            .map(|_| {
                std::thread::spawn(move || {
                    use std::io::{Read, Write};
                    while let Ok(mut stream) = TcpStream::connect(address) {
                        stream.set_read_timeout(Some(DEADLINE)).unwrap();
                        let answered =
                            stream.write_all(&wire::associate_rq()).and_then(|()| stream.read(&mut [0; 512]));
                        if let Err(error) = answered {
                            assert_ne!(
                                error.kind(),
                                std::io::ErrorKind::WouldBlock,
                                "left without an answer"
                            );
                        }
                    }
                })
            })
            .collect();
        // They are at it.
        Peer::associated(address).echoes(1);
        shut_down();
        no_thread_is_left();
        busy.into_iter().for_each(|thread| thread.join().unwrap());
    }
}
