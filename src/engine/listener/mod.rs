//! A listening object: sockets, connections that arrived, and the accepted clients.
//!
//! Connections are taken from the system as they come, in batches, by whoever polls; the
//! hooks that decide about them run in the listener's turns. So a slow hook keeps no peer
//! in the system's backlog, where a full one would cost it seconds of repeated SYNs.

mod waiting;

use crate::engine::bell::Bell;
use crate::engine::connection::{Accepted, Connection, EndNotice, Secured};
use crate::engine::frames;
use crate::engine::hooks::{self, Condition, ConnectionInfo};
use crate::engine::limits::Gate;
use crate::engine::net::Net;
use crate::engine::runtime::Engine;
use crate::engine::schedule::{Scratch, Task, Turn};
use crate::engine::settings::{DispatchMode, Settings};
use crate::error::{Code, Error, code_of_io};
use crate::net::address::{Host, IpType};
use crate::net::bind;
use crate::net::clock;
use crate::net::readiness::{Interest, Ready};
use crate::net::socket::{self, Socket};
use crate::net::tls::{Side, TlsContext};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use waiting::Waiting;

pub(crate) struct Listener {
    engine: Arc<Engine>,
    net: Net,
    settings: Arc<Settings>,
    /// Counts its clients' associations.
    gate: Arc<Gate>,
    /// With what its connections are made secure.
    tls: Option<Arc<TlsContext>>,
    address: SocketAddr,
    /// How many connections may wait for the application.
    pending_max: usize,
    key: AtomicU64,
    turn: Turn,
    closed: AtomicBool,
    state: Mutex<State>,
    /// A connection may be accepted, or the listener was closed.
    arrived: Bell,
}

const NO_KEY: u64 = u64::MAX;

#[derive(Default)]
struct State {
    /// The system's sockets. Gone with `close`, though clients keep the listener alive.
    sockets: Vec<Socket>,
    /// Connections that no hook has seen.
    arrivals: VecDeque<Arrival>,
    /// Connections that wait for `accept`, the oldest first.
    pending: VecDeque<Pending>,
    clients: BTreeMap<u64, Net>,
    /// Clients whose end is to be told.
    ended: VecDeque<(Net, u64, Code)>,
    next_number: u64,
    /// The system's sockets are in the poller.
    watched: bool,
    /// An error of accepting to tell, and when to try again.
    failed: Option<Code>,
    retry_at: Option<Instant>,
}

struct Arrival {
    socket: Socket,
    peer: SocketAddr,
    /// Asked for when it is shown, and kept: the connection is asked for it when it ends.
    local: Option<SocketAddr>,
}

struct Pending {
    number: u64,
    arrival: Arrival,
    /// Watches for its hanging up once it is left waiting.
    guard: Option<Arc<Waiting>>,
}

/// Connections taken in one batch, so that one listener's flood leaves the others theirs.
const BATCH: usize = 64;

/// Arrivals that may wait for a slow hook before the system's backlog has to hold them.
const ARRIVALS_MAX: usize = 256;

/// How long no connection is taken after the system refused one for want of descriptors.
const RETRY: Duration = Duration::from_millis(100);

impl Listener {
    /// Listens; no connection is taken before [`activate`](Self::activate).
    pub(crate) fn new(
        engine: Arc<Engine>,
        net: Net,
        settings: Arc<Settings>,
        host: &Host,
        port: u16,
        backlog: i32,
        ip: IpType,
    ) -> Result<Arc<Self>, Error> {
        let tls = settings.tls.as_ref().map(TlsContext::for_listener).transpose()?;
        let sockets = bind::listen_on(host, port, ip, backlog, &settings.socket)?;
        let address = sockets
            .first()
            .and_then(|socket| socket.local_addr().ok()?.as_socket())
            .ok_or_else(|| Error::of(Code::NetAddressNotAvailable))?;
        Ok(Arc::new(Self {
            engine,
            net,
            settings,
            gate: Arc::default(),
            tls,
            address,
            pending_max: usize::try_from(backlog).unwrap_or(0).max(1),
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
            closed: AtomicBool::new(false),
            state: Mutex::new(State { sockets, ..State::default() }),
            arrived: Bell::new(),
        }))
    }

