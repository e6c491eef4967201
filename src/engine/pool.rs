//! The workers: one polls, and serves what it finds itself; the others follow.
//!
//! The thread that polled runs the turn of the connection that was ready, so that the
//! common case pays for no hand-over and no wake-up. While it does, nobody polls; the
//! watcher (see [`watch`](super::watch)) sends a follower to poll as soon as a turn has
//! taken a fraction of a millisecond. So a blocked hook holds one worker and no
//! connection but its own.

use super::runtime::Engine;
use super::schedule::{Scratch, Task, run};
use crate::net::readiness::Events;
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// One to poll and one to follow.
const WORKERS_MIN: usize = 2;

/// Every worker may be inside a hook that waits for a person or a disk.
const WORKERS_MAX: usize = 256;

/// A follower with nothing to do for this long goes.
const IDLE: Duration = Duration::from_secs(10);

pub(crate) struct Pool {
    state: Mutex<State>,
    work: Condvar,
    /// Processors this process may use: with one, waking a follower gains nothing.
    parallelism: usize,
}

struct State {
    queue: VecDeque<Arc<dyn Task>>,
    /// A worker is in the poller.
    polling: bool,
    idle: usize,
    workers: usize,
    /// Counts what workers took up, so that the watcher sees that none is stuck.
    progress: u64,
    /// It was said that every worker is taken; once is enough.
    exhausted: bool,
    stopping: bool,
    threads: Vec<JoinHandle<()>>,
}

/// What the watcher sees of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) progress: u64,
    /// Somebody polls and nothing is queued.
    pub(crate) at_rest: bool,
}

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Instead of workers: the driver of the simulation takes the tasks.
#[cfg(ldicomnet_simulation)]
impl Pool {
    pub(crate) fn start(&self, _engine: &Arc<Engine>) -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn queued(&self) -> usize {
        self.state().queue.len()
    }

    pub(crate) fn take(&self, number: usize) -> Option<Arc<dyn Task>> {
        self.state().queue.remove(number)
    }

    /// Queues what one wait found.
    pub(crate) fn share_all(&self, mut ready: Vec<Arc<dyn Task>>) {
        self.share(&mut self.state(), &mut ready);
    }
}

#[cfg_attr(ldicomnet_simulation, allow(dead_code))]
impl Pool {
    pub(crate) fn new() -> Self {
        let state = State {
            queue: VecDeque::new(),
            polling: false,
            idle: 0,
            workers: 0,
            progress: 0,
            exhausted: false,
            stopping: false,
            threads: Vec::new(),
        };
        let parallelism = std::thread::available_parallelism().map_or(1, usize::from);
        Self { state: Mutex::new(state), work: Condvar::new(), parallelism }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the first workers.
    #[cfg(not(ldicomnet_simulation))]
    pub(crate) fn start(&self, engine: &Arc<Engine>) -> std::io::Result<()> {
        let mut state = self.state();
        for _ in 0..WORKERS_MIN {
            self.spawn(&mut state, engine)?;
        }
        Ok(())
    }

    fn spawn(&self, state: &mut State, engine: &Arc<Engine>) -> std::io::Result<()> {
        let engine = Arc::clone(engine);
        let thread = std::thread::Builder::new()
            .name("ldicomnet-worker".into())
            .spawn(move || engine.pool.work(&engine))?;
        state.workers += 1;
        state.threads.retain(|thread| !thread.is_finished());
        state.threads.push(thread);
        Ok(())
    }

    /// Queues a task whose turn was asked for. True: the watcher must be awake, since all
    /// workers are busy.
    pub(crate) fn push(&self, task: Arc<dyn Task>, poller: &crate::net::readiness::Poller) -> bool {
        let mut state = self.state();
        if state.stopping {
            return false;
        }
        state.queue.push_back(task);
        if IS_WORKER.get() && (self.parallelism == 1 || state.idle == 0) {
            // This very thread takes it next, or the watcher sends another.
            return true;
        }
        if state.idle > 0 {
            // One that was woken counts as idle until it runs: with more tasks than idle
            // workers, one of them has nobody coming, and the watcher must see to it.
            let crowded = state.queue.len() > state.idle;
            drop(state);
            self.work.notify_one();
            return crowded;
        }
        if state.polling {
            drop(state);
            poller.wake();
            return false;
        }
        true
    }

    pub(crate) fn glance(&self) -> Glance {
        let state = self.state();
        Glance { progress: state.progress, at_rest: state.polling && state.queue.is_empty() }
    }

    /// Sends one more worker to the work that waits.
    pub(crate) fn promote(&self, engine: &Arc<Engine>) {
        let mut state = self.state();
        if state.stopping {
            return;
        }
        if state.idle > 0 {
            drop(state);
            self.work.notify_one();
        } else if state.workers < WORKERS_MAX {
            if let Err(error) = self.spawn(&mut state, engine) {
                tracing::error!(%error, workers = state.workers, "no worker could be added");
            }
        } else if !std::mem::replace(&mut state.exhausted, true) {
            tracing::warn!(workers = state.workers, "every worker is inside a hook");
        }
    }

    /// Ends the workers and waits for them, but for the one that calls.
    pub(crate) fn stop(&self, engine: &Engine) {
        let mut state = self.state();
        state.stopping = true;
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        self.work.notify_all();
        engine.poller.wake();
        for thread in threads {
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("a worker panicked");
            }
        }
        // What the last waits found: the tasks hold the engine, and the engine them.
        let left = std::mem::take(&mut self.state().queue);
        drop(left);
    }

    fn work(&self, engine: &Arc<Engine>) {
        IS_WORKER.set(true);
        let mut scratch = Scratch::new();
        let mut events = Events::new();
        let mut ready = Vec::new();
        let mut state = self.state();
        while !state.stopping {
            if let Some(task) = state.queue.pop_front() {
                state.progress += 1;
                drop(state);
                run(engine, task, &mut scratch);
                state = self.state();
            } else if !state.polling {
                state.polling = true;
                drop(state);
                if let Err(error) = engine.poller.wait(&mut events) {
                    tracing::error!(%error, "waiting for sockets failed");
                }
                engine.collect(&events, &mut ready);
                state = self.state();
                state.polling = false;
                state.progress += 1;
                self.share(&mut state, &mut ready);
                engine.watch.stay_awake();
            } else {
                state.idle += 1;
                let (again, timeout) =
                    self.work.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
                state = again;
                state.idle -= 1;
                if timeout.timed_out()
                    && state.queue.is_empty()
                    && state.polling
                    && state.workers > WORKERS_MIN
                {
                    break;
                }
            }
        }
        state.workers -= 1;
        if state.stopping {
            // Whoever waits in the poller must see it too.
            drop(state);
            self.work.notify_all();
            engine.poller.wake();
        }
    }

    /// Queues what one wait found; with processors to spare, wakes followers for all but
    /// the first.
    fn share(&self, state: &mut State, ready: &mut Vec<Arc<dyn Task>>) {
        state.queue.extend(ready.drain(..));
        let spare = state.queue.len().saturating_sub(1).min(state.idle).min(self.parallelism - 1);
        for _ in 0..spare {
            self.work.notify_one();
        }
    }
}
