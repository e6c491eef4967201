//! Pump mode: turns that wait for the application's own loop.

use super::runtime::Engine;
use super::schedule::{Scratch, Task, run};
use crate::net::clock;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The tasks whose hooks wait for `breathe` or `wait`.
pub(crate) struct Pump {
    queue: Mutex<VecDeque<Arc<dyn Task>>>,
    filled: Condvar,
    signal: Signal,
    stopped: AtomicBool,
}

impl Pump {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            queue: Mutex::default(),
            filled: Condvar::new(),
            signal: Signal::new()?,
            stopped: AtomicBool::new(false),
        })
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<dyn Task>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, task: Arc<dyn Task>) {
        let mut queue = self.queue();
        if self.stopped.load(Ordering::Acquire) {
            return;
        }
        if queue.is_empty() {
            self.signal.raise();
        }
        queue.push_back(task);
        drop(queue);
        self.filled.notify_one();
    }

    /// How much waits.
    #[cfg(ldicomnet_simulation)]
    pub(crate) fn queued(&self) -> usize {
        self.queue().len()
    }

    /// The library shuts down: nothing is run any more.
    pub(crate) fn stop(&self) {
        let queue = self.queue();
        self.stopped.store(true, Ordering::Release);
        drop(queue);
        while self.pop().is_some() {}
    }

    fn pop(&self) -> Option<Arc<dyn Task>> {
        let mut queue = self.queue();
        let task = queue.pop_front();
        if task.is_some() && queue.is_empty() {
            self.signal.lower();
        }
        task
    }

    /// The descriptor that polls readable while there is work; -1 where the system has none.
    pub(crate) fn descriptor(&self) -> i64 {
        self.signal.descriptor()
    }

    /// Runs what is waiting now. True if anything was.
    pub(crate) fn breathe(&self, engine: &Engine) -> bool {
        // What the turns themselves queue is left for the next call, so that this one ends.
        let waiting = self.queue().len();
        let mut ran = false;
        for _ in 0..waiting {
            let Some(task) = self.pop() else { break };
            with_scratch(|scratch| run(engine, task, scratch));
            ran = true;
        }
        ran
    }

    /// Waits until there is something to run, and runs it. False: the time ended first.
    pub(crate) fn wait(&self, engine: &Engine, timeout: Option<Duration>) -> bool {
        let deadline = timeout.and_then(|timeout| clock::now().checked_add(timeout));
        let mut queue = self.queue();
        while queue.is_empty() {
            queue = match deadline {
                None => self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(clock::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.filled.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        drop(queue);
        self.breathe(engine);
        true
    }
}

thread_local! {
    /// A pumping thread's buffers. A hook that pumps in its turn gets fresh ones.
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

fn with_scratch(work: impl FnOnce(&mut Scratch)) {
    let mut scratch = SCRATCH.with_borrow_mut(Option::take).unwrap_or_else(Scratch::new);
    work(&mut scratch);
    SCRATCH.with_borrow_mut(|slot| *slot = Some(scratch));
}

#[cfg(unix)]
use self::unix::Signal;

#[cfg(unix)]
mod unix {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    /// A pair of sockets: readable while raised.
    pub(super) struct Signal {
        near: UnixStream,
        far: UnixStream,
    }

    impl Signal {
        pub(super) fn new() -> io::Result<Self> {
            let (near, far) = UnixStream::pair()?;
            near.set_nonblocking(true)?;
            far.set_nonblocking(true)?;
            Ok(Self { near, far })
        }

        /// Called with the queue's lock held, only when it was lowered.
        pub(super) fn raise(&self) {
            if let Err(error) = (&self.far).write_all(&[1]) {
                tracing::error!(%error, "the event handle could not be raised");
            }
        }

        /// Called with the queue's lock held, only when it was raised.
        pub(super) fn lower(&self) {
            if let Err(error) = (&self.near).read_exact(&mut [0]) {
                tracing::error!(%error, "the event handle could not be lowered");
            }
        }

        pub(super) fn descriptor(&self) -> i64 {
            i64::from(self.near.as_raw_fd())
        }
    }
}

#[cfg(not(unix))]
struct Signal;

#[cfg(not(unix))]
impl Signal {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    fn raise(&self) {}

    fn lower(&self) {}

    fn descriptor(&self) -> i64 {
        -1
    }
}
