//! The watcher: keeps the deadlines, and sees to it that somebody always polls.

use super::pool::Glance;
use super::runtime::Engine;
use crate::net::clock;
use crate::net::timers::{Timer, Timers};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a turn may keep the others waiting before a follower is sent to poll.
const TICK: Duration = Duration::from_micros(500);

/// After this many ticks with nothing going on the watcher sleeps until it is called.
const QUIET_TICKS: u32 = 20;

pub(crate) struct Watch {
    state: Mutex<State>,
    called: Condvar,
    asleep: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct State {
    /// Keys of the tasks by deadline.
    timers: Timers<u64>,
    /// When the watcher looks next by itself.
    looks_at: Option<Instant>,
    stopping: bool,
}

/// Instead of the thread: the driver of the simulation looks.
#[cfg(ldicomnet_simulation)]
impl Watch {
    pub(crate) fn start(&self, _engine: &Arc<Engine>) -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.state().timers.earliest()
    }

    pub(crate) fn deadlines(&self) -> usize {
        self.state().timers.len()
    }
}

#[cfg_attr(ldicomnet_simulation, allow(dead_code))]
impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State { timers: Timers::new(), looks_at: None, stopping: false }),
            called: Condvar::new(),
            asleep: AtomicBool::new(false),
            thread: Mutex::new(None),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(not(ldicomnet_simulation))]
    pub(crate) fn start(&self, engine: &Arc<Engine>) -> std::io::Result<()> {
        let watched = Arc::clone(engine);
        let thread = std::thread::Builder::new()
            .name("ldicomnet-watch".into())
            .spawn(move || watched.watch.watch(&watched))?;
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// Sets a deadline for the task of `key`.
    pub(crate) fn set(&self, at: Instant, key: u64) -> Timer {
        let mut state = self.state();
        let timer = state.timers.set(at, key);
        let sooner = state.looks_at.is_none_or(|looks_at| at < looks_at);
        drop(state);
        if sooner {
            self.called.notify_one();
        }
        timer
    }

    pub(crate) fn cancel(&self, timer: Timer) {
        self.state().timers.cancel(timer);
    }

    /// A turn begins: the watcher must look at it. Costs a load while it is awake.
    pub(crate) fn stay_awake(&self) {
        if self.asleep.load(Ordering::SeqCst) && self.asleep.swap(false, Ordering::SeqCst) {
            // Taking the lock makes sure that the watcher waits, or will see the flag.
            drop(self.state());
            self.called.notify_one();
        }
    }

    pub(crate) fn stop(&self) {
        self.state().stopping = true;
        self.called.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the watcher panicked");
        }
    }

    fn watch(&self, engine: &Arc<Engine>) {
        let mut last: Option<Glance> = None;
        let mut quiet = 0;
        loop {
            while let Some(key) = self.pop_due() {
                engine.due(key);
            }
            let glance = engine.pool.glance();
            let still = last.replace(glance) == Some(glance);
            if still && !glance.at_rest {
                engine.pool.promote(engine);
            }
            quiet = if still && glance.at_rest { quiet + 1 } else { 0 };
            let sleep = quiet >= QUIET_TICKS;
            if sleep {
                self.asleep.store(true, Ordering::SeqCst);
                // A turn that began before the flag was up has not called.
                if !engine.pool.glance().at_rest {
                    self.asleep.store(false, Ordering::SeqCst);
                    quiet = 0;
                    continue;
                }
            }
            if !self.wait(sleep) {
                return;
            }
        }
    }

    pub(crate) fn pop_due(&self) -> Option<u64> {
        self.state().timers.pop_due(clock::now())
    }

    /// Waits for the next tick, deadline or call. False: the library shuts down.
    fn wait(&self, sleep: bool) -> bool {
        let mut state = self.state();
        let now = clock::now();
        let tick = (!sleep).then(|| now + TICK);
        let until = match (tick, state.timers.earliest()) {
            (Some(tick), Some(timer)) => Some(tick.min(timer)),
            (tick, timer) => tick.or(timer),
        };
        state.looks_at = until;
        // A call between the flag and this lock has lowered the flag already.
        if state.stopping || (sleep && !self.asleep.load(Ordering::SeqCst)) {
            return !state.stopping;
        }
        state = match until {
            Some(until) => {
                let left = until.saturating_duration_since(now);
                self.called.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.called.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
        !state.stopping
    }
}
