//! The state of a connection under its lock, and the little of it that a turn asks for many
//! times in a message, to be had without the lock.
//!
//! Whoever lets go of the lock brings the glance up to date, and so does one who asks for a
//! turn before that. A thread sees its own changes at once.

use super::{Phase, State};
use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where a connection stood when its state was last let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glance(u32);

const OPEN: u32 = 1;
const ENDED: u32 = 2;
const HAS_EVENTS: u32 = 4;
const TAKES_MESSAGES: u32 = 8;
const SENDS_MESSAGES: u32 = 16;
/// The count of what was sent lies above, as far as it fits.
const SENDS: u32 = 32;

impl Glance {
    fn of(state: &State) -> Self {
        let phase = match state.phase {
            Phase::Open => OPEN,
            Phase::Lingering => 0,
            Phase::Ended => ENDED,
        };
        let has_events = if state.events.is_empty() { 0 } else { HAS_EVENTS };
        let takes_messages = if state.takes_messages() { TAKES_MESSAGES } else { 0 };
        let sends_messages = if state.sends_messages() { SENDS_MESSAGES } else { 0 };
        Self(phase | has_events | takes_messages | sends_messages | state.sends.wrapping_mul(SENDS))
    }

    pub(super) fn is_open(self) -> bool {
        self.0 & OPEN != 0
    }

    pub(super) fn is_ended(self) -> bool {
        self.0 & ENDED != 0
    }

    pub(super) fn has_events(self) -> bool {
        self.0 & HAS_EVENTS != 0
    }

    pub(super) fn takes_messages(self) -> bool {
        self.0 & TAKES_MESSAGES != 0
    }

    /// May messages be sent?
    pub(super) fn sends_messages(self) -> bool {
        self.0 & SENDS_MESSAGES != 0
    }

    /// Was something sent between the two?
    pub(super) fn sent_since(self, earlier: Self) -> bool {
        self.0 / SENDS != earlier.0 / SENDS
    }
}

/// Keeps the glance of one state.
#[derive(Debug)]
pub(super) struct Glances(AtomicU32);

impl Glances {
    pub(super) fn new(state: &State) -> Self {
        Self(AtomicU32::new(Glance::of(state).0))
    }

    pub(super) fn publish(&self, state: &State) {
        self.0.store(Glance::of(state).0, Ordering::Release);
    }

    pub(super) fn last(&self) -> Glance {
        Glance(self.0.load(Ordering::Acquire))
    }
}

/// The state, locked.
pub(super) struct Locked<'a> {
    state: MutexGuard<'a, State>,
    glances: &'a Glances,
}

impl<'a> Locked<'a> {
    pub(super) fn new(state: MutexGuard<'a, State>, glances: &'a Glances) -> Self {
        Self { state, glances }
    }
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        self.glances.publish(&self.state);
    }
}
