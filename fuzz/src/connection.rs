//! A whole connection through the engine, on a simulated socket: a peer sends what it likes, cut where it likes,
//! and goes when it likes.
//!
//! What it sends is the input itself, so that a capture is one: an A-ASSOCIATE-AC or -RJ at its beginning makes the
//! peer the acceptor, and our side the requestor. The last byte says how many steps stand before it, two bytes each, in
//! which the peer goes about it, and how our side is set; what the steps leave is sent at once.

mod object;

use ldicomnet::engine::{DispatchMode, IpType, Net, Settings};
use ldicomnet::simulation::{self, Faults, RawSocket, Remains};
use object::Object;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const PORT: u16 = 104;

/// Our side gets its hooks in the pump.
const PUMPED: u8 = 0x20;
/// Little fits into memory, and what is stored goes to files.
const FILED: u8 = 0x40;
/// The system fails at times.
const FAULTY: u8 = 0x80;

/// The peer.
struct Peer<'a> {
    socket: Option<RawSocket>,
    stream: &'a [u8],
    reads: bool,
}

impl Peer<'_> {
    /// Others go on for a while.
    fn wait(&mut self, time: Duration) {
        let end = simulation::time() + time;
        while simulation::step(Some(end)).is_some() {
            self.read(4096);
        }
        simulation::pass(end);
    }

    fn read(&self, most: usize) {
        if let Some(socket) = self.socket.as_ref().filter(|_| self.reads) {
            // Whatever comes of it: it goes when it likes.
            let _read = socket.receive(&mut vec![0; most]);
        }
    }

    fn send(&mut self, length: usize) {
        let (mut part, rest) = self.stream.split_at(length.min(self.stream.len()));
        self.stream = rest;
        for _ in 0..100 {
            let Some(socket) = self.socket.as_ref().filter(|_| !part.is_empty()) else { return };
            if let Ok(sent) = socket.send(part) {
                part = &part[sent..];
            }
            self.wait(Duration::from_millis(1));
        }
    }

    fn act(&mut self, step: u8, argument: u8) {
        let argument = usize::from(argument);
        match step % 8 {
            0 => self.send(argument),
            1 => self.send(argument * 256),
            2 => self.wait(Duration::from_millis(argument as u64)),
            3 => self.wait(Duration::from_secs(argument as u64)),
            4 => self.read(argument * 16),
            5 => drop(self.socket.as_ref().map(RawSocket::finish)),
            6 => self.socket.take().into_iter().for_each(RawSocket::reset),
            _ => self.reads = !self.reads,
        }
    }
}

/// Whatever the peer does, hooks come in their order, each life is told its end once, and nothing is left.
pub fn connection(bytes: &[u8]) {
    let (set, before) = bytes.split_last().map_or((0, bytes), |(set, before)| (*set, before));
    let count = 2 * usize::from(set & 0x1f);
    // Without steps it may be a capture, whose last byte is its own.
    let (stream, steps) =
        if count == 0 { (bytes, &[][..]) } else { before.split_at(before.len().saturating_sub(count)) };
    let seed = steps.iter().fold(u64::from(set), |seed, byte| seed.rotate_left(8) ^ u64::from(*byte));
    simulation::begin(seed, if set & FAULTY == 0 { Faults::default() } else { Faults::all(20) });
    let directory = (set & FILED != 0).then(|| tempfile::tempdir().expect("a directory"));
    let settle = |settings: &mut Settings| {
        if set & PUMPED != 0 {
            settings.dispatch_mode = DispatchMode::Pump;
        }
        if let Some(directory) = &directory {
            settings.memory_bytes_max = 100;
            settings.path = directory.path().to_path_buf();
        }
    };
    let told = Object::new(directory.as_ref().map(|it| it.path().join("stored")));
    let net = Net::new(Arc::clone(&told) as Arc<dyn ldicomnet::engine::Hooks>);
    net.update_settings(settle);
    let asks = matches!(stream.first(), Some(2 | 3));
    let mut peer = Peer { socket: None, stream, reads: true };
    let listener =
        if asks { meets_requestor(&net, &told, &mut peer) } else { meets_listener(&net, &told, &mut peer) };
    for step in steps.chunks_exact(2) {
        peer.act(step[0], step[1]);
    }
    peer.send(usize::MAX);
    peer.wait(Duration::from_secs(2));
    drop(peer);
    while simulation::step(None).is_some() {}
    told.is_over();
    drop(listener);
    net.close();
    while simulation::step(None).is_some() {}
    assert_eq!(simulation::remains(), Remains::default());
    simulation::end();
    told.check();
}

/// Our side listens, where nothing fails so far.
fn meets_listener(net: &Net, told: &Object, peer: &mut Peer<'_>) -> Option<RawSocket> {
    if net.listen(b"10.0.0.1", PORT.into(), 8, IpType::V4).is_ok() {
        told.listens(net);
        peer.socket = RawSocket::connect(SocketAddr::from(([10, 0, 0, 1], PORT))).ok();
        peer.wait(Duration::from_secs(1));
    }
    None
}

/// The peer listens.
fn meets_requestor(net: &Net, told: &Object, peer: &mut Peer<'_>) -> Option<RawSocket> {
    let listener = RawSocket::listen(SocketAddr::from(([10, 0, 0, 1], PORT))).expect("nobody listens there");
    if net.connect(b"", 0, b"10.0.0.1", PORT.into(), IpType::V4).is_ok() {
        told.connects(net);
        peer.wait(Duration::from_secs(1));
        peer.socket = listener.accept().ok();
        peer.wait(Duration::from_secs(1));
    }
    Some(listener)
}
