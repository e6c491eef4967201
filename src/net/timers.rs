//! Deadlines of many owners, the earliest first. No clock of its own.

use std::collections::BTreeMap;
use std::time::Instant;

/// A deadline that was set, by which it is moved or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timer {
    at: Instant,
    number: u64,
}

impl Timer {
    /// When it is due.
    pub(crate) fn at(self) -> Instant {
        self.at
    }
}

/// All deadlines, in order.
#[derive(Debug)]
pub(crate) struct Timers<T> {
    due: BTreeMap<Timer, T>,
    next_number: u64,
}

impl<T> Timers<T> {
    pub(crate) fn new() -> Self {
        Self { due: BTreeMap::new(), next_number: 0 }
    }

    /// Sets a deadline for `owner`.
    pub(crate) fn set(&mut self, at: Instant, owner: T) -> Timer {
        let timer = Timer { at, number: self.next_number };
        self.next_number += 1;
        self.due.insert(timer, owner);
        timer
    }

    /// Takes a deadline back. One that was due already is no error.
    pub(crate) fn cancel(&mut self, timer: Timer) {
        self.due.remove(&timer);
    }

    /// How many there are.
    #[cfg(ldicomnet_simulation)]
    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }

    /// The earliest deadline.
    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.due.first_key_value().map(|(timer, _)| timer.at)
    }

    /// Takes one owner whose deadline has come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<T> {
        let entry = self.due.first_entry()?;
        (entry.key().at <= now).then(|| entry.remove())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn owners_come_in_order_of_their_deadlines_and_cancelled_ones_not_at_all() {
        let now = Instant::now();
        let mut timers = Timers::new();
        timers.set(now + Duration::from_secs(2), "second");
        timers.set(now + Duration::from_secs(1), "first");
        let cancelled = timers.set(now, "cancelled");
        timers.cancel(cancelled);
        timers.cancel(cancelled);
        assert_eq!(timers.earliest(), Some(now + Duration::from_secs(1)));
        assert_eq!(timers.pop_due(now), None);
        let later = now + Duration::from_secs(3);
        assert_eq!(timers.pop_due(later), Some("first"));
        assert_eq!(timers.pop_due(later), Some("second"));
        assert_eq!(timers.pop_due(later), None);
        assert_eq!(timers.earliest(), None);
    }
}
