//! The backend of every system but Linux: the `polling` crate, level-triggered.
#![expect(unsafe_code, reason = "polling takes sockets by a contract that the engine keeps")]

use super::{EVENTS_MAX, Interest, Ready};
use polling::{AsRawSource, AsSource, Event, PollMode};
use std::io;
use std::num::NonZeroUsize;

#[derive(Debug)]
pub(crate) struct Poller(polling::Poller);

/// The reports of one wait; made once and used again.
pub(crate) struct Events(polling::Events);

impl Events {
    pub(crate) fn new() -> Self {
        Self(polling::Events::with_capacity(NonZeroUsize::new(EVENTS_MAX).unwrap_or(NonZeroUsize::MIN)))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Ready> + '_ {
        self.0.iter().map(|event| Ready {
            key: event.key as u64,
            readable: event.readable || event.is_interrupt(),
            writable: event.writable || event.is_interrupt(),
            hung_up: event.is_interrupt(),
        })
    }
}

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(polling::Poller::new()?))
    }

    pub(crate) fn add<S>(&self, source: &S, key: u64, interest: Interest) -> io::Result<()>
    where
        for<'a> &'a S: AsRawSource,
    {
        // SAFETY: every owner of a registered socket calls `delete` before it drops it.
        unsafe { self.0.add_with_mode(source, event(key, interest), PollMode::Level) }
    }

    pub(crate) fn modify(&self, source: &impl AsSource, key: u64, interest: Interest) -> io::Result<()> {
        self.0.modify_with_mode(source, event(key, interest), PollMode::Level)
    }

    pub(crate) fn delete(&self, source: &impl AsSource) -> io::Result<()> {
        self.0.delete(source)
    }

    pub(crate) fn wait(&self, events: &mut Events) -> io::Result<()> {
        events.0.clear();
        match self.0.wait(&mut events.0, None) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn wake(&self) {
        if let Err(error) = self.0.notify() {
            tracing::error!(%error, "the poller could not be woken");
        }
    }
}

fn event(key: u64, interest: Interest) -> Event {
    // Keys are the engine's: slot and life in 32 bits each, or 16 on a 32-bit machine.
    let key = key as usize;
    match interest {
        Interest::HangUp => Event::none(key),
        Interest::Read => Event::readable(key),
        Interest::Write => Event::writable(key),
        Interest::ReadWrite => Event::all(key),
    }
}
