//! One world: its objects, what its applications mean to do later, and the loop that runs it to its end.

use crate::simulation::actions::{self, Action};
use crate::simulation::agent::Agent;
use crate::simulation::model::{Association, Hook, Life};
use crate::simulation::payload::Mark;
use crate::simulation::people;
use crate::simulation::raw::RawPeer;
use ldicomnet::engine::Net;
use ldicomnet::simulation::{self, Faults, Remains};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How the applications of a world behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Nobody breaks anything off, and nothing fails: everything must succeed.
    pub(crate) is_polite: bool,
    pub(crate) faults: Faults,
    pub(crate) listeners: u32,
    pub(crate) requestors: u32,
    pub(crate) raw_peers: u32,
    pub(crate) raw_listeners: u32,
    /// Associations that each requestor makes.
    pub(crate) rounds: u32,
    /// Messages of an association, at most.
    pub(crate) messages: u64,
    /// Bytes of a data set, at most.
    pub(crate) bytes: u64,
}

impl Profile {
    /// That of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let polite = Self {
            is_polite: true,
            faults: Faults::default(),
            listeners: 1,
            requestors: 12,
            raw_peers: 0,
            raw_listeners: 0,
            rounds: 3,
            messages: 12,
            bytes: 40_000,
        };
        let rude = Self { is_polite: false, listeners: 2, rounds: 2, ..polite };
        let rude = Self { raw_peers: 6, raw_listeners: 1, requestors: 20, ..rude };
        match seed % 8 {
            0 => polite,
            // Long data sets, a few bytes at a time.
            1 => Self {
                faults: Faults { short: 2, interrupt: 3, accept: 3, ..Faults::default() },
                requestors: 8,
                bytes: 250_000,
                ..polite
            },
            2 => rude,
            // Nobody stands still here: what has a time keeps to it.
            3 => Self { faults: Faults { standstill: 0, connect: 6, ..Faults::all(500) }, ..rude },
            4 => Self { faults: Faults::all(100), ..rude },
            5 => Self { faults: Faults::all(25), ..rude },
            // Hundreds at once.
            6 => Self { listeners: 4, requestors: 250, raw_peers: 40, rounds: 1, messages: 4, ..rude },
            _ => Self {
                faults: Faults { short: 2, ..Faults::all(200) },
                bytes: 400_000,
                requestors: 8,
                messages: 6,
                ..rude
            },
        }
    }
}

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Listener { port: u16 },
    Client { listener: u32 },
    Requestor { rounds_left: u32, messages_left: u64, burst: u64 },
}

/// One object, and what the model knows of it.
pub(crate) struct Actor {
    pub(crate) role: Role,
    pub(crate) net: Net,
    pub(crate) life: Option<Life>,
    /// The listener whose `on_accept` accepted it, until that returns.
    waits_for: Option<u32>,
    /// Hooks of it that run, whatever life they are of: never more than one.
    running: u32,
}

/// Everything that the applications of one world know.
pub(crate) struct World {
    pub(crate) profile: Profile,
    pub(crate) actors: BTreeMap<u32, Actor>,
    pub(crate) associations: BTreeMap<u32, Association>,
    pub(crate) raw_peers: BTreeMap<u32, RawPeer>,
    /// Where listeners are, ours and others.
    pub(crate) ports: Vec<u16>,
    agenda: BTreeMap<(Duration, u64), Action>,
    /// Files that must be there at the end, and what of; `None` for one that was there before.
    pub(crate) files: BTreeMap<PathBuf, Option<(Mark, usize)>>,
    pub(crate) directory: PathBuf,
    violation: Option<String>,
    next: u64,
    /// Hooks that let others go on meanwhile, one inside the other.
    depth: u32,
    /// Hooks that run.
    running: u32,
    steps: u64,
    pub(crate) tally: Tally,
    token: Arc<()>,
}

/// What was done in a world: that it tries what it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) steps: u64,
    pub(crate) hooks: u64,
    pub(crate) connected: u64,
    pub(crate) associations: u64,
    pub(crate) released: u64,
    pub(crate) messages: u64,
    pub(crate) answers: u64,
    pub(crate) files: u64,
    pub(crate) ends: u64,
}