    /// Begins to take connections.
    pub(crate) fn activate(self: &Arc<Self>) {
        let mut state = self.state();
        if self.is_closed() {
            return;
        }
        let key = self.engine.registry.insert(Arc::clone(self) as Arc<dyn Task>);
        self.key.store(key, Ordering::Release);
        self.watch(&mut state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn net(&self) -> &Net {
        &self.net
    }

    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// With what its connections are made secure.
    pub(crate) fn tls(&self) -> Option<&TlsContext> {
        self.tls.as_deref()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Works on the first of its sockets; `None` once it is closed.
    pub(crate) fn with_socket<R>(&self, work: impl FnOnce(&Socket) -> R) -> Option<R> {
        self.state().sockets.first().map(work)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn pending_count(&self) -> usize {
        self.state().pending.len()
    }

    pub(crate) fn client_count(&self) -> usize {
        self.state().clients.len()
    }

    pub(crate) fn client(&self, index: usize) -> Option<Net> {
        let state = self.state();
        if index + 1 == state.clients.len() {
            return state.clients.last_key_value().map(|(_, net)| net.clone());
        }
        state.clients.values().nth(index).cloned()
    }

    pub(crate) fn clients(&self) -> Vec<Net> {
        self.state().clients.values().cloned().collect()
    }

    /// Hands the oldest waiting connection to `client`.
    pub(crate) fn accept(self: &Arc<Self>, client: &Net) -> Result<(), Error> {
        let (connection, room) = client.become_connection(&self.settings, |net| {
            let mut state = self.state();
            if self.is_closed() {
                return Err(Error::of(Code::NetNotConnected));
            }
            let Some(Pending { number, arrival, guard }) = state.pending.pop_front() else {
                return Err(Error::of(Code::NetWouldBlock));
            };
            if let Some(guard) = &guard {
                guard.release();
            }
            state.clients.insert(number, net.clone());
            let room = state.pending.len() + 1 == self.pending_max && !state.arrivals.is_empty();
            drop(state);
            let Arrival { socket, peer, local } = arrival;
            let (engine, settings) = (Arc::clone(&self.engine), Arc::clone(&self.settings));
            let accepted = Some(Accepted { listener: Arc::clone(self), number, local });
            let secure = self.tls.as_ref().map(|context| Secured { context, side: Side::Server });
            match Connection::new(engine, net, settings, socket, peer, accepted, secure) {
                Ok(connection) => Ok((connection, room)),
                Err(error) => {
                    self.forget_client(number);
                    Err(error.into())
                }
            }
        })?;
        if room {
            self.schedule();
        }
        if let Some(connection) = frames::hold_until_return(self.net.id(), connection) {
            frames::begin_life(client.id(), move || connection.activate());
        }
        Ok(())
    }

    /// As [`accept`](Self::accept), waiting until a connection is there.
    pub(crate) fn accept_wait(
        self: &Arc<Self>,
        client: &Net,
        timeout: Option<Duration>,
    ) -> Result<(), Error> {
        let deadline = timeout.and_then(|timeout| clock::now().checked_add(timeout));
        loop {
            match self.accept(client) {
                Err(error) if error.code() == Code::NetWouldBlock => {}
                outcome => return outcome,
            }
            if self.is_pumped() {
                // What arrives is shown by the pump, and this may be the thread that pumps.
                let left = deadline.map(|deadline| deadline.saturating_duration_since(clock::now()));
                if !self.engine.pump.wait(&self.engine, left) {
                    return Err(Error::of(Code::NetTimeOut));
                }
                continue;
            }
            let mut state = self.state();
            while state.pending.is_empty() && !self.is_closed() {
                state = match deadline {
                    None => self.arrived.wait(state),
                    Some(deadline) => {
                        let left = deadline.saturating_duration_since(clock::now());
                        if left.is_zero() {
                            return Err(Error::of(Code::NetTimeOut));
                        }
                        self.arrived.wait_timeout(state, left)
                    }
                };
            }
        }
    }

    /// Refuses the oldest waiting connection, with a reset.
    pub(crate) fn reject(self: &Arc<Self>) -> Result<(), Error> {
        let mut state = self.state();
        let Some(pending) = state.pending.pop_front() else {
            return Err(Error::of(Code::NetWouldBlock));
        };
        let more = !state.arrivals.is_empty();
        drop(state);
        pending.refuse();
        if more {
            self.schedule();
        }
        Ok(())
    }

    /// A client's connection ended: its end is told by a hook of this listener. False: the
    /// listener is closed.
    pub(crate) fn client_closed(self: &Arc<Self>, client: Net, number: u64, code: Code) -> bool {
        let mut state = self.state();
        if self.is_closed() {
            return false;
        }
        state.ended.push_back((client, number, code));
        drop(state);
        self.schedule();
        true
    }

    /// A client was closed by the application.
    pub(crate) fn forget_client(&self, number: u64) {
        let forgotten = self.state().clients.remove(&number);
        drop(forgotten);
    }

    /// Stops listening; waiting connections are reset, clients live on.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        if self.closed.swap(true, Ordering::AcqRel) {
            return;
        }
        self.unwatch(&mut state);
        let sockets = std::mem::take(&mut state.sockets);
        let key = self.key.swap(NO_KEY, Ordering::AcqRel);
        let registered = self.engine.registry.remove(key);
        let arrivals = std::mem::take(&mut state.arrivals);
        let pending = std::mem::take(&mut state.pending);
        let clients = std::mem::take(&mut state.clients);
        let ended = std::mem::take(&mut state.ended);
        drop(state);
        self.arrived.ring();
        for arrival in &arrivals {
            socket::reset_on_drop(&arrival.socket);
        }
        pending.iter().for_each(Pending::refuse);
        // Ends that this listener can no longer tell are told on the clients themselves.
        for (client, _, code) in ended {
            EndNotice::send(&self.engine, client, code);
        }
        drop((sockets, registered, clients));
    }

    /// It was closed: a thread that waits in the pump for a connection looks, and goes on.
    pub(crate) fn wake_pump(self: &Arc<Self>) {
        if self.is_pumped() {
            self.schedule();
        }
    }

    fn schedule(self: &Arc<Self>) {
        self.engine.schedule(Arc::clone(self) as Arc<dyn Task>);
    }

    fn watch(&self, state: &mut State) {
        let key = self.key.load(Ordering::Acquire);
        if state.watched || key == NO_KEY {
            return;
        }
        state.watched = true;
        for socket in &state.sockets {
            if let Err(error) = self.engine.poller.add(socket, key, Interest::Read) {
                tracing::error!(%error, "a listening socket could not be watched");
            }
        }
    }

    fn unwatch(&self, state: &mut State) {
        if !std::mem::take(&mut state.watched) {
            return;
        }
        for socket in &state.sockets {
            if let Err(error) = self.engine.poller.delete(socket) {
                tracing::error!(%error, "a listening socket could not be taken out of the poller");
            }
        }
    }

    /// Takes what has arrived, up to a batch and to the room there is.
    fn take_arrivals(&self, state: &mut State) {
        // The poller has spoken of one of the sockets.
        let mut told = state.sockets.len() == 1;
        for _ in 0..BATCH {
            if state.arrivals.len() >= ARRIVALS_MAX {
                break;
            }
            let mut took = false;
            for index in 0..state.sockets.len() {
                if !told && !socket::may_accept(&state.sockets[index]) {
                    continue;
                }
                match socket::accept(&state.sockets[index], &self.settings.socket) {
                    Ok(Some((socket, peer))) => {
                        state.arrivals.push_back(Arrival { socket, peer, local: None });
                        took = true;
                    }
                    Ok(None) => {}
                    Err(error) => return self.accepting_failed(state, &error),
                }
            }
            told = false;
            if !took {
                return;
            }
        }
        if state.arrivals.len() >= ARRIVALS_MAX {
            // The turn that makes room watches again.
            self.unwatch(state);
        }
    }

    /// Out of descriptors, most likely: the system's backlog holds the rest for a while.
    fn accepting_failed(&self, state: &mut State, error: &std::io::Error) {
        tracing::error!(%error, "a connection could not be taken");
        self.unwatch(state);
        state.failed = Some(code_of_io(error));
        let retry_at = clock::now() + RETRY;
        state.retry_at = Some(retry_at);
        self.engine.watch.set(retry_at, self.key.load(Ordering::Acquire));
    }

    /// Shows the next arrival to the application. False: there is none, or no room for it.
    fn show_next(self: &Arc<Self>) -> bool {
        let mut state = self.state();
        if self.is_closed() || state.pending.len() >= self.pending_max {
            return false;
        }
        let Some(mut arrival) = state.arrivals.pop_front() else { return false };
        if state.arrivals.len() < ARRIVALS_MAX / 2 && state.retry_at.is_none() {
            self.watch(&mut state);
        }
        arrival.local = arrival.socket.local_addr().ok().and_then(|address| address.as_socket());
        let info = ConnectionInfo {
            peer: arrival.peer,
            local: arrival.local.unwrap_or(self.address),
            clients: count(state.clients.len()),
            pending: count(state.pending.len()),
        };
        drop(state);
        let decided = hooks::call(&self.net, |hooks| hooks.on_condition(&self.net, &info));
        let condition = decided.returned.unwrap_or(Condition::Reject);
        if condition == Condition::Reject {
            socket::reset_on_drop(&arrival.socket);
            return true;
        }
        let Some(number) = self.hold(arrival) else { return true };
        if condition == Condition::Accept && !self.net.is_stale() {
            let shown = hooks::call(&self.net, |hooks| hooks.on_accept(&self.net, Code::Success));
            if shown.returned.is_none() {
                self.refuse(number);
            }
        }
        self.guard(number);
        true
    }

    /// Puts an arrival among those that wait for `accept`.
    fn hold(&self, arrival: Arrival) -> Option<u64> {
        let mut state = self.state();
        if self.is_closed() {
            socket::reset_on_drop(&arrival.socket);
            return None;
        }
        let number = state.next_number;
        state.next_number += 1;
        state.pending.push_back(Pending { number, arrival, guard: None });
        drop(state);
        self.arrived.ring();
        Some(number)
    }

    /// Resets one that waits.
    fn refuse(&self, number: u64) {
        let mut state = self.state();
        let place = state.pending.iter().position(|pending| pending.number == number);
        let pending = place.and_then(|place| state.pending.remove(place));
        drop(state);
        if let Some(pending) = pending {
            pending.refuse();
        }
    }

    /// Watches one that was left waiting, so that it goes when its peer gives up.
    fn guard(self: &Arc<Self>, number: u64) {
        let mut state = self.state();
        let Some(pending) = state.pending.iter_mut().find(|pending| pending.number == number) else { return };
        match pending.arrival.socket.try_clone() {
            Ok(socket) => pending.guard = Some(Waiting::watch(&self.engine, self, number, socket)),
            Err(error) => tracing::warn!(%error, "a waiting connection cannot be watched"),
        }
    }

    /// A turn: the hooks that wait, connections that have ended before those that came.
    fn tell(self: &Arc<Self>) {
        loop {
            let (ended, failed) = {
                let mut state = self.state();
                let ended = state.ended.pop_front();
                if let Some((_, number, _)) = &ended {
                    state.clients.remove(number);
                }
                (ended, state.failed.take())
            };
            if self.net.is_stale() {
                // A close under way tells the rest.
                if let Some((client, _, code)) = ended {
                    EndNotice::send(&self.engine, client, code);
                }
                return;
            }
            let told = ended.is_some();
            if let Some((client, _, code)) = ended
                && !client.is_stale()
            {
                hooks::call(&self.net, |hooks| hooks.on_close(&self.net, code, &client));
            }
            if let Some(code) = failed {
                hooks::call(&self.net, |hooks| hooks.on_accept(&self.net, code));
            }
            if !told && !self.show_next() {
                return;
            }
        }
    }

    /// The peer of a waiting connection gave up.
    fn gave_up(self: &Arc<Self>, number: u64) {
        tracing::info!(number, "a peer gave up before it was accepted");
        self.refuse(number);
        self.schedule();
    }
}

impl Task for Listener {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        self.settings.dispatch_mode == DispatchMode::Pump
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) -> Arc<dyn Task> {
        self.tell();
        self
    }

    fn ready(&self, _ready: Ready) -> bool {
        let mut state = self.state();
        if self.is_closed() {
            return false;
        }
        self.take_arrivals(&mut state);
        !state.arrivals.is_empty() || state.failed.is_some()
    }

    fn due(&self) -> bool {
        let mut state = self.state();
        if state.retry_at.is_some_and(|at| at <= clock::now()) && !self.is_closed() {
            state.retry_at = None;
            self.watch(&mut state);
        }
        false
    }

    fn pause(&self) {
        // Arrivals are taken by the poller itself, never by a turn: nothing repeats.
    }

    fn resume(&self) {}

    fn shut_down(&self) {
        self.net.shut_down();
        self.close();
    }
}

impl Pending {
    fn refuse(&self) {
        if let Some(guard) = &self.guard {
            guard.release();
        }
        socket::reset_on_drop(&self.arrival.socket);
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
