//! A listening object: sockets, connections that arrived, and the accepted clients.
//!
//! Connections are taken from the system as they come, in batches, by whoever polls; the
//! hooks that decide about them run in the listener's turns. So a slow hook keeps no peer
//! in the system's backlog, where a full one would cost it seconds of repeated SYNs.

use super::bell::Bell;
use super::connection::{Connection, EndNotice};
use super::hooks::{self, Condition, ConnectionInfo};
use super::net::Net;
use super::runtime::Engine;
use super::schedule::{Scratch, Task, Turn};
use super::settings::{DispatchMode, Settings};
use crate::error::{Code, Error, code_of_io};
use crate::net::address::{Host, IpType, ListenAddress};
use crate::net::readiness::{Interest, Ready};
use crate::net::socket;
use socket2::Socket;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

pub(crate) struct Listener {
    engine: Arc<Engine>,
    net: Net,
    settings: Arc<Settings>,
    sockets: Vec<Socket>,
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
        let addresses = host.listen_addresses(port, ip)?;
        let sockets = bind_all(&addresses, backlog, &settings)?;
        let address = sockets
            .first()
            .and_then(|socket| socket.local_addr().ok()?.as_socket())
            .ok_or_else(|| Error::of(Code::NetAddressNotAvailable))?;
        Ok(Arc::new(Self {
            engine,
            net,
            settings,
            sockets,
            address,
            pending_max: usize::try_from(backlog).unwrap_or(0).max(1),
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
            closed: AtomicBool::new(false),
            state: Mutex::default(),
            arrived: Bell::new(),
        }))
    }

    /// Begins to take connections.
    pub(crate) fn activate(self: &Arc<Self>) {
        let key = self.engine.registry.insert(Arc::clone(self) as Arc<dyn Task>);
        self.key.store(key, Ordering::Release);
        self.watch(&mut self.state());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn net(&self) -> &Net {
        &self.net
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn socket(&self) -> Option<&Socket> {
        self.sockets.first()
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
            let Arrival { socket, peer } = arrival;
            let (engine, settings) = (Arc::clone(&self.engine), Arc::clone(&self.settings));
            let owner = Some((Arc::clone(self), number));
            Ok((Connection::new(engine, net, settings, socket, peer, owner), room))
        })?;
        if room {
            self.schedule();
        }
        if let Some(connection) = hooks::hold_until_return(self.net.id(), connection) {
            connection.activate();
        }
        Ok(())
    }

    /// As [`accept`](Self::accept), waiting until a connection is there.
    pub(crate) fn accept_wait(
        self: &Arc<Self>,
        client: &Net,
        timeout: Option<Duration>,
    ) -> Result<(), Error> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            match self.accept(client) {
                Err(error) if error.code() == Code::NetWouldBlock => {}
                outcome => return outcome,
            }
            if self.is_pumped() {
                // What arrives is shown by the pump, and this may be the thread that pumps.
                let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
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
                        let left = deadline.saturating_duration_since(Instant::now());
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
        drop((registered, clients));
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
        for socket in &self.sockets {
            if let Err(error) = self.engine.poller.add(socket, key, Interest::Read) {
                tracing::error!(%error, "a listening socket could not be watched");
            }
        }
    }

    fn unwatch(&self, state: &mut State) {
        if !std::mem::take(&mut state.watched) {
            return;
        }
        for socket in &self.sockets {
            if let Err(error) = self.engine.poller.delete(socket) {
                tracing::error!(%error, "a listening socket could not be taken out of the poller");
            }
        }
    }

    /// Takes what has arrived, up to a batch and to the room there is.
    fn take_arrivals(&self, state: &mut State) {
        for _ in 0..BATCH {
            if state.arrivals.len() >= ARRIVALS_MAX {
                break;
            }
            let mut took = false;
            for listening in &self.sockets {
                match socket::accept(listening, &self.settings.socket) {
                    Ok(Some((socket, peer))) => {
                        state.arrivals.push_back(Arrival { socket, peer });
                        took = true;
                    }
                    Ok(None) => {}
                    Err(error) => return self.accepting_failed(state, &error),
                }
            }
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
        let retry_at = Instant::now() + RETRY;
        state.retry_at = Some(retry_at);
        self.engine.watch.set(retry_at, self.key.load(Ordering::Acquire));
    }

    /// Shows the next arrival to the application. False: there is none, or no room for it.
    fn show_next(self: &Arc<Self>) -> bool {
        let mut state = self.state();
        if self.is_closed() || state.pending.len() >= self.pending_max {
            return false;
        }
        let Some(arrival) = state.arrivals.pop_front() else { return false };
        if state.arrivals.len() < ARRIVALS_MAX / 2 && state.retry_at.is_none() {
            self.watch(&mut state);
        }
        let info = ConnectionInfo {
            peer: arrival.peer,
            local: arrival.socket.local_addr().ok().and_then(|a| a.as_socket()).unwrap_or(self.address),
            clients: count(state.clients.len()),
            pending: count(state.pending.len()),
        };
        drop(state);
        let decided = hooks::call(&self.net, |hooks| hooks.on_condition(&self.net, &info));
        activate_all(decided.accepted);
        let condition = decided.returned.unwrap_or(Condition::Reject);
        if condition == Condition::Reject {
            socket::reset_on_drop(&arrival.socket);
            return true;
        }
        let Some(number) = self.hold(arrival) else { return true };
        if condition == Condition::Accept && !self.net.is_stale() {
            let shown = hooks::call(&self.net, |hooks| hooks.on_accept(&self.net, Code::Success));
            activate_all(shown.accepted);
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

    fn run(self: Arc<Self>, _scratch: &mut Scratch) {
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
                activate_all(
                    hooks::call(&self.net, |hooks| hooks.on_close(&self.net, code, &client)).accepted,
                );
            }
            if let Some(code) = failed {
                activate_all(hooks::call(&self.net, |hooks| hooks.on_accept(&self.net, code)).accepted);
            }
            if !told && !self.show_next() {
                return;
            }
        }
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
        if state.retry_at.is_some_and(|at| at <= Instant::now()) && !self.is_closed() {
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

fn activate_all(accepted: Vec<Arc<Connection>>) {
    for connection in accepted {
        connection.activate();
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Watches a connection that waits to be accepted for its peer's giving up.
struct Waiting {
    engine: Arc<Engine>,
    listener: Weak<Listener>,
    number: u64,
    /// A second descriptor of the socket: the first goes on to the connection.
    socket: Socket,
    key: AtomicU64,
    turn: Turn,
}

impl Waiting {
    fn watch(engine: &Arc<Engine>, listener: &Arc<Listener>, number: u64, socket: Socket) -> Arc<Self> {
        let waiting = Arc::new(Self {
            engine: Arc::clone(engine),
            listener: Arc::downgrade(listener),
            number,
            socket,
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
        });
        let key = engine.registry.insert(Arc::clone(&waiting) as Arc<dyn Task>);
        waiting.key.store(key, Ordering::Release);
        if let Err(error) = engine.poller.add(&waiting.socket, key, Interest::HangUp) {
            tracing::warn!(%error, "a waiting connection cannot be watched");
        }
        waiting
    }

    fn release(&self) {
        let key = self.key.swap(NO_KEY, Ordering::AcqRel);
        if key == NO_KEY {
            return;
        }
        drop(self.engine.registry.remove(key));
        if let Err(error) = self.engine.poller.delete(&self.socket) {
            tracing::debug!(%error, "a waiting connection was not watched");
        }
    }
}

impl Task for Waiting {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        false
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) {
        self.release();
        if let Some(listener) = self.listener.upgrade() {
            listener.gave_up(self.number);
        }
    }

    fn ready(&self, ready: Ready) -> bool {
        ready.hung_up
    }

    fn due(&self) -> bool {
        false
    }

    fn pause(&self) {}

    fn resume(&self) {}

    fn shut_down(&self) {
        self.release();
    }
}

/// Binds every address, all to the same port.
fn bind_all(addresses: &[ListenAddress], backlog: i32, settings: &Settings) -> Result<Vec<Socket>, Error> {
    let Some(first) = addresses.first() else {
        return Err(Error::of(Code::NetNoData));
    };
    // A port that is free for the first address may be taken for the next.
    const TRIES: usize = 16;
    let mut outcome = Err(Error::of(Code::NetAddressInUse));
    for _ in 0..TRIES {
        outcome = bind_once(addresses, backlog, settings);
        let in_use = matches!(&outcome, Err(error) if error.code() == Code::NetAddressInUse);
        if !in_use || first.address.port() != 0 || addresses.len() == 1 {
            break;
        }
    }
    outcome
}

fn bind_once(addresses: &[ListenAddress], backlog: i32, settings: &Settings) -> Result<Vec<Socket>, Error> {
    let mut sockets = Vec::with_capacity(addresses.len());
    let mut port = addresses.first().map_or(0, |first| first.address.port());
    for wanted in addresses {
        let mut wanted = *wanted;
        wanted.address.set_port(port);
        let bound = match socket::listen(&wanted, backlog, &settings.socket) {
            Err(error) if wanted.dual_stack => bind_apart(wanted.address.port(), backlog, settings, &error)?,
            outcome => vec![outcome.map_err(|error| listen_error(&wanted.address, &error))?],
        };
        if let Some(address) = bound.first().and_then(|socket| socket.local_addr().ok()?.as_socket()) {
            port = address.port();
        }
        sockets.extend(bound);
    }
    Ok(sockets)
}

/// "*" for both IP versions where one socket cannot do both: two sockets, or IPv4 alone
/// where IPv6 is switched off.
fn bind_apart(
    port: u16,
    backlog: i32,
    settings: &Settings,
    error: &std::io::Error,
) -> Result<Vec<Socket>, Error> {
    let any = |ip: IpAddr, port| ListenAddress { address: (ip, port).into(), dual_stack: false };
    let v6 = any(Ipv6Addr::UNSPECIFIED.into(), port);
    if matches!(code_of_io(error), Code::NetAddressInUse | Code::NetAccess) {
        return Err(listen_error(&v6.address, error));
    }
    let mut sockets = Vec::new();
    let mut v4 = any(Ipv4Addr::UNSPECIFIED.into(), port);
    match socket::listen(&v6, backlog, &settings.socket) {
        Ok(socket) => {
            let bound = socket.local_addr().ok().and_then(|address| address.as_socket());
            v4.address.set_port(bound.map_or(port, |address| address.port()));
            sockets.push(socket);
        }
        Err(error) => tracing::info!(%error, "IPv6 cannot be listened on; IPv4 alone is"),
    }
    sockets.push(
        socket::listen(&v4, backlog, &settings.socket).map_err(|error| listen_error(&v4.address, &error))?,
    );
    Ok(sockets)
}

fn listen_error(address: &SocketAddr, error: &std::io::Error) -> Error {
    Error::io(&format!("listen on {address}"), error)
}
