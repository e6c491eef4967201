//! A condition variable that costs nothing while nobody waits: the standard library's
//! makes a system call of every notification.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::Duration;

/// Used with one mutex, as a condition variable is. Whoever rings has changed what is
/// waited for under that mutex, and may have let go of it since.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    condition: Condvar,
    /// Changed with the mutex held alone, which also makes it visible to one who rings.
    waiting: AtomicU32,
}

impl Bell {
    pub(crate) const fn new() -> Self {
        Self { condition: Condvar::new(), waiting: AtomicU32::new(0) }
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        #[cfg(ldicomnet_simulation)]
        refuse();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.condition.wait(guard).unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> MutexGuard<'a, T> {
        #[cfg(ldicomnet_simulation)]
        refuse();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.condition.wait_timeout(guard, timeout).unwrap_or_else(PoisonError::into_inner).0;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// Wakes all who wait.
    pub(crate) fn ring(&self) {
        if self.waiting.load(Ordering::Relaxed) != 0 {
            self.condition.notify_all();
        }
    }
}

/// A world of the simulation has one thread.
#[cfg(ldicomnet_simulation)]
fn refuse() {
    panic!("nobody would end this wait");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn those_who_wait_hear_it_and_ringing_for_nobody_does_no_harm() {
        let (bell, rung) = (Bell::new(), Mutex::new(false));
        bell.ring();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut guard = rung.lock().unwrap();
                    while !*guard {
                        guard = bell.wait(guard);
                    }
                });
            }
            *rung.lock().unwrap() = true;
            bell.ring();
        });
        let guard = bell.wait_timeout(rung.lock().unwrap(), Duration::from_millis(1));
        assert!(*guard && bell.waiting.load(Ordering::Relaxed) == 0);
    }
}
