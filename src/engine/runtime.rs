//! The running library: one poller, its workers, the watcher and the pump, started by the
//! first use and ended by the last [`shut_down`](super::shut_down).

use super::pool::Pool;
use super::pump::Pump;
use super::registry::Registry;
use super::schedule::Task;
use super::watch::Watch;
use crate::error::Error;
use crate::net::readiness::{Events, Poller};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) struct Engine {
    pub(crate) poller: Poller,
    pub(crate) registry: Registry,
    pub(crate) pool: Pool,
    pub(crate) watch: Watch,
    pub(crate) pump: Pump,
}

/// The engine that runs, and how often it was asked to.
struct Running {
    engine: Option<Arc<Engine>>,
    started: u32,
}

#[cfg(not(ldicomnet_simulation))]
static RUNNING: Mutex<Running> = Mutex::new(Running { engine: None, started: 0 });

#[cfg(ldicomnet_simulation)]
thread_local! {
    /// Each world has its own.
    static RUNNING: &'static Mutex<Running> =
        Box::leak(Box::new(Mutex::new(Running { engine: None, started: 0 })));
}

fn running() -> MutexGuard<'static, Running> {
    #[cfg(ldicomnet_simulation)]
    return RUNNING.with(|running| running.lock().unwrap_or_else(PoisonError::into_inner));
    #[cfg(not(ldicomnet_simulation))]
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The engine; starts it if it does not run.
///
/// # Errors
///
/// The system's, when no poller or thread can be had.
pub(crate) fn engine() -> Result<Arc<Engine>, Error> {
    let mut running = running();
    if let Some(engine) = &running.engine {
        return Ok(Arc::clone(engine));
    }
    let engine = Engine::start().map_err(|error| Error::io("start the library", &error))?;
    running.engine = Some(Arc::clone(&engine));
    Ok(engine)
}

/// The engine, if it runs.
pub(crate) fn engine_if_running() -> Option<Arc<Engine>> {
    running().engine.clone()
}

/// Counts a use of the library, and starts it.
pub(crate) fn start_up() -> Result<(), Error> {
    engine()?;
    running().started += 1;
    Ok(())
}

/// Counts a use off. The last one closes every object and joins every thread.
pub(crate) fn shut_down() {
    let engine = {
        let mut running = running();
        running.started = running.started.saturating_sub(1);
        if running.started > 0 {
            return;
        }
        running.engine.take()
    };
    if let Some(engine) = engine {
        engine.stop();
    }
}

impl Engine {
    fn start() -> std::io::Result<Arc<Self>> {
        let engine = Arc::new(Self {
            poller: Poller::new()?,
            registry: Registry::new(),
            pool: Pool::new(),
            watch: Watch::new(),
            pump: Pump::new()?,
        });
        let started = engine.watch.start(&engine).and_then(|()| engine.pool.start(&engine));
        if let Err(error) = started {
            engine.stop();
            return Err(error);
        }
        Ok(engine)
    }

    fn stop(&self) {
        for task in self.registry.all() {
            task.shut_down();
        }
        self.pool.stop(self);
        self.watch.stop();
        // What came in while the workers were still going.
        for task in self.registry.all() {
            task.shut_down();
        }
        self.pump.stop();
    }

    /// Asks for a turn of the task. Any thread.
    pub(crate) fn schedule(&self, task: Arc<dyn Task>) {
        if task.turn().ask() {
            self.queue(task);
        }
    }

    /// Queues a task whose turn was asked for.
    pub(crate) fn queue(&self, task: Arc<dyn Task>) {
        if task.is_pumped() {
            self.pump.push(task);
        } else if self.pool.push(task, &self.poller) {
            self.watch.stay_awake();
        }
    }

    /// Turns the reports of one wait into tasks to run.
    pub(crate) fn collect(&self, events: &Events, tasks: &mut Vec<Arc<dyn Task>>) {
        for ready in events.iter() {
            let Some(task) = self.registry.get(ready.key) else { continue };
            let wants_turn = task.ready(ready);
            let pumped = task.is_pumped();
            // Readiness is level-triggered: what cannot be served now must not be reported
            // again and again. `run` puts it back after the turn that is asked for here.
            if wants_turn && (pumped || task.turn().is_taken()) {
                task.pause();
            }
            if wants_turn && task.turn().ask() {
                if pumped { self.pump.push(task) } else { tasks.push(task) }
            }
        }
    }

    /// The deadline of a task has come.
    pub(crate) fn due(&self, key: u64) {
        if let Some(task) = self.registry.get(key)
            && task.due()
        {
            self.schedule(task);
        }
    }
}
