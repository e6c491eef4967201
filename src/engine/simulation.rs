//! The driver of the simulation: it does what the workers, the watcher and the poller do, one thing at a time
//! and in an order that the seed decides. Only with `--cfg ldicomnet_simulation`, and for tests alone.
//!
//! One world belongs to one thread. Nothing in it blocks: a call that would wait panics.

use super::runtime::{self, Engine};
use super::schedule::{Scratch, run};
use crate::net::readiness::Events;
use crate::net::simulation as below;
pub use below::{Faults, RawSocket};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A task had its turn.
    Turn,
    /// Sockets were asked for.
    Poll,
    /// The pump ran what waited for it.
    Pump,
    /// A thread did its work.
    Thread,
    /// A deadline was told.
    Deadline,
    /// The network brought something.
    Network,
    /// Time went on.
    Time,
}

/// What is left when everything should be over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    /// Tasks that the engine knows.
    pub tasks: usize,
    /// Tasks that wait for a turn.
    pub queued: usize,
    /// Deadlines.
    pub deadlines: usize,
    /// Descriptors of sockets.
    pub sockets: usize,
    /// Ends of connections that the network still has to do with.
    pub connections: usize,
}

/// How long a worker may take to come to what there is to do, as a rule.
const SLOW: Duration = Duration::from_millis(100);

thread_local! {
    /// Buffers for turns; more than one where a hook lets others have theirs.
    static SCRATCHES: RefCell<Vec<Scratch>> = const { RefCell::new(Vec::new()) };
    static EVENTS: RefCell<Events> = RefCell::new(Events::new());
}

/// Begins a world on this thread, in which the library does not run yet.
pub fn begin(seed: u64, faults: Faults) {
    end();
    below::begin(seed, faults);
}

/// Ends the world; the library is shut down in it.
pub fn end() {
    if below::is_running() {
        super::start_up().unwrap_or_else(|error| panic!("the library starts in a world: {error}"));
        super::shut_down();
        below::end();
    }
}

/// How long the world has lasted, by its own clock.
#[must_use]
pub fn time() -> Duration {
    below::time()
}

/// A number below `below`, of the world's generator.
#[must_use]
pub fn random(below: u64) -> u64 {
    below::random(below)
}

/// Notes something in the trace.
pub fn note(what: &str, of: u64, value: u64) {
    below::note(what, of, value);
}

/// The trace so far, as one number.
#[must_use]
pub fn trace() -> u64 {
    below::steps_hash()
}

/// What is left.
#[must_use]
pub fn remains() -> Remains {
    let (sockets, connections) = below::open_sockets();
    let Some(engine) = runtime::engine_if_running() else {
        return Remains { sockets, connections, ..Remains::default() };
    };
    Remains {
        tasks: engine.registry.all().len(),
        queued: engine.pool.queued() + engine.pump.queued(),
        deadlines: engine.watch.deadlines(),
        sockets,
        connections,
    }
}

/// Time goes on to this point, where nothing happens before it.
pub fn pass(to: Duration) {
    below::advance(to);
}

/// Does one thing. Time goes on to `until` at most; `None` where nothing is left to be done before that.
pub fn step(until: Option<Duration>) -> Option<Step> {
    let engine = runtime::engine_if_running();
    let now = below::time();
    let queued = engine.as_ref().map_or(0, |engine| engine.pool.queued());
    let deadline = engine.as_ref().and_then(|engine| engine.watch.earliest());
    let deadline = deadline.map(|at| now + at.saturating_duration_since(crate::net::clock::now()));
    let arrival = below::next_event_at();
    let is_due = |at: Option<Duration>| at.is_some_and(|at| at <= now);
    // How often each comes where all could.
    let weights = [
        (Step::Turn, if queued > 0 { 8 } else { 0 }),
        (Step::Poll, if engine.is_some() && below::has_ready() { 6 } else { 0 }),
        (Step::Pump, if engine.as_ref().is_some_and(|engine| engine.pump.queued() > 0) { 2 } else { 0 }),
        (Step::Thread, if below::spawned() > 0 { 1 } else { 0 }),
        (Step::Deadline, if is_due(deadline) { 3 } else { 0 }),
        (Step::Network, if is_due(arrival) { 6 } else { 0 }),
    ];
    let total: u64 = weights.iter().map(|(_, weight)| weight).sum();
    let next = [deadline, arrival].into_iter().flatten().min().filter(|at| *at > now);
    let next = next.filter(|at| until.is_none_or(|until| *at <= until));
    // Workers may be slow: time goes on a little though there is work.
    let is_near = |next: Duration| next.saturating_sub(now) < SLOW && below::random(32) == 0;
    if let Some(next) = next
        && (total == 0 || is_near(next) || below::stands_still())
    {
        below::advance(next);
        return Some(Step::Time);
    }
    if total == 0 {
        return None;
    }
    let mut pick = below::random(total);
    let (step, _) = weights.iter().find(|(_, weight)| {
        let is_it = pick < *weight;
        pick = pick.saturating_sub(*weight);
        is_it
    })?;
    take(*step, engine.as_ref(), queued);
    Some(*step)
}

fn take(step: Step, engine: Option<&Arc<Engine>>, queued: usize) {
    match (step, engine) {
        (Step::Network, _) => drop(below::deliver()),
        (Step::Thread, _) => {
            let number = below::random(below::spawned() as u64);
            if let Some(work) = below::take_spawned(number as usize) {
                below::note("thread", number, 0);
                work();
            }
        }
        (Step::Turn, Some(engine)) => {
            let number = below::random(queued as u64);
            if let Some(task) = engine.pool.take(number as usize) {
                below::note("turn", number, queued as u64);
                let mut scratch = SCRATCHES.with_borrow_mut(Vec::pop).unwrap_or_else(Scratch::new);
                run(engine, task, &mut scratch);
                SCRATCHES.with_borrow_mut(|all| all.push(scratch));
            }
        }
        (Step::Poll, Some(engine)) => {
            let mut ready = Vec::new();
            EVENTS.with_borrow_mut(|events| {
                if let Err(error) = engine.poller.wait(events) {
                    panic!("the simulation's poller does not fail: {error}");
                }
                engine.collect(events, &mut ready);
            });
            below::note("poll", ready.len() as u64, 0);
            engine.pool.share_all(ready);
        }
        (Step::Pump, Some(engine)) => {
            below::note("pump", engine.pump.queued() as u64, 0);
            engine.pump.breathe(engine);
        }
        (Step::Deadline, Some(engine)) => {
            if let Some(key) = engine.watch.pop_due() {
                below::note("deadline", key, 0);
                engine.due(key);
            }
        }
        _ => {}
    }
}
