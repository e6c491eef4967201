//! Accept, reject, defer; the clients of a listener.

use crate::support::hooks::{Event, Recorder, Server, Then};
use crate::support::peer::{Host, Peer};
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::engine::{Condition, IpType, Net};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

fn object() -> Net {
    Net::new(Recorder::usual())
}

/// A server whose connections wait: it calls no accept in its hook.
fn deferring() -> Server {
    Server::with_script(|_, event| match event {
        Event::Accept(_) => Then::Nothing,
        _ => Then::Usual,
    })
}

#[test]
fn accept_with_none_waiting_would_block() {
    let server = deferring();
    let net = object();
    assert_eq!(server.net.accept(&net).unwrap_err().code(), Code::NetWouldBlock);
    assert_eq!(server.net.reject().unwrap_err().code(), Code::NetWouldBlock);
    assert!(!net.is_activated());
}

#[test]
fn accept_on_what_does_not_listen_is_not_connected() {
    let net = object();
    assert_eq!(net.accept(&object()).unwrap_err().code(), Code::NetNotConnected);
    assert_eq!(net.reject().unwrap_err().code(), Code::NetNotConnected);
    assert_eq!(net.pending_count(), 0);
    let server = Server::start();
    let _peer = server.associated();
    let client = server.net.client(0).unwrap();
    assert_eq!(client.accept(&object()).unwrap_err().code(), Code::NetNotConnected);
}

#[test]
fn accept_of_itself_or_of_an_object_in_use_leaves_the_connection_waiting() {
    let server = deferring();
    let mut peer = server.peer();
    until("one waits", || server.net.pending_count() == 1);
    assert_eq!(server.net.accept(&server.net).unwrap_err().code(), Code::NetIsConnected);
    let host = Host::new();
    let connected = object();
    connected.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    assert_eq!(server.net.accept(&connected).unwrap_err().code(), Code::NetIsConnected);
    let listening = object();
    listening.listen(b"127.0.0.1", 0, 1, IpType::V4).unwrap();
    assert_eq!(server.net.accept(&listening).unwrap_err().code(), Code::NetIsConnected);
    assert_eq!(server.net.pending_count(), 1);
    let net = object();
    server.net.accept(&net).unwrap();
    // Twice.
    assert_eq!(server.net.accept(&net).unwrap_err().code(), Code::NetIsConnected);
    peer.associate(&crate::support::wire::associate_rq());
    peer.echoes(1);
    listening.close();
    connected.close();
}

#[test]
fn deferred_connections_are_accepted_later_from_any_thread_the_oldest_first() {
    let server = deferring();
    let mut peers = Vec::new();
    for count in 1..=3 {
        peers.push(server.peer());
        until("it waits", || server.net.pending_count() == count);
    }
    assert_eq!(server.net.client_count(), 0);
    for peer in &mut peers {
        let listener = server.net.clone();
        let net = object();
        let accepted = net.clone();
        std::thread::spawn(move || listener.accept(&accepted).unwrap()).join().unwrap();
        // Valid as soon as accept has returned.
        assert_eq!(net.peer_info().unwrap(), ("127.0.0.1".to_owned(), peer.local().port()));
        assert_eq!(net.host_info().unwrap(), ("127.0.0.1".to_owned(), server.address.port()));
        assert!(net.is_connected() && net.is_activated() && !net.is_associated());
        assert_eq!(net.server().unwrap().id(), server.net.id());
        peer.associate(&crate::support::wire::associate_rq());
        peer.echoes(1);
    }
    assert_eq!(server.net.pending_count(), 0);
    assert_eq!(server.net.client_count(), 3);
}

#[test]
fn what_a_peer_sends_while_it_waits_is_served_once_it_is_accepted() {
    let server = deferring();
    let mut peer = server.peer();
    peer.send(&[crate::support::wire::associate_rq(), crate::support::wire::echo_rq(1, 1)].concat());
    until("it waits", || server.net.pending_count() == 1);
    server.net.accept(&object()).unwrap();
    assert_eq!(peer.pdu()[0], 2);
    peer.is_answered(&crate::support::wire::echo_rsp(1, 1));
}

#[test]
fn reject_resets_the_oldest() {
    let server = deferring();
    let mut first = server.peer();
    until("it waits", || server.net.pending_count() == 1);
    let mut second = server.peer();
    until("both wait", || server.net.pending_count() == 2);
    server.net.reject().unwrap();
    first.is_reset();
    assert_eq!(server.net.pending_count(), 1);
    server.net.accept(&object()).unwrap();
    second.associate(&crate::support::wire::associate_rq());
}

