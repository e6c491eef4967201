//! Tasks: objects whose turns never overlap, however often they are asked to run.

use super::runtime::Engine;
use crate::net::readiness::Ready;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Room and buffers of the thread that runs a turn.
pub(crate) struct Scratch {
    /// Where bytes are received. An idle connection owns no buffer of its own.
    pub(crate) receive: Vec<u8>,
    /// So many at its front are the beginning of a PDU of which this turn reads on.
    pub(crate) held: usize,
}

/// The longest run of bytes one read takes: two PDUs of the maximum length that is advertised by default, with
/// their heads, and what little there is before or behind them.
pub(crate) const RECEIVE_BYTES: usize = (256 << 10) + (4 << 10);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { receive: vec![0; RECEIVE_BYTES], held: 0 }
    }
}

/// Something the engine serves: a listener, a connection, an attempt to connect.
pub(crate) trait Task: Send + Sync + 'static {
    /// Its place in the schedule.
    fn turn(&self) -> &Turn;
    /// Do its hooks wait for the pump?
    fn is_pumped(&self) -> bool;
    /// One turn: whatever there is to do, hooks included. Gives itself back.
    fn run(self: Arc<Self>, scratch: &mut Scratch) -> Arc<dyn Task>;
    /// Its socket is ready. On the polling thread: must not block and calls no hook.
    /// True asks for a turn.
    fn ready(&self, ready: Ready) -> bool;
    /// Its deadline has come. On the watching thread: must not block and calls no hook.
    /// True asks for a turn.
    fn due(&self) -> bool;
    /// Takes its socket out of the poller until [`resume`](Self::resume).
    fn pause(&self);
    /// After each turn: puts its socket back if it was taken out.
    fn resume(&self);
    /// The library shuts down: ends it without a hook.
    fn shut_down(&self);
}

const IDLE: u8 = 0;
const QUEUED: u8 = 1;
const RUNNING: u8 = 2;
const RUNNING_ASKED_AGAIN: u8 = 3;

/// Where a task stands: idle, queued once, running, or running and asked for once more.
#[derive(Debug)]
pub(crate) struct Turn(AtomicU8);

impl Turn {
    pub(crate) const fn new() -> Self {
        Self(AtomicU8::new(IDLE))
    }

    /// Asks for a turn. True: the caller must queue the task.
    pub(crate) fn ask(&self) -> bool {
        let asked = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
            // Written even where nothing changes: the turn that was asked for then begins with
            // all that this thread has done before.
            Some(if matches!(state, IDLE | QUEUED) { QUEUED } else { RUNNING_ASKED_AGAIN })
        });
        asked == Ok(IDLE)
    }

    /// Is it queued or running?
    pub(crate) fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire) != IDLE
    }

    /// Is this thread in it? What it leaves to be done is then done before the turn ends.
    pub(crate) fn runs_here(&self) -> bool {
        std::ptr::eq(RUNS.get(), self)
    }

    fn begin(&self) {
        self.0.swap(RUNNING, Ordering::AcqRel);
    }

    /// True: it was asked for meanwhile, and the caller must queue it again.
    fn end(&self) -> bool {
        if self.0.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            return false;
        }
        self.0.store(QUEUED, Ordering::Release);
        true
    }
}

thread_local! {
    /// The turn that this thread is in; the innermost, where a hook pumps.
    static RUNS: Cell<*const Turn> = const { Cell::new(std::ptr::null()) };
}

/// Runs one turn of a queued task.
pub(crate) fn run(engine: &Engine, task: Arc<dyn Task>, scratch: &mut Scratch) {
    task.turn().begin();
    let outer = RUNS.replace(task.turn());
    let task = task.run(scratch);
    RUNS.set(outer);
    task.resume();
    if task.turn().end() {
        engine.queue(task);
    }
}