thread_local! {
    static HERE: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Works on this thread's world. Nothing of the library that calls a hook may be called inside.
pub(crate) fn here<R>(work: impl FnOnce(&mut World) -> R) -> R {
    HERE.with_borrow_mut(|world| work(world.as_mut().expect("a world runs on this thread")))
}

/// Once in so many times.
pub(crate) fn chance(one_in: u64) -> bool {
    simulation::random(one_in) == 0
}

/// Once in so many times, in a world that is not polite.
pub(crate) fn rudely(one_in: u64) -> bool {
    let is_polite = here(|world| world.profile.is_polite);
    !is_polite && chance(one_in)
}

/// A rule was broken: the first counts.
pub(crate) fn violation(what: String) {
    here(|world| world.violate(what));
}

/// A hook that runs, as long as this lives.
pub(crate) struct Running(u32);

impl Drop for Running {
    fn drop(&mut self) {
        // It may take long to return, too.
        if !std::thread::panicking() && chance(30) {
            dawdle();
        }
        here(|world| {
            world.running -= 1;
            if let Some(actor) = world.actors.get_mut(&self.0) {
                actor.running -= 1;
            }
        });
    }
}

impl World {
    fn new(profile: Profile, directory: PathBuf) -> Self {
        Self {
            profile,
            actors: BTreeMap::new(),
            associations: BTreeMap::new(),
            raw_peers: BTreeMap::new(),
            ports: Vec::new(),
            agenda: BTreeMap::new(),
            files: BTreeMap::new(),
            directory,
            violation: None,
            next: 0,
            depth: 0,
            running: 0,
            steps: 0,
            tally: Tally::default(),
            token: Arc::default(),
        }
    }

    pub(crate) fn violate(&mut self, what: String) {
        simulation::note("violation", 0, 0);
        self.violation.get_or_insert(what);
    }

    pub(crate) fn number(&mut self) -> u32 {
        self.next += 1;
        self.next as u32
    }

    /// Is nobody inside a hook?
    pub(crate) fn is_outside(&self) -> bool {
        self.running == 0
    }

    /// A new object.
    pub(crate) fn enter(&mut self, role: Role) -> u32 {
        let name = self.number();
        let net = Net::new(Arc::new(Agent::new(name, Arc::clone(&self.token))));
        self.actors.insert(name, Actor { role, net, life: None, waits_for: None, running: 0 });
        name
    }

    pub(crate) fn net(&self, name: u32) -> Option<Net> {
        self.actors.get(&name).map(|actor| actor.net.clone())
    }

    pub(crate) fn life(&mut self, name: u32) -> Option<&mut Life> {
        self.actors.get_mut(&name)?.life.as_mut()
    }

    /// A client was accepted in a hook of its listener.
    pub(crate) fn waits_for(&mut self, client: u32, listener: u32) {
        if let Some(actor) = self.actors.get_mut(&client) {
            actor.waits_for = Some(listener);
        }
    }

    /// That hook returns.
    pub(crate) fn let_go(&mut self, listener: u32) {
        for actor in self.actors.values_mut().filter(|actor| actor.waits_for == Some(listener)) {
            actor.waits_for = None;
        }
    }

    /// The life that an action or a hook was meant for, if it has not ended.
    pub(crate) fn life_of(&mut self, name: u32, generation: u32) -> Option<&mut Life> {
        self.life(name).filter(|life| life.generation == generation)
    }

    /// Does something later.
    pub(crate) fn later(&mut self, delay: Duration, action: Action) {
        let at = simulation::time() + delay;
        self.next += 1;
        self.agenda.insert((at, self.next), action);
    }

    /// A hook of an object begins.
    pub(crate) fn begin(&mut self, name: u32, generation: u32, hook: Hook) -> Option<Running> {
        self.tally.hooks += 1;
        let Some(actor) = self.actors.get_mut(&name) else {
            self.violate(format!("{hook:?} of {name}, which has gone"));
            return None;
        };
        let role = actor.role;
        if actor.running > 0 {
            self.violate(format!("{hook:?} of {name} ({role:?}) while another of its hooks runs"));
            return None;
        }
        if let Some(listener) = actor.waits_for {
            self.violate(format!("{hook:?} of {name} before the on_accept of {listener} has returned"));
            return None;
        }
        let Some(life) = actor.life.as_mut().filter(|life| life.generation == generation) else {
            let now = actor.life.as_ref().map(|life| life.generation);
            self.violate(format!("{hook:?} of {name} ({role:?}) in life {generation}; it is in {now:?}"));
            return None;
        };
        let took = simulation::time().saturating_sub(life.since);
        if matches!(hook, Hook::Connect(_)) && took > CONNECTING_MAX && self.profile.faults.standstill == 0 {
            self.violate(format!("{name} was told after {took:?} how its attempt to connect ended"));
            return None;
        }
        if let Err(why) = life.hook(hook) {
            self.violate(format!("{name} ({role:?}): {why}"));
            return None;
        }
        if let Hook::Receive(_) = hook
            && life.is_acceptor
            && let Some(association) = self.associations.get_mut(&life.association)
        {
            association.forward_received_bytes = life.received_bytes;
        }
        actor.running += 1;
        self.running += 1;
        Some(Running(name))
    }

    /// An object's life is over, as a hook or its own `close` said.
    pub(crate) fn ended(&mut self, name: u32, generation: u32) -> Option<Life> {
        // While its hook took its time, the application may have begun another.
        self.life_of(name, generation)?;
        let life = self.actors.get_mut(&name)?.life.take()?;
        self.tally.ends += 1;
        if matches!(self.actors.get(&name)?.role, Role::Requestor { .. }) {
            let delay = Duration::from_millis(simulation::random(3000));
            self.later(delay, Action::Round(name));
        }
        Some(life)
    }
}

/// A hook takes its time: others go on meanwhile, as they do on other threads.
pub(crate) fn dawdle() {
    let may = here(|world| {
        let may = world.depth < 2;
        world.depth += u32::from(may);
        may
    });
    if !may {
        return;
    }
    for _ in 0..simulation::random(20) {
        if !go_on(Some(simulation::time() + Duration::from_millis(200))) {
            break;
        }
    }
    here(|world| world.depth -= 1);
}

/// One step, of the applications or of what lies below. False: nothing is left to be done until then.
fn go_on(until: Option<Duration>) -> bool {
    let now = simulation::time();
    let next = here(|world| world.agenda.first_key_value().map(|(key, _)| key.0));
    if next.is_some_and(|at| at <= now) && chance(3) {
        return perform();
    }
    let horizon = [next, until].into_iter().flatten().min();
    if simulation::step(horizon).is_some() {
        here(|world| world.steps += 1);
        return true;
    }
    match next {
        Some(at) if until.is_none_or(|until| at <= until) => {
            simulation::pass(at);
            perform()
        }
        _ => false,
    }
}

fn perform() -> bool {
    let action = here(|world| world.agenda.pop_first());
    let Some((_, action)) = action else { return false };
    here(|world| world.steps += 1);
    actions::perform(action);
    true
}

/// How long an attempt to connect may take: three addresses, 16 s for each, and what the pump takes.
const CONNECTING_MAX: Duration = Duration::from_secs(80);

/// A world that steps this often without time going on never ends.
const STEPS_AT_ONCE: u64 = 2_000_000;

/// No world takes so many.
const STEPS_MAX: u64 = 10_000_000;

/// Runs until nothing is left to be done, or a rule is broken.
fn run() -> Result<(), String> {
    let (mut since, mut time) = (here(|world| world.steps), simulation::time());
    loop {
        let went_on = go_on(None);
        let (violation, steps) = here(|world| (world.violation.take(), world.steps));
        if let Some(violation) = violation {
            return Err(violation);
        }
        if !went_on {
            return Ok(());
        }
        if steps > STEPS_MAX {
            return Err(format!("it never ends; {:?}", here(World::unfinished)));
        }
        if simulation::time() > time {
            (since, time) = (steps, simulation::time());
        } else if steps - since > STEPS_AT_ONCE {
            return Err(format!("{STEPS_AT_ONCE} steps in no time"));
        }
    }
}

/// One world from its beginning to its end: what was done in it, and its trace.
pub(crate) fn play(seed: u64, profile: Profile) -> Result<(Tally, u64), String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    for part in ["in", "out", "spool"] {
        std::fs::create_dir(directory.path().join(part)).map_err(|error| error.to_string())?;
    }
    simulation::begin(seed, profile.faults);
    HERE.set(Some(World::new(profile, directory.path().to_path_buf())));
    let token = here(|world| Arc::clone(&world.token));
    let outcome = live();
    let (steps, time, trace) = (here(|world| world.steps), simulation::time(), simulation::trace());
    let over = HERE.take();
    simulation::end();
    let tally = over.as_ref().map(|world| world.tally).unwrap_or_default();
    drop(over);
    let outcome = outcome.and_then(|()| match Arc::strong_count(&token) {
        1 => Ok(()),
        count => Err(format!("{} objects were never freed", count - 1)),
    });
    outcome.map_err(|why| format!("after {steps} steps, at {time:?}: {why}"))?;
    Ok((Tally { steps, ..tally }, trace))
}