#[test]
fn on_condition_is_shown_the_connection_before_on_accept() {
    let server = Server::start();
    let first = server.associated();
    let second = server.associated();
    let infos: Vec<_> = server
        .log
        .all()
        .into_iter()
        .filter_map(|entry| match entry.event {
            Event::Condition(info) => Some(info),
            _ => None,
        })
        .collect();
    assert_eq!(infos.iter().map(|info| info.peer).collect::<Vec<_>>(), [first.local(), second.local()]);
    assert!(infos.iter().all(|info| info.local == server.address && info.pending == 0));
    assert_eq!(infos.iter().map(|info| info.clients).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn on_condition_may_reject_with_a_reset_and_no_on_accept() {
    let server = Server::with_script(|_, event| match event {
        Event::Condition(_) => Then::Decide(Condition::Reject),
        _ => Then::Usual,
    });
    Peer::is_refused_by(server.address);
    Peer::is_refused_by(server.address);
    assert_eq!(server.log.count(|_, event| !matches!(event, Event::Condition(_))), 0);
}

#[test]
fn on_condition_may_defer_without_an_on_accept() {
    let server = Server::with_script(|_, event| match event {
        Event::Condition(_) => Then::Decide(Condition::Defer),
        _ => Then::Usual,
    });
    let mut peer = server.peer();
    until("it waits", || server.net.pending_count() == 1);
    server.net.accept(&object()).unwrap();
    peer.associate(&crate::support::wire::associate_rq());
    assert_eq!(server.log.count(|_, event| matches!(event, Event::Accept(_))), 0);
}

#[test]
#[cfg_attr(ldicomnet_portable, ignore = "the portable poller does not tell a hang-up behind unread bytes")]
fn a_deferred_peer_that_gives_up_is_dropped_from_the_queue() {
    let server = deferring();
    let leaves = server.peer();
    until("it waits", || server.net.pending_count() == 1);
    let mut stays = server.peer();
    until("both wait", || server.net.pending_count() == 2);
    let sends_and_leaves = {
        let mut peer = server.peer();
        peer.send(b"unread");
        peer
    };
    until("three wait", || server.net.pending_count() == 3);
    let resets = server.peer();
    until("four wait", || server.net.pending_count() == 4);
    drop((leaves, sends_and_leaves));
    resets.reset();
    until("one is left", || server.net.pending_count() == 1);
    server.net.accept(&object()).unwrap();
    stays.associate(&crate::support::wire::associate_rq());
}

#[test]
#[cfg_attr(ldicomnet_portable, ignore = "the portable poller does not tell a hang-up behind unread bytes")]
fn no_more_than_the_backlog_wait_and_the_others_get_their_turn() {
    let server = deferring();
    let net = object();
    let (listener, log) = (Net::new(Arc::clone(server.net.hooks())), &server.log);
    listener.listen(b"127.0.0.1", 0, 2, IpType::V4).unwrap();
    let address = crate::support::hooks::address_of(&listener);
    let mut peers: Vec<_> = (0..5).map(|_| Peer::connect(address)).collect();
    until("two wait", || listener.pending_count() == 2);
    // The third is shown when there is room for it.
    assert_eq!(log.count(|_, event| matches!(event, Event::Accept(_))), 2);
    listener.accept(&net).unwrap();
    until("the third waits", || listener.pending_count() == 2);
    listener.reject().unwrap();
    until("the fourth waits", || listener.pending_count() == 2);
    peers[1].is_reset();
    peers[0].associate(&crate::support::wire::associate_rq());
    // One of those that wait gives up, and the last one comes in.
    peers.remove(2);
    until("the fifth is shown", || log.count(|_, event| matches!(event, Event::Accept(_))) == 5);
    listener.server_close();
}

#[test]
fn accept_wait_times_out() {
    let server = deferring();
    for time in [Duration::ZERO, Duration::from_millis(120)] {
        let begun = Instant::now();
        let error = server.net.accept_wait(&object(), Some(time)).unwrap_err();
        assert_eq!(error.code(), Code::NetTimeOut);
        assert!(begun.elapsed() >= time && begun.elapsed() < DEADLINE);
    }
}

#[test]
fn accept_wait_takes_a_connection_that_comes() {
    let server = deferring();
    for timeout in [None, Some(DEADLINE)] {
        let (listener, net) = (server.net.clone(), object());
        let accepted = net.clone();
        let waiting = std::thread::spawn(move || listener.accept_wait(&accepted, timeout));
        let mut peer = server.peer();
        waiting.join().unwrap().unwrap();
        peer.associate(&crate::support::wire::associate_rq());
        assert_eq!(net.peer_info().unwrap().1, peer.local().port());
    }
}

#[test]
fn accept_wait_ends_when_the_listener_is_closed() {
    let server = deferring();
    let (listener, (begins, begun)) = (server.net.clone(), mpsc::channel());
    let waiting = std::thread::spawn(move || {
        begins.send(()).unwrap();
        listener.accept_wait(&object(), None)
    });
    begun.recv().unwrap();
    server.net.close();
    assert_eq!(waiting.join().unwrap().unwrap_err().code(), Code::NetNotConnected);
}

#[test]
fn many_threads_that_accept_get_a_connection_each() {
    let server = deferring();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let listener = server.net.clone();
            std::thread::spawn(move || {
                let net = object();
                listener.accept_wait(&net, Some(DEADLINE)).unwrap();
                net.peer_info().unwrap().1
            })
        })
        .collect();
    let mut peers: Vec<_> = (0..8).map(|_| server.peer()).collect();
    let mut ports: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let mut expected: Vec<_> = peers.iter().map(|peer| peer.local().port()).collect();
    ports.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ports, expected);
    for peer in &mut peers {
        peer.associate(&crate::support::wire::associate_rq());
    }
}

