//! A process that is out of descriptors: what is told, and that it goes on when there are
//! some again. Each test is in a process of its own, which may have few of them.

use crate::connect::outcome;
use crate::support::child::in_a_process;
use crate::support::hooks::{Event, Recorder, Server};
use crate::support::peer::Peer;
use crate::support::process::descriptors;
use crate::support::wire;
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::engine::{IpType, Net};
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So few that a test can take them all; enough for the library and some connections.
const FEW: &str = "ulimit -n 64";

/// The system's number of the error (errno(3)).
const EMFILE: i32 = 24;

/// Takes every descriptor that is left.
fn all_that_are_left() -> Vec<File> {
    let mut taken = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => taken.push(file),
            Err(error) => {
                assert_eq!(error.raw_os_error(), Some(EMFILE), "{error}");
                return taken;
            }
        }
    }
}

#[test]
fn a_listener_without_descriptors_tells_43_and_takes_the_connection_when_there_are_some() {
    let name = a_listener_without_descriptors_tells_43_and_takes_the_connection_when_there_are_some;
    in_a_process(name, FEW, || {
        let server = Server::start();
        let mut older = server.associated();
        let mut taken = all_that_are_left();
        // One for the peer's end: the connection stands, in the system's backlog.
        taken.pop();
        let begun = Instant::now();
        let mut peer = Peer::connect(server.address);
        let mut told = 0;
        server.log.wait(|net, event| match event {
            Event::Accept(Code::Success) => None,
            Event::Accept(code) => {
                assert_eq!((net.id(), code.number()), (server.net.id(), 43));
                told += 1;
                // Again and again, for as long as it lasts.
                (told == 3).then_some(())
            }
            _ => None,
        });
        // But not without a pause: it tries every tenth of a second.
        assert!(begun.elapsed() >= Duration::from_millis(200), "told thrice in {:?}", begun.elapsed());
        assert_eq!((server.net.client_count(), server.net.pending_count()), (1, 0));
        // Those that are connected are served meanwhile.
        older.echoes(1);
        peer.send(&wire::associate_rq());
        drop(taken);
        assert_eq!(peer.pdu()[0], 2, "an A-ASSOCIATE-AC");
        peer.echoes(1);
        // And so are those that come later, with nothing told any more.
        let fails = || server.log.count(|_, event| matches!(event, Event::Accept(Code::NetNoMoreFile)));
        let failed = fails();
        server.associated().echoes(1);
        assert_eq!(server.log.count(|_, event| matches!(event, Event::Accept(Code::Success))), 3);
        assert_eq!(fails(), failed);
    });
}

#[test]
fn listen_and_connect_without_descriptors_are_43_and_succeed_when_there_are_some() {
    let name = listen_and_connect_without_descriptors_are_43_and_succeed_when_there_are_some;
    in_a_process(name, FEW, || {
        let server = Server::start();
        let idle = descriptors();
        server.associated().releases();
        // The server's end of it is a descriptor, too.
        until("all of that association is closed", || descriptors() == idle);
        let port = u32::from(server.address.port());
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        let taken = all_that_are_left();
        let error = net.listen(b"127.0.0.1", 0, 1, IpType::V4).unwrap_err();
        assert_eq!(error.code(), Code::NetNoMoreFile);
        net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
        assert_eq!(outcome(&recorder), Code::NetNoMoreFile);
        until("the object is free", || !net.is_activated());
        drop(taken);
        net.listen(b"127.0.0.1", 0, 1, IpType::V4).unwrap();
        net.close();
        net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(DEADLINE)).unwrap();
        net.close();
    });
}