fn live() -> Result<(), String> {
    people::enter();
    run()?;
    // Whoever waits for something now waits for ever.
    here(World::unfinished)?;
    people::close_listeners();
    run()?;
    here(World::unfinished)?;
    // Strangers may stay for ever: nothing of ours waits for them.
    let strangers = here(|world| world.raw_peers.values().map(RawPeer::sockets).sum());
    let remains = simulation::remains();
    if (Remains { connections: 0, ..remains }) != (Remains { sockets: strangers, ..Remains::default() }) {
        return Err(format!("beside {strangers} sockets of strangers there are {remains:?}"));
    }
    here(|world| world.raw_peers.clear());
    run()?;
    let remains = simulation::remains();
    if remains != Remains::default() {
        return Err(format!("at the end there are {remains:?}"));
    }
    here(|world| world.check_files())
}

impl World {
    /// Is there an object that was not told its end?
    fn unfinished(&mut self) -> Result<(), String> {
        let waits = |actor: &Actor| !matches!(actor.role, Role::Listener { .. }) && actor.life.is_some();
        let stuck = self.actors.iter().find(|(_, actor)| waits(actor));
        stuck.map_or(Ok(()), |(name, actor)| {
            Err(format!("nothing happens any more, and {name} ({:?}) is in {:?}", actor.role, actor.life))
        })
    }