#[test]
fn the_first_hook_of_an_accepted_object_comes_after_on_accept_returned() {
    let (enter, entered) = mpsc::channel();
    let (leave, left) = mpsc::channel::<()>();
    let left = std::sync::Mutex::new(left);
    let server = Server::with_script(move |net, event| match event {
        Event::Accept(_) => {
            net.accept(&Net::new(Arc::clone(net.hooks()))).unwrap();
            enter.send(()).unwrap();
            left.lock().unwrap().recv().unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let mut peer = server.peer();
    peer.send(&crate::support::wire::associate_rq());
    entered.recv().unwrap();
    // The connection is there, with a request to read, and its hooks wait.
    peer.is_silent_for(Duration::from_millis(100));
    assert_eq!(server.log.count(|net, _| net.id() != server.net.id()), 0);
    assert_eq!(server.net.client_count(), 1);
    leave.send(()).unwrap();
    assert_eq!(peer.pdu()[0], 2);
}

#[test]
fn clients_are_in_order_of_acceptance() {
    let server = Server::start();
    let peers: Vec<_> = (0..5).map(|_| server.associated()).collect();
    let port = |index| server.net.client(index).unwrap().peer_info().unwrap().1;
    assert_eq!(server.net.client_count(), 5);
    for (index, peer) in peers.iter().enumerate() {
        assert_eq!(port(u32::try_from(index).unwrap()), peer.local().port());
    }
    assert!(server.net.client(5).is_none() && server.net.client(u32::MAX).is_none());
    // Asked of a client, the answer is its listener's.
    let client = server.net.client(2).unwrap();
    assert_eq!(client.client_count(), 5);
    assert_eq!(client.client(4).unwrap().id(), server.net.client(4).unwrap().id());
    // One in the middle goes; the order stays.
    client.close();
    assert_eq!(server.net.client_count(), 4);
    assert_eq!([port(1), port(2)], [peers[1].local().port(), peers[3].local().port()]);
    assert_eq!(object().client_count(), 0);
    assert!(object().client(0).is_none());
}

#[test]
fn settings_of_the_listener_are_the_accepted_objects() {
    let server = Server::with_settings(|settings| {
        settings.socket.no_delay = false;
        settings.socket.receive_buffer_bytes = 16 << 10;
        settings.maximum_length = 5000;
        settings.path = "somewhere".into();
    });
    let mut peer = server.peer();
    let answer = peer.associate(&crate::support::wire::associate_rq());
    let place = answer.windows(4).position(|window| window == [0x51, 0, 0, 4]).unwrap();
    assert_eq!(answer[place + 4..place + 8], 5000_u32.to_be_bytes());
    let client = server.net.client(0).unwrap();
    assert_eq!(client.settings().path, std::path::Path::new("somewhere"));
    let options = client.socket_options().unwrap();
    assert!(!options.no_delay);
    // Linux doubles what is asked for (socket(7)).
    assert!((16 << 10..=64 << 10).contains(&options.receive_buffer_bytes), "{options:?}");
}
