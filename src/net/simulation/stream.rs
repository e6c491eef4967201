//! The sockets of a world, and the network between them: TCP as Linux shows it to its callers.
//!
//! Each end has a queue of bytes that the network has still to bring over, and one of bytes that came and were
//! not read; both have an end. The network carries what it likes at a time, in order, and nothing twice.

use super::world::{Event, World};
use rustix::io::Errno;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// One socket, whoever holds it.
pub(super) type Id = u32;

/// A descriptor: one of those that a socket is held by.
pub(super) type Handle = u32;

/// All sockets.
#[derive(Default)]
pub(super) struct Sockets {
    pub(super) all: BTreeMap<Id, Entry>,
    handles: BTreeMap<Handle, Id>,
    listening: BTreeMap<SocketAddr, Id>,
    next_id: Id,
    next_handle: Handle,
    next_port: u16,
}

pub(super) struct Entry {
    pub(super) handles: u32,
    /// What the poller was told, by the descriptor that it was told with.
    pub(super) watched: Vec<(Handle, u64, super::super::readiness::Interest)>,
    pub(super) local: Option<SocketAddr>,
    pub(super) kind: Kind,
    pub(super) send_bytes: usize,
    pub(super) receive_bytes: usize,
    pub(super) no_delay: bool,
    pub(super) resets_on_close: bool,
}

pub(super) enum Kind {
    Fresh,
    Listening { backlog: usize, queue: VecDeque<Id> },
    Stream(Stream),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Connecting,
    Open,
    /// Refused, reset or lost.
    Closed,
}

pub(super) struct Stream {
    pub(super) remote: SocketAddr,
    pub(super) state: State,
    /// The other end, as long as the network knows it.
    pub(super) other: Option<Id>,
    /// What came and was not read.
    pub(super) incoming: VecDeque<u8>,
    /// The end of what comes has come.
    pub(super) is_ended: bool,
    /// What was sent and has not arrived.
    pub(super) outgoing: VecDeque<u8>,
    /// Nothing more is sent.
    pub(super) is_finished: bool,
    /// The end of what is sent has arrived.
    pub(super) has_told_end: bool,
    pub(super) error: Option<Errno>,
    /// A delivery is on its way.
    pub(super) is_moving: bool,
    /// Waits in a listener's queue.
    pub(super) is_queued: bool,
    /// There is no way to the other end any more.
    pub(super) is_cut_off: bool,
}

/// What a poller would say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Readiness {
    pub(super) readable: bool,
    pub(super) writable: bool,
    pub(super) peer_gone: bool,
    /// Told without being asked for.
    pub(super) broken: bool,
}

impl Stream {
    pub(super) fn new(remote: SocketAddr, state: State) -> Self {
        Self {
            remote,
            state,
            other: None,
            incoming: VecDeque::new(),
            is_ended: false,
            outgoing: VecDeque::new(),
            is_finished: false,
            has_told_end: false,
            error: None,
            is_moving: false,
            is_queued: false,
            is_cut_off: false,
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.state == State::Open
    }

    pub(super) fn take_error(&mut self) -> Option<Errno> {
        self.error.take()
    }
}

impl Entry {
    pub(super) fn readiness(&self) -> Readiness {
        match &self.kind {
            Kind::Fresh => Readiness { writable: true, broken: true, ..Readiness::default() },
            Kind::Listening { queue, .. } => {
                Readiness { readable: !queue.is_empty(), ..Readiness::default() }
            }
            Kind::Stream(stream) if stream.state == State::Connecting => Readiness::default(),
            Kind::Stream(stream) => {
                let is_closed = stream.state == State::Closed;
                let is_ended = stream.is_ended || is_closed;
                let room = self.send_bytes.saturating_sub(stream.outgoing.len());
                Readiness {
                    readable: !stream.incoming.is_empty() || is_ended,
                    // Linux tells of room when a third is free.
                    writable: is_closed || stream.is_finished || room * 3 >= self.send_bytes,
                    peer_gone: is_ended,
                    broken: stream.error.is_some() || is_closed || (stream.is_ended && stream.is_finished),
                }
            }
        }
    }
}

impl Sockets {
    /// Sockets that somebody holds, and all.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.all.values().filter(|entry| entry.handles > 0).count(), self.all.len())
    }

