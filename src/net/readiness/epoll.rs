//! The Linux backend: epoll(7), level-triggered, one system call a wait.

use super::{EVENTS_MAX, Interest, Ready, WAKE_KEY};
use rustix::event::{EventfdFlags, epoll, eventfd};
use rustix::fd::{AsFd, OwnedFd};
use std::io;

/// An epoll instance with an eventfd(2) that ends its waits.
#[derive(Debug)]
pub(crate) struct Poller {
    epoll: OwnedFd,
    wake: OwnedFd,
}

/// The reports of one wait; made once and used again.
pub(crate) struct Events {
    list: Vec<epoll::Event>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { list: Vec::with_capacity(EVENTS_MAX) }
    }

    /// The sockets that are ready.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Ready> + '_ {
        self.list.iter().filter_map(|event| {
            // The structure is packed: its fields are copied out, never borrowed.
            let (flags, data) = (event.flags, event.data);
            (data.u64() != WAKE_KEY).then(|| Ready {
                key: data.u64(),
                readable: flags.intersects(epoll::EventFlags::IN | GONE),
                writable: flags
                    .intersects(epoll::EventFlags::OUT | epoll::EventFlags::ERR | epoll::EventFlags::HUP),
                hung_up: flags.intersects(GONE),
            })
        })
    }
}

const GONE: epoll::EventFlags =
    epoll::EventFlags::RDHUP.union(epoll::EventFlags::ERR).union(epoll::EventFlags::HUP);

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        let poller = Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        };
        poller.add(&poller.wake, WAKE_KEY, Interest::Read)?;
        Ok(poller)
    }

    pub(crate) fn add(&self, source: &impl AsFd, key: u64, interest: Interest) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, source, epoll::EventData::new_u64(key), flags(interest))?)
    }

    pub(crate) fn modify(&self, source: &impl AsFd, key: u64, interest: Interest) -> io::Result<()> {
        Ok(epoll::modify(&self.epoll, source, epoll::EventData::new_u64(key), flags(interest))?)
    }

    pub(crate) fn delete(&self, source: &impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, source)?)
    }

    /// Blocks until a socket is ready or [`wake`](Self::wake) is called.
    pub(crate) fn wait(&self, events: &mut Events) -> io::Result<()> {
        events.list.clear();
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events.list), None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        if events.list.iter().any(|event| event.data.u64() == WAKE_KEY) {
            let mut count = [0_u8; 8];
            match rustix::io::read(&self.wake, &mut count) {
                // Another waiter may have taken the count first.
                Ok(_) | Err(rustix::io::Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Ends the wait under way, or the next one. Any thread.
    pub(crate) fn wake(&self) {
        // The only failure is a full counter, and then the wake-up is due already.
        if let Err(error) = rustix::io::write(&self.wake, &1_u64.to_ne_bytes()) {
            tracing::debug!(%error, "wake-up already due");
        }
    }
}

fn flags(interest: Interest) -> epoll::EventFlags {
    match interest {
        Interest::HangUp => epoll::EventFlags::RDHUP,
        Interest::Read => epoll::EventFlags::IN | epoll::EventFlags::RDHUP,
        Interest::Write => epoll::EventFlags::OUT,
        Interest::ReadWrite => epoll::EventFlags::IN | epoll::EventFlags::RDHUP | epoll::EventFlags::OUT,
    }
}
