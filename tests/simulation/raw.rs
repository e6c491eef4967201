//! Peers that are not of the model: they send half messages and nonsense, a byte at a time or all at once, read
//! or do not read, and go as they like, but they do go.

use crate::simulation::actions::Action;
use crate::simulation::world::{chance, here};
use ldicomnet::dimse;
use ldicomnet::pdu::{Associate, AssociateForm, Uid};
use ldicomnet::simulation::{self, RawSocket};
use std::net::SocketAddr;
use std::time::Duration;

/// One of them.
pub(crate) struct RawPeer {
    port: u16,
    is_listener: bool,
    listener: Option<RawSocket>,
    socket: Option<RawSocket>,
    /// What it has still to send.
    script: Vec<u8>,
    reads: bool,
    /// Connections that it makes, or takes, before it goes.
    lives_left: u32,
    /// What it does before it goes.
    turns_left: u64,
    /// It does not go, nor say anything more: whoever is connected with it has to.
    stays: bool,
}

impl RawPeer {
    pub(crate) fn connecting(port: u16) -> Self {
        Self::new(port, false)
    }

    pub(crate) fn listening(port: u16) -> Self {
        Self::new(port, true)
    }

    fn new(port: u16, is_listener: bool) -> Self {
        let lives_left = if is_listener { u32::MAX } else { 2 };
        let (listener, socket, script) = (None, None, Vec::new());
        Self {
            port,
            is_listener,
            listener,
            socket,
            script,
            reads: true,
            lives_left,
            turns_left: 0,
            stays: false,
        }
    }

    /// Sockets that it holds.
    pub(crate) fn sockets(&self) -> usize {
        usize::from(self.listener.is_some()) + usize::from(self.socket.is_some())
    }

    fn begin(&mut self, socket: RawSocket) {
        self.socket = Some(socket);
        self.script = script(self.is_listener);
        self.reads = !chance(4);
        self.turns_left = 1 + simulation::random(40);
        self.stays = chance(3);
    }

    /// One thing. False: it has gone for good.
    fn go_on(&mut self) -> bool {
        let Some(socket) = &self.socket else { return self.next() };
        if self.reads {
            let mut buffer = [0; 3000];
            // Whatever comes of it: it goes when it likes.
            let _read = socket.receive(&mut buffer);
        }
        let length = match simulation::random(4) {
            0 => self.script.len().min(1),
            1 => simulation::random(self.script.len() as u64 + 1) as usize,
            _ => self.script.len(),
        };
        if let Ok(sent) = socket.send(&self.script[..length]) {
            self.script.drain(..sent);
        }
        if chance(15) {
            let _may_not_be_connected = socket.finish();
        }
        self.turns_left -= 1;
        if self.turns_left == 0 && self.stays {
            return false;
        }
        if self.turns_left == 0 {
            let socket = self.socket.take();
            if let Some(socket) = socket.filter(|_| chance(3)) {
                socket.reset();
            }
        }
        true
    }

    /// The next connection.
    fn next(&mut self) -> bool {
        if self.lives_left == 0 {
            return false;
        }
        if self.is_listener {
            let address = SocketAddr::from(([0, 0, 0, 0], self.port));
            if self.listener.is_none() {
                self.listener = RawSocket::listen(address).ok();
            }
            let accepted = self.listener.as_ref().and_then(|listener| listener.accept().ok());
            accepted.into_iter().for_each(|socket| self.begin(socket));
            return true;
        }
        self.lives_left -= 1;
        if let Ok(socket) = RawSocket::connect(SocketAddr::from(([10, 0, 0, 1], self.port))) {
            self.begin(socket);
        }
        true
    }
}

pub(crate) fn enter(number: u32, peer: RawPeer) {
    here(|world| {
        world.raw_peers.insert(number, peer);
        world.later(Duration::from_millis(simulation::random(5000)), Action::Raw(number));
    });
}

/// A listening peer goes after so long.
const LISTENS: Duration = Duration::from_secs(120);

/// A peer has its turn.
pub(crate) fn go_on(number: u32) {
    here(|world| {
        let Some(mut peer) = world.raw_peers.remove(&number) else { return };
        let goes_on = peer.go_on();
        let is_wanted = peer.socket.is_some() || simulation::time() < LISTENS;
        let needs_time = peer.is_listener;
        if peer.stays && !goes_on {
            world.raw_peers.insert(number, peer);
        } else if goes_on && (!needs_time || is_wanted) {
            world.raw_peers.insert(number, peer);
            let most = if needs_time { 1000 } else { 3000 };
            world.later(Duration::from_millis(1 + simulation::random(most)), Action::Raw(number));
        }
    });
}

/// What a peer says: something like an association, broken somewhere.
fn script(is_listener: bool) -> Vec<u8> {
    let form = if is_listener { AssociateForm::Accept } else { AssociateForm::Request };
    let mut associate = Associate::new(form);
    associate.set_calling_ae_title(b"RAW").expect("a title");
    for id in [1, 3] {
        associate.add_context(id, 0, b"1.2.840.10008.1.1").expect("a context");
        associate.add_transfer_syntax(id, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).expect("a syntax");
    }
    let mut bytes = associate.encode().expect("an association");
    for message_id in 1..=simulation::random(4) as u16 {
        let (mut command, mut ends) = (Vec::new(), Vec::new());
        let data_set = vec![7; simulation::random(3000) as usize];
        let stores = chance(2);
        if stores {
            dimse::c_store_rq(message_id, b"1.2", b"1.2.3", 0, None).encode(&mut command);
        } else {
            dimse::c_echo_rq(message_id, b"1.2.840.10008.1.1").encode(&mut command);
        }
        let data_set = stores.then_some(&data_set[..]);
        dimse::put_message(&mut bytes, &mut ends, 1, &command, data_set, 500).expect("a message");
    }
    match simulation::random(4) {
        0 => bytes.extend([5, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
        1 => bytes.extend([7, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
        _ => {}
    }
    match simulation::random(6) {
        0 => {
            let place = simulation::random(bytes.len() as u64) as usize;
            bytes[place] ^= 1 << simulation::random(8);
        }
        1 => bytes.truncate(simulation::random(bytes.len() as u64) as usize),
        2 => bytes = (0..simulation::random(600)).map(|_| simulation::random(256) as u8).collect(),
        _ => {}
    }
    bytes
}
