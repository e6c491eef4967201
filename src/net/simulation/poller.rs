//! The poller of a world: level-triggered, as epoll(7) is, but that a wait never blocks.

use super::socket::Socket;
use super::stream::{Entry, Id, Kind, Readiness};
use super::world::{World, with};
use crate::net::readiness::{Interest, Ready};
use rustix::io::Errno;
use std::io;

/// Knows nothing: what it was told lies with the sockets.
#[derive(Debug)]
pub(crate) struct Poller;

/// The reports of one wait.
pub(crate) struct Events(Vec<Ready>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Ready> + '_ {
        self.0.iter().copied()
    }
}

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn add(&self, source: &Socket, key: u64, interest: Interest) -> io::Result<()> {
        change(source, |handle, entry| {
            if entry.watched.iter().any(|watch| watch.0 == handle) {
                return Err(Errno::EXIST);
            }
            entry.watched.push((handle, key, interest));
            Ok(())
        })
    }

    pub(crate) fn modify(&self, source: &Socket, key: u64, interest: Interest) -> io::Result<()> {
        change(source, |handle, entry| {
            let watch = entry.watched.iter_mut().find(|watch| watch.0 == handle).ok_or(Errno::NOENT)?;
            *watch = (handle, key, interest);
            Ok(())
        })
    }

    pub(crate) fn delete(&self, source: &Socket) -> io::Result<()> {
        change(source, |handle, entry| {
            let place = entry.watched.iter().position(|watch| watch.0 == handle).ok_or(Errno::NOENT)?;
            entry.watched.remove(place);
            Ok(())
        })
    }

    /// Reports some of what is ready, in any order; what is not reported stays so.
    pub(crate) fn wait(&self, events: &mut Events) -> io::Result<()> {
        events.0.clear();
        with(|world| {
            let mut ready = world.all_ready();
            world.random.shuffle(&mut ready);
            let count = if world.random.bool() { ready.len() } else { world.random.usize(..=ready.len()) };
            ready.truncate(count);
            events.0 = ready;
        });
        Ok(())
    }

    pub(crate) fn wake(&self) {}
}

fn change(source: &Socket, change: impl FnOnce(u32, &mut Entry) -> Result<(), Errno>) -> io::Result<()> {
    let changed: Option<Result<(), Errno>> = with(|world| {
        let (id, entry) = world.sockets.entry(source.handle()).ok_or(Errno::BADF)?;
        change(source.handle(), entry)?;
        world.may_be_ready.insert(id);
        Ok(())
    });
    // Without a world the socket has gone, and its registration with it.
    Ok(changed.unwrap_or(Ok(()))?)
}

impl Readiness {
    fn report(self, key: u64, interest: Interest) -> Option<Ready> {
        let asks = |one: Interest| interest == one || interest == Interest::ReadWrite;
        let hung_up = self.broken || (self.peer_gone && interest != Interest::Write);
        let readable = hung_up || (self.readable && asks(Interest::Read));
        let writable = self.broken || (self.writable && asks(Interest::Write));
        (readable || writable).then_some(Ready { key, readable, writable, hung_up })
    }
}

impl World {
    fn ready_of(&mut self, id: Id) -> Vec<Ready> {
        let Some(readiness) = self.readiness(id) else { return Vec::new() };
        let Some(entry) = self.sockets.get(id) else { return Vec::new() };
        if matches!(entry.kind, Kind::Fresh) {
            return Vec::new();
        }
        entry.watched.iter().filter_map(|(_, key, interest)| readiness.report(*key, *interest)).collect()
    }

    /// Is there one that would be reported?
    pub(super) fn has_ready(&mut self) -> bool {
        while let Some(id) = self.may_be_ready.first().copied() {
            if !self.ready_of(id).is_empty() {
                return true;
            }
            self.may_be_ready.remove(&id);
        }
        false
    }

    fn all_ready(&mut self) -> Vec<Ready> {
        let candidates: Vec<Id> = self.may_be_ready.iter().copied().collect();
        let mut all = Vec::new();
        for id in candidates {
            let ready = self.ready_of(id);
            if ready.is_empty() {
                self.may_be_ready.remove(&id);
            }
            all.extend(ready);
        }
        all
    }
}
