//! One simulated world: its time, what is on its way in it, and the trace of what happened.

use super::faults::Faults;
use super::stream::{Id, Sockets};
use rustix::io::Errno;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

type Work = Box<dyn FnOnce() + Send>;

/// Everything below the engine.
pub(super) struct World {
    pub(super) random: fastrand::Rng,
    pub(super) faults: Faults,
    /// What the engine takes for the beginning of time.
    origin: Instant,
    now: Duration,
    events: BTreeMap<(Duration, u64), Event>,
    next_event: u64,
    pub(super) sockets: Sockets,
    /// What the network usually takes.
    latency: Duration,
    /// Unread bytes go with a reset, as on some systems.
    pub(super) reset_takes_unread: bool,
    /// Sockets that may have become ready since it was looked last.
    pub(super) may_be_ready: BTreeSet<Id>,
    threads: Vec<Work>,
    hash: u64,
    shows: bool,
}

/// What the network brings at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Bytes, or their end, of one end to the other.
    Segment(Id),
    /// A request to connect; how often it was made.
    Connect(Id, u32),
    /// A connection breaks at this end.
    Break(Id, Errno),
}

/// Does something in this thread's world, if it has one.
pub(super) fn with<R>(work: impl FnOnce(&mut World) -> R) -> Option<R> {
    // A thread that ends has none any more.
    WORLD.try_with(|world| world.borrow_mut().as_mut().map(work)).ok().flatten()
}

/// The trace begins like this.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl World {
    fn new(seed: u64, faults: Faults) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let latency = Duration::from_micros(10 << random.u32(..13));
        let reset_takes_unread = random.u32(..4) == 0;
        Self {
            random,
            faults,
            origin: Instant::now(),
            now: Duration::ZERO,
            events: BTreeMap::new(),
            next_event: 0,
            sockets: Sockets::default(),
            latency,
            reset_takes_unread,
            may_be_ready: BTreeSet::new(),
            threads: Vec::new(),
            hash: BASIS,
            shows: std::env::var_os("SIMULATION_TRACE").is_some(),
        }
    }

    /// Has the time come for something that happens once in so many times?
    pub(super) fn happens(&mut self, one_in: u32) -> bool {
        one_in != 0 && self.random.u32(..one_in) == 0
    }

    pub(super) fn part_of(&mut self, length: usize) -> usize {
        if length <= 1 || !self.happens(self.faults.short) {
            return length;
        }
        // A few bytes as often as not, so that heads are cut too.
        let most = if self.random.bool() { length.min(16) } else { length };
        self.random.usize(1..=most)
    }

    /// What the network takes for one thing.
    pub(super) fn delay(&mut self) -> Duration {
        let usual = self.latency.mul_f64(0.5 + self.random.f64());
        // A lost packet, repeated.
        if self.random.u32(..64) == 0 {
            usual + Duration::from_millis(self.random.u64(1..400))
        } else {
            usual
        }
    }

    /// Something happens after a while.
    pub(super) fn after(&mut self, delay: Duration, event: Event) {
        self.events.insert((self.now + delay, self.next_event), event);
        self.next_event += 1;
    }

    /// Notes what happened, so that two runs can be compared.
    pub(super) fn note(&mut self, what: &str, of: u64, value: u64) {
        if self.shows {
            eprintln!("{:>14?} {what} {of} {value}", self.now);
        }
        for byte in what.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        for word in [self.now.as_nanos() as u64, of, value] {
            self.hash = (self.hash ^ word).wrapping_mul(PRIME).rotate_left(23);
        }
    }
}

/// Begins a world on this thread; an earlier one is gone.
pub(crate) fn begin(seed: u64, faults: Faults) {
    WORLD.set(Some(World::new(seed, faults)));
}

/// The world is over.
pub(crate) fn end() {
    let over = WORLD.take();
    // What waits in it may hold sockets, which look for the world.
    drop(over);
}

/// Has this thread a world?
pub(crate) fn is_running() -> bool {
    with(|_| ()).is_some()
}

/// What the engine is told when it asks for the time.
pub(crate) fn now() -> Instant {
    with(|world| world.origin + world.now).unwrap_or_else(Instant::now)
}

/// How long the world has lasted, by its own clock.
pub(crate) fn time() -> Duration {
    with(|world| world.now).unwrap_or_default()
}

/// A number of the world's generator.
pub(crate) fn random(below: u64) -> u64 {
    with(|world| world.random.u64(..below.max(1))).unwrap_or(0)
}

/// See [`World::note`].
pub(crate) fn note(what: &str, of: u64, value: u64) {
    with(|world| world.note(what, of, value));
}

/// What was noted, as one number.
pub(crate) fn steps_hash() -> u64 {
    with(|world| world.hash).unwrap_or(0)
}

/// When the network brings something next.
pub(crate) fn next_event_at() -> Option<Duration> {
    with(|world| world.events.first_key_value().map(|((at, _), _)| *at)).flatten()
}

/// Time goes on to this point; never back.
pub(crate) fn advance(to: Duration) {
    with(|world| world.now = world.now.max(to));
}

/// Brings one thing whose time has come. False: there is none.
pub(crate) fn deliver() -> bool {
    with(|world| {
        let due = world.events.first_entry().filter(|entry| entry.key().0 <= world.now);
        let Some(event) = due.map(std::collections::btree_map::OccupiedEntry::remove) else { return false };
        world.happen(event);
        true
    })
    .unwrap_or(false)
}

/// Is there a socket that a wait would report?
pub(crate) fn has_ready() -> bool {
    with(|world| world.has_ready()).unwrap_or(false)
}

/// Sockets that somebody holds, and those that the network still has to do with.
pub(crate) fn open_sockets() -> (usize, usize) {
    with(|world| world.sockets.count()).unwrap_or((0, 0))
}

/// A thread: its work waits until it is [taken](take_spawned).
pub(crate) fn spawn(work: Work) -> io::Result<()> {
    let outcome = with(|world| {
        if world.happens(world.faults.spawn) {
            world.note("spawn fails", 0, 0);
            return Err(Errno::AGAIN.into());
        }
        world.threads.push(work);
        Ok(())
    });
    outcome.unwrap_or_else(|| Err(Errno::AGAIN.into()))
}

/// Threads that have not run.
pub(crate) fn spawned() -> usize {
    with(|world| world.threads.len()).unwrap_or(0)
}

/// The work of one of them.
pub(crate) fn take_spawned(number: usize) -> Option<Work> {
    with(|world| (number < world.threads.len()).then(|| world.threads.swap_remove(number))).flatten()
}

/// The addresses of a name: `10.0.0.1` to `10.0.0.3` for `three.a`, one for any other text; or `None`.
pub(crate) fn resolve(name: &str) -> Option<Vec<IpAddr>> {
    let fails = with(|world| world.happens(world.faults.resolve)).unwrap_or(false);
    let count = if name.starts_with("three.") { 3 } else { 1 };
    (!fails).then(|| (1..=count).map(|last| Ipv4Addr::new(10, 0, 0, last).into()).collect())
}