    /// Every file that should be there is, whole, and no other.
    fn check_files(&self) -> Result<(), String> {
        let read =
            |path: &PathBuf| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        // A file whose name could not be synced is whole, though nobody was told that it is there.
        let may_be_new = |path: &PathBuf, bytes: &[u8]| {
            let mark = path.file_name().and_then(|name| Mark::of_instance(name.to_str()?));
            let association = mark.and_then(|mark| self.associations.get(&mark.association));
            let sent = association.zip(mark).and_then(|(association, mark)| association.request(mark));
            let is_whole =
                sent.zip(mark).is_some_and(|(sent, mark)| bytes.ends_with(&mark.bytes(sent.length)));
            self.profile.faults.sync != 0 && is_whole
        };
        for (path, what) in &self.files {
            let bytes = read(path)?;
            let is_right = match what {
                None => bytes == b"an older one" || may_be_new(path, &bytes),
                Some((mark, length)) => {
                    bytes.ends_with(&mark.bytes(*length)) && bytes.get(128..132) == Some(b"DICM")
                }
            };
            if !is_right {
                return Err(format!("{} is not what it should be ({what:?})", path.display()));
            }
        }
        for part in ["in", "spool"] {
            let entries = std::fs::read_dir(self.directory.join(part)).map_err(|error| error.to_string())?;
            for entry in entries {
                let path = entry.map_err(|error| error.to_string())?.path();
                let is_known = self.files.contains_key(&path);
                if !is_known && (part == "spool" || !may_be_new(&path, &read(&path)?)) {
                    return Err(format!("{} was left behind", path.display()));
                }
            }
        }
        Ok(())
    }
}