    pub(super) fn id(&self, handle: Handle) -> Option<Id> {
        self.handles.get(&handle).copied()
    }

    pub(super) fn entry(&mut self, handle: Handle) -> Option<(Id, &mut Entry)> {
        let id = self.id(handle)?;
        Some((id, self.all.get_mut(&id)?))
    }

    pub(super) fn get(&mut self, id: Id) -> Option<&mut Entry> {
        self.all.get_mut(&id)
    }

    pub(super) fn stream(&mut self, id: Id) -> Option<&mut Stream> {
        match &mut self.all.get_mut(&id)?.kind {
            Kind::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    pub(super) fn insert(&mut self, entry: Entry) -> Id {
        self.next_id += 1;
        self.all.insert(self.next_id, entry);
        self.next_id
    }

    fn handle(&mut self, id: Id) -> Handle {
        self.next_handle += 1;
        self.handles.insert(self.next_handle, id);
        if let Some(entry) = self.all.get_mut(&id) {
            entry.handles += 1;
        }
        self.next_handle
    }

    fn free_port(&mut self) -> u16 {
        self.next_port = if self.next_port < 40_000 { 40_000 } else { self.next_port % 65_535 + 1 };
        self.next_port.max(40_000)
    }

    pub(super) fn listener_for(&self, address: SocketAddr) -> Option<Id> {
        let any = |ip: IpAddr| SocketAddr::new(ip, address.port());
        let unspecified = any(Ipv4Addr::UNSPECIFIED.into());
        self.listening.get(&address).or_else(|| self.listening.get(&unspecified)).copied()
    }
}

/// What callers do.
impl World {
    pub(super) fn open_socket(&mut self) -> Result<Handle, Errno> {
        if self.happens(self.faults.descriptor) {
            return Err(Errno::MFILE);
        }
        let id = self.sockets.insert(Entry {
            handles: 0,
            watched: Vec::new(),
            local: None,
            kind: Kind::Fresh,
            send_bytes: 256 << self.random.u32(..9),
            receive_bytes: 256 << self.random.u32(..9),
            no_delay: false,
            resets_on_close: false,
        });
        Ok(self.sockets.handle(id))
    }

    pub(super) fn duplicate(&mut self, handle: Handle) -> Result<Handle, Errno> {
        if self.happens(self.faults.descriptor) {
            return Err(Errno::MFILE);
        }
        let id = self.sockets.id(handle).ok_or(Errno::BADF)?;
        Ok(self.sockets.handle(id))
    }

    pub(super) fn bind(&mut self, handle: Handle, mut address: SocketAddr) -> Result<(), Errno> {
        if address.port() == 0 {
            address.set_port(self.sockets.free_port());
        }
        let (_, entry) = self.sockets.entry(handle).ok_or(Errno::BADF)?;
        entry.local = Some(address);
        Ok(())
    }

    pub(super) fn listen(&mut self, handle: Handle, backlog: usize) -> Result<(), Errno> {
        let (id, entry) = self.sockets.entry(handle).ok_or(Errno::BADF)?;
        let address = entry.local.ok_or(Errno::INVAL)?;
        entry.kind = Kind::Listening { backlog, queue: VecDeque::new() };
        if self.sockets.listening.contains_key(&address) {
            return Err(Errno::ADDRINUSE);
        }
        self.sockets.listening.insert(address, id);
        Ok(())
    }

    pub(super) fn accept(&mut self, handle: Handle) -> Result<(Handle, SocketAddr), Errno> {
        if self.happens(self.faults.interrupt) {
            return Err(Errno::INTR);
        }
        let (_, entry) = self.sockets.entry(handle).ok_or(Errno::BADF)?;
        let Kind::Listening { queue, .. } = &mut entry.kind else { return Err(Errno::INVAL) };
        if queue.is_empty() {
            return Err(Errno::AGAIN);
        }
        if self.happens(self.faults.accept) {
            let errors = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS];
            let error = errors[self.random.usize(..errors.len())];
            self.note("accept fails", handle.into(), error.raw_os_error() as u64);
            return Err(error);
        }
        if self.happens(self.faults.gone) {
            let gone = self.next_queued(handle);
            gone.into_iter().for_each(|id| self.close_stream(id, true));
            return Err(Errno::CONNABORTED);
        }
        let id = self.next_queued(handle).ok_or(Errno::AGAIN)?;
        let accepted = self.sockets.handle(id);
        let remote = self.sockets.stream(id).map(|stream| {
            stream.is_queued = false;
            stream.remote
        });
        self.note("accept", id.into(), accepted.into());
        Ok((accepted, remote.ok_or(Errno::BADF)?))
    }

    fn next_queued(&mut self, handle: Handle) -> Option<Id> {
        let (_, entry) = self.sockets.entry(handle)?;
        let Kind::Listening { queue, .. } = &mut entry.kind else { return None };
        queue.pop_front()
    }

    /// Begins to connect. The outcome is there once the socket is writable.
    pub(super) fn connect(&mut self, handle: Handle, remote: SocketAddr) -> Result<(), Errno> {
        let source = Ipv4Addr::new(192, 0, 2, self.random.u8(1..9));
        let port = self.sockets.free_port();
        let (id, entry) = self.sockets.entry(handle).ok_or(Errno::BADF)?;
        let mut local = entry.local.unwrap_or_else(|| SocketAddr::new(source.into(), port));
        if local.ip().is_unspecified() {
            local.set_ip(source.into());
        }
        entry.local = Some(local);
        entry.kind = Kind::Stream(Stream::new(remote, State::Connecting));
        self.note("connect", id.into(), remote.port().into());
        if self.happens(self.faults.connect) {
            let errors = [Errno::NETUNREACH, Errno::ADDRNOTAVAIL, Errno::HOSTUNREACH];
            let which = self.random.usize(..errors.len() + 1);
            if let Some(error) = errors.get(which) {
                return Err(*error);
            }
            // Nobody answers.
            self.after(Duration::from_secs(127), Event::Break(id, Errno::TIMEDOUT));
            return Err(Errno::INPROGRESS);
        }
        // Over loopback the connection stands when the call returns, though it does not say so.
        if self.random.u32(..3) == 0 {
            self.happen(Event::Connect(id, 0));
        } else {
            let delay = self.delay();
            self.after(delay, Event::Connect(id, 0));
        }
        Err(Errno::INPROGRESS)
    }

    pub(super) fn receive(&mut self, handle: Handle, buffer: &mut [u8]) -> Result<usize, Errno> {
        if self.happens(self.faults.interrupt) {
            return Err(Errno::INTR);
        }
        let would_block = self.happens(self.faults.interrupt);
        let id = self.sockets.id(handle).ok_or(Errno::BADF)?;
        let stream = self.sockets.stream(id).ok_or(Errno::NOTCONN)?;
        let other = stream.other;
        if !stream.incoming.is_empty() {
            if would_block {
                return Err(Errno::AGAIN);
            }
            let length = buffer.len().min(stream.incoming.len());
            let length = self.part_of(length);
            let Some(stream) = self.sockets.stream(id) else { return Err(Errno::NOTCONN) };
            let (front, _) = stream.incoming.as_slices();
            let in_front = length.min(front.len());
            buffer[..in_front].copy_from_slice(&front[..in_front]);
            stream.incoming.drain(..in_front);
            let (front, _) = stream.incoming.as_slices();
            buffer[in_front..length].copy_from_slice(&front[..length - in_front]);
            stream.incoming.drain(..length - in_front);
            self.note("recv", id.into(), length as u64);
            other.into_iter().for_each(|other| self.move_on(other));
            return Ok(length);
        }
        let outcome = match stream {
            stream if stream.is_ended => Ok(0),
            stream => match stream.take_error() {
                Some(error) => Err(error),
                None if stream.state == State::Closed => Ok(0),
                None => Err(Errno::AGAIN),
            },
        };
        match outcome {
            Err(Errno::AGAIN) => {}
            Ok(_) => self.note("recv end", id.into(), 0),
            Err(error) => self.note("recv fails", id.into(), error.raw_os_error() as u64),
        }
        outcome
    }

    /// How much of so many bytes may be sent now; not nothing.
    pub(super) fn room_to_send(&mut self, handle: Handle, length: usize) -> Result<usize, Errno> {
        if self.happens(self.faults.interrupt) {
            return Err(if self.random.bool() { Errno::INTR } else { Errno::AGAIN });
        }
        if self.happens(self.faults.send) {
            let error = if self.random.bool() { Errno::NOBUFS } else { Errno::NOMEM };
            self.note("send fails", handle.into(), error.raw_os_error() as u64);
            return Err(error);
        }
        let (_, entry) = self.sockets.entry(handle).ok_or(Errno::BADF)?;
        let Kind::Stream(stream) = &mut entry.kind else { return Err(Errno::NOTCONN) };
        if let Some(error) = stream.take_error() {
            return Err(error);
        }
        match stream.state {
            _ if stream.is_finished => Err(Errno::PIPE),
            State::Closed => Err(Errno::PIPE),
            State::Connecting => Err(Errno::AGAIN),
            State::Open => {
                let room = entry.send_bytes.saturating_sub(stream.outgoing.len());
                if room == 0 && length > 0 {
                    return Err(Errno::AGAIN);
                }
                let taken = room.min(length);
                Ok(self.part_of(taken))
            }
        }
    }

    /// Takes bytes that there is room for.
    pub(super) fn send(&mut self, handle: Handle, bytes: &[u8]) {
        let Some(id) = self.sockets.id(handle) else { return };
        if let Some(stream) = self.sockets.stream(id) {
            stream.outgoing.extend(bytes);
        }
        self.note("send", id.into(), bytes.len() as u64);
        self.move_on(id);
    }

    pub(super) fn finish(&mut self, handle: Handle) -> Result<(), Errno> {
        let id = self.sockets.id(handle).ok_or(Errno::BADF)?;
        let stream = self.sockets.stream(id).ok_or(Errno::NOTCONN)?;
        if stream.state != State::Open {
            return Err(Errno::NOTCONN);
        }
        stream.is_finished = true;
        self.note("shutdown", id.into(), 0);
        self.may_be_ready.insert(id);
        self.move_on(id);
        Ok(())
    }

    /// What has come is all there is to read.
    pub(super) fn stop_reading(&mut self, handle: Handle) -> Result<(), Errno> {
        let id = self.sockets.id(handle).ok_or(Errno::BADF)?;
        let stream = self.sockets.stream(id).ok_or(Errno::NOTCONN)?;
        if stream.state != State::Open {
            return Err(Errno::NOTCONN);
        }
        stream.is_ended = true;
        self.note("shutdown of reading", id.into(), 0);
        self.may_be_ready.insert(id);
        Ok(())
    }

    /// Resets the connection and leaves the socket.
    pub(super) fn disconnect(&mut self, handle: Handle) -> Result<(), Errno> {
        let id = self.sockets.id(handle).ok_or(Errno::BADF)?;
        self.note("disconnect", id.into(), 0);
        self.reset_other(id);
        if let Some(stream) = self.sockets.stream(id) {
            stream.state = State::Closed;
            stream.incoming.clear();
            stream.outgoing.clear();
        }
        self.may_be_ready.insert(id);
        Ok(())
    }

    /// A descriptor is closed; with the last the socket.
    pub(super) fn close(&mut self, handle: Handle) {
        let Some(id) = self.sockets.handles.remove(&handle) else { return };
        let Some(entry) = self.sockets.all.get_mut(&id) else { return };
        entry.handles -= 1;
        if entry.handles > 0 {
            return;
        }
        entry.watched.clear();
        let resets = entry.resets_on_close;
        match &mut entry.kind {
            Kind::Fresh => drop(self.sockets.all.remove(&id)),
            Kind::Listening { queue, .. } => {
                let queued = std::mem::take(queue);
                let address = entry.local;
                self.sockets.all.remove(&id);
                if let Some(address) = address
                    && self.sockets.listening.get(&address) == Some(&id)
                {
                    self.sockets.listening.remove(&address);
                }
                queued.into_iter().for_each(|id| self.close_stream(id, true));
            }
            Kind::Stream(_) => self.close_stream(id, resets),
        }
    }

    /// Nobody holds this end any more. What it has sent still goes, unless something was left unread.
    pub(super) fn close_stream(&mut self, id: Id, resets: bool) {
        let Some(stream) = self.sockets.stream(id) else { return };
        stream.is_queued = false;
        let resets = resets || !stream.incoming.is_empty();
        self.note(if resets { "close with a reset" } else { "close" }, id.into(), 0);
        let Some(stream) = self.sockets.stream(id) else { return };
        if resets || stream.state != State::Open {
            self.reset_other(id);
            self.forget(id);
            return;
        }
        stream.is_finished = true;
        self.move_on(id);
        self.forget_if_over(id);
    }
}
