//! What the network does by itself: it carries bytes and their ends, lets connections stand and break.

use super::stream::{Entry, Id, Kind, Readiness, State, Stream};
use super::world::{Event, World};
use rustix::io::Errno;
use std::time::Duration;

/// The longest segment.
const SEGMENT_BYTES: usize = 16 << 10;

/// How often a request to connect is repeated.
const TRIES: u32 = 6;

/// What the network does.
impl World {
    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Segment(id) => self.carry(id),
            Event::Connect(id, tries) => self.establish(id, tries),
            Event::Break(id, error) => self.break_off(id, error),
        }
    }

    /// Sees to it that what an end has sent is on its way, if the other has room.
    pub(super) fn move_on(&mut self, id: Id) {
        let Some(stream) = self.sockets.stream(id) else { return };
        let has_something = !stream.outgoing.is_empty() || (stream.is_finished && !stream.has_told_end);
        if stream.is_moving || stream.is_cut_off || stream.state != State::Open || !has_something {
            return;
        }
        let needs_room = !stream.outgoing.is_empty();
        if needs_room && stream.other.is_some_and(|other| self.room(other) == Some(0)) {
            return;
        }
        if let Some(stream) = self.sockets.stream(id) {
            stream.is_moving = true;
        }
        let delay = self.delay();
        self.after(delay, Event::Segment(id));
    }

    /// How much an end can still take; `None` where nobody would read it.
    pub(super) fn room(&self, id: Id) -> Option<usize> {
        let entry = self.sockets.all.get(&id)?;
        let Kind::Stream(stream) = &entry.kind else { return None };
        if stream.state != State::Open || (entry.handles == 0 && !stream.is_queued) {
            return None;
        }
        Some(entry.receive_bytes.saturating_sub(stream.incoming.len()))
    }

    /// Brings some bytes, or their end, over.
    fn carry(&mut self, id: Id) {
        let Some(stream) = self.sockets.stream(id) else { return };
        stream.is_moving = false;
        if stream.state != State::Open || stream.is_cut_off {
            return;
        }
        let (other, waiting) = (stream.other, stream.outgoing.len());
        if waiting == 0 {
            return self.carry_end(id);
        }
        let Some(room) = other.and_then(|other| self.room(other)) else {
            // Nobody is there any more to take it.
            self.note("answered with a reset", id.into(), 0);
            if let Some(other) = other {
                self.forget(other);
            }
            return self.break_off(id, Errno::CONNRESET);
        };
        if self.happens(self.faults.reset) {
            self.note("network resets", id.into(), 0);
            other.into_iter().for_each(|other| self.break_off(other, Errno::CONNRESET));
            return self.break_off(id, Errno::CONNRESET);
        }
        if self.happens(self.faults.partition) {
            return self.part_ways(id);
        }
        let most = waiting.min(room).min(SEGMENT_BYTES);
        let length = if most > 1 && self.random.u32(..3) == 0 { self.random.usize(1..=most) } else { most };
        let Some(stream) = self.sockets.stream(id) else { return };
        let bytes: Vec<u8> = stream.outgoing.drain(..length).collect();
        if let Some(other) = other {
            self.note("segment", other.into(), length as u64);
            if let Some(stream) = self.sockets.stream(other) {
                stream.incoming.extend(bytes);
            }
            self.may_be_ready.insert(other);
        }
        self.may_be_ready.insert(id);
        self.move_on(id);
        self.forget_if_over(id);
    }

    fn carry_end(&mut self, id: Id) {
        let Some(stream) = self.sockets.stream(id) else { return };
        if !stream.is_finished || stream.has_told_end {
            return;
        }
        stream.has_told_end = true;
        let other = stream.other;
        if let Some(other) = other
            && let Some(stream) = self.sockets.stream(other)
        {
            stream.is_ended = true;
            self.note("end", other.into(), 0);
            self.may_be_ready.insert(other);
            self.forget_if_over(other);
        }
        self.forget_if_over(id);
    }

    /// The way between the two is gone.
    pub(super) fn part_ways(&mut self, id: Id) {
        let Some(stream) = self.sockets.stream(id) else { return };
        let other = stream.other.take();
        stream.is_cut_off = true;
        self.note("partition", id.into(), 0);
        let delay = Duration::from_secs(self.random.u64(1..900));
        // It sends into the void, and is told when it has waited long enough.
        self.after(delay, Event::Break(id, Errno::TIMEDOUT));
        let Some(other) = other else { return };
        if let Some(stream) = self.sockets.stream(other) {
            stream.other = None;
            stream.is_cut_off = true;
        }
        // Keep-alive finds out on the side that only waits.
        let delay = Duration::from_secs(self.random.u64(1..7200));
        self.after(delay, Event::Break(other, Errno::TIMEDOUT));
    }

    fn establish(&mut self, id: Id, tries: u32) {
        let Some(entry) = self.sockets.get(id) else { return };
        let Kind::Stream(stream) = &entry.kind else { return };
        if stream.state != State::Connecting {
            return;
        }
        let (remote, local) = (stream.remote, entry.local);
        let Some(listener) = self.sockets.listener_for(remote) else {
            return self.break_off(id, Errno::CONNREFUSED);
        };
        let Some(entry) = self.sockets.get(listener) else { return };
        let Kind::Listening { backlog, queue } = &entry.kind else { return };
        if queue.len() > *backlog {
            return if tries < TRIES {
                self.after(Duration::from_secs(1 << tries), Event::Connect(id, tries + 1));
            } else {
                self.break_off(id, Errno::TIMEDOUT);
            };
        }
        let accepted = Entry {
            handles: 0,
            watched: Vec::new(),
            local: Some(remote),
            kind: Kind::Stream(Stream {
                other: Some(id),
                is_queued: true,
                // Each connects from somewhere.
                ..Stream::new(local.unwrap_or(remote), State::Open)
            }),
            send_bytes: entry.send_bytes,
            receive_bytes: entry.receive_bytes,
            no_delay: entry.no_delay,
            resets_on_close: false,
        };
        let accepted = self.sockets.insert(accepted);
        if let Some(stream) = self.sockets.stream(id) {
            stream.other = Some(accepted);
            stream.state = State::Open;
        }
        if let Some(Entry { kind: Kind::Listening { queue, .. }, .. }) = self.sockets.get(listener) {
            queue.push_back(accepted);
        }
        self.note("established", id.into(), accepted.into());
        self.may_be_ready.extend([id, listener]);
    }

    /// An end is told that its connection is broken.
    pub(super) fn break_off(&mut self, id: Id, error: Errno) {
        let takes_unread = self.reset_takes_unread;
        let Some(entry) = self.sockets.get(id) else { return };
        let is_held = entry.handles > 0;
        let Kind::Stream(stream) = &mut entry.kind else { return };
        if stream.state == State::Closed {
            return;
        }
        let other = stream.other.take();
        let is_queued = stream.is_queued;
        stream.state = State::Closed;
        stream.outgoing.clear();
        if takes_unread {
            stream.incoming.clear();
        }
        // After the end of the stream a reset is a broken pipe (tcp_reset of Linux).
        let error = if stream.is_ended && error == Errno::CONNRESET { Errno::PIPE } else { error };
        stream.error = Some(error);
        self.note("broken", id.into(), error.raw_os_error() as u64);
        if let Some(stream) = other.and_then(|other| self.sockets.stream(other)) {
            stream.other = None;
        }
        self.may_be_ready.insert(id);
        if !is_held && !is_queued {
            self.forget(id);
        }
    }

    /// The other end will hear that this one has gone.
    pub(super) fn reset_other(&mut self, id: Id) {
        let Some(stream) = self.sockets.stream(id) else { return };
        if stream.state == State::Closed {
            return;
        }
        let waiting = stream.outgoing.len();
        let Some(other) = stream.other.take() else { return };
        // What was on its way arrives, or goes with it.
        let arrives = self.random.usize(..=waiting).min(self.room(other).unwrap_or(0));
        if let Some(stream) = self.sockets.stream(id) {
            let bytes: Vec<u8> = stream.outgoing.drain(..arrives).collect();
            if let Some(stream) = self.sockets.stream(other) {
                stream.incoming.extend(bytes);
                self.may_be_ready.insert(other);
            }
        }
        let delay = self.delay();
        self.after(delay, Event::Break(other, Errno::CONNRESET));
    }

    /// A socket that nobody holds goes when the network has nothing more to do for it.
    pub(super) fn forget_if_over(&mut self, id: Id) {
        let Some(entry) = self.sockets.get(id) else { return };
        let is_held = entry.handles > 0;
        let Kind::Stream(stream) = &entry.kind else { return };
        let is_over = stream.has_told_end && (stream.is_ended || stream.other.is_none());
        if !is_held && !stream.is_queued && is_over {
            self.forget(id);
        }
    }

    pub(super) fn forget(&mut self, id: Id) {
        self.may_be_ready.remove(&id);
        let Some(Entry { kind: Kind::Stream(stream), .. }) = self.sockets.all.remove(&id) else { return };
        // The other end finds nobody.
        if let Some(other) = stream.other {
            self.forget_if_over(other);
        }
    }

    /// What a poller says of this socket, and to whom.
    pub(super) fn readiness(&mut self, id: Id) -> Option<Readiness> {
        Some(self.sockets.get(id)?.readiness())
    }
}
