//! Attempts to connect: the peer's addresses in turn, a new one begun whenever the last
//! has not answered for a while, the first to answer wins (RFC 8305).

use super::bell::Bell;
use super::connection::{Connection, Secured};
use super::hooks;
use super::net::Net;
use super::runtime::Engine;
use super::schedule::{Scratch, Task, Turn};
use super::settings::{DispatchMode, Settings};
use crate::error::{Code, Error};
use crate::net::address::{Host, IpType};
use crate::net::clock;
use crate::net::readiness::{Interest, Ready};
use crate::net::socket::{self, Socket};
use crate::net::threads;
use crate::net::timers::Timer;
use crate::net::tls::{Side, TlsContext};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// From where to where.
pub(crate) struct Route {
    pub(crate) local: Host,
    pub(crate) local_port: u16,
    pub(crate) peer: Host,
    pub(crate) peer_port: u16,
}

/// One call of `connect`.
pub(crate) struct Connector {
    engine: Arc<Engine>,
    net: Net,
    settings: Arc<Settings>,
    /// With what the connection is made secure, and the server's name.
    tls: Option<(Arc<TlsContext>, String)>,
    ip: IpType,
    route: Route,
    key: AtomicU64,
    turn: Turn,
    /// `on_connect` is still to be called with a failure.
    untold: AtomicBool,
    state: Mutex<State>,
    /// The outcome is there.
    over: Bell,
}

const NO_KEY: u64 = u64::MAX;

#[derive(Default)]
struct State {
    /// Pairs still to be tried: local end, peer.
    untried: VecDeque<(Option<SocketAddr>, SocketAddr)>,
    attempts: Vec<Attempt>,
    /// When the next address is begun, whether or not the last has answered.
    next_at: Option<Instant>,
    timer: Option<Timer>,
    /// What is told if none succeeds.
    error: Option<Error>,
    outcome: Option<Result<(), Error>>,
}

impl State {
    /// An attempt has failed. The last failure is told, but that this machine has no way to an
    /// address does not hide what was heard from another.
    fn note(&mut self, error: Error) {
        let no_way = matches!(
            error.code(),
            Code::NetUnreach | Code::NetAddressNotAvailable | Code::NetAddressNotSupported
        );
        if self.error.is_none() || !no_way {
            self.error = Some(error);
        }
    }
}

struct Attempt {
    socket: Socket,
    peer: SocketAddr,
    gives_up_at: Instant,
    /// The poller reports how it goes.
    is_watched: bool,
}

/// RFC 8305 section 5: the Connection Attempt Delay.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

impl Connector {
    pub(crate) fn new(
        engine: Arc<Engine>,
        net: Net,
        settings: Arc<Settings>,
        ip: IpType,
        server_name: &[u8],
        route: Route,
    ) -> Result<Arc<Self>, Error> {
        let context = settings.tls.as_ref().map(|tls| net.client_tls(tls)).transpose()?;
        let tls = context.map(|context| (context, String::from_utf8_lossy(server_name).into_owned()));
        Ok(Arc::new(Self {
            engine,
            net,
            settings,
            tls,
            ip,
            route,
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
            untold: AtomicBool::new(false),
            state: Mutex::default(),
            over: Bell::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn as_task(self: &Arc<Self>) -> Arc<dyn Task> {
        Arc::clone(self) as Arc<dyn Task>
    }

    /// Begins. Names are resolved on a thread of their own, since the resolver blocks.
    pub(crate) fn start(self: &Arc<Self>) -> Result<(), Error> {
        let key = self.engine.registry.insert(self.as_task());
        self.key.store(key, Ordering::Release);
        let Route { local, peer, .. } = &self.route;
        let blocks = matches!(local, Host::Name(_)) || matches!(peer, Host::Name(_));
        let connector = Arc::clone(self);
        let work = move || connector.find_addresses();
        if !blocks {
            work();
            return Ok(());
        }
        threads::spawn("ldicomnet-resolve", work).map_err(|error| {
            self.leave();
            Error::io("start a thread for the resolver", &error)
        })
    }

    /// It could not be started when its time had come: that is told as every other failure.
    pub(crate) fn could_not_start(self: &Arc<Self>, error: Error) {
        let mut state = self.state();
        if state.outcome.is_none() {
            self.fail(&mut state, error);
        }
    }

    fn find_addresses(self: &Arc<Self>) {
        let Route { local, local_port, peer, peer_port } = &self.route;
        let pairs = peer.addresses(*peer_port, self.ip).and_then(|peers| {
            let locals = local_ends(local, *local_port, self.ip)?;
            Ok(in_order(pair_up(&peers, &locals)?))
        });
        let mut state = self.state();
        if state.outcome.is_some() {
            // Given up, perhaps before it was entered.
            drop(state);
            return self.leave();
        }
        match pairs {
            Ok(pairs) => state.untried = pairs.into(),
            Err(error) => state.note(error),
        }
        self.go_on(&mut state);
        drop(state);
    }

    /// Begins the next attempt, or ends with what is to be told when none is left.
    fn go_on(self: &Arc<Self>, state: &mut State) {
        while state.outcome.is_none() {
            let Some((local, peer)) = state.untried.pop_front() else {
                if state.attempts.is_empty() {
                    let error = state.error.take();
                    self.fail(state, error.unwrap_or_else(|| Error::of(Code::NetHostNotFound)));
                } else {
                    // Those that are under way have their time.
                    self.set_timer(state);
                }
                return;
            };
            match socket::connect(local, peer, &self.settings.socket) {
                Ok(socket) => return self.wait_for(state, socket, peer),
                Err(error) => state.note(Error::io(&format!("connect to {peer}"), &error)),
            }
        }
    }

    fn wait_for(self: &Arc<Self>, state: &mut State, socket: Socket, peer: SocketAddr) {
        // Over loopback the connection stands by now, as a rule.
        if socket.peer_addr().is_ok() {
            return self.win(state, socket, peer);
        }
        let now = clock::now();
        let gives_up_at = now + self.settings.connect_timeout;
        let key = self.key.load(Ordering::Acquire);
        if let Err(error) = self.engine.poller.add(&socket, key, Interest::Write) {
            state.note(Error::io("watch a connecting socket", &error));
            return self.engine.schedule(self.as_task());
        }
        state.attempts.push(Attempt { socket, peer, gives_up_at, is_watched: true });
        state.next_at = (!state.untried.is_empty()).then(|| now + ATTEMPT_DELAY);
        self.set_timer(state);
    }

    fn set_timer(&self, state: &mut State) {
        let give_up = state.attempts.iter().map(|attempt| attempt.gives_up_at);
        let due = give_up.chain(state.next_at).min();
        if let Some(timer) = state.timer.take() {
            self.engine.watch.cancel(timer);
        }
        state.timer = due.map(|due| self.engine.watch.set(due, self.key.load(Ordering::Acquire)));
    }

    fn fail(self: &Arc<Self>, state: &mut State, error: Error) {
        tracing::info!(net = self.net.id(), %error, "not connected");
        self.untold.store(true, Ordering::Release);
        self.end(state, Err(error));
        self.engine.schedule(self.as_task());
    }

    /// Records the outcome and gives every socket up.
    fn end(&self, state: &mut State, outcome: Result<(), Error>) {
        state.outcome = Some(outcome);
        state.untried.clear();
        for attempt in state.attempts.drain(..) {
            self.unwatch(&attempt);
        }
        if let Some(timer) = state.timer.take() {
            self.engine.watch.cancel(timer);
        }
        self.over.ring();
        self.leave();
    }

    fn leave(&self) {
        let key = self.key.swap(NO_KEY, Ordering::AcqRel);
        drop(self.engine.registry.remove(key));
    }

    /// The object was closed: no hook comes.
    pub(crate) fn give_up(&self) {
        let mut state = self.state();
        if state.outcome.is_none() {
            self.end(&mut state, Err(Error::of(Code::NetConnectionAborted)));
        }
        self.untold.store(false, Ordering::Release);
    }

    /// Waits for the outcome.
    pub(crate) fn wait(self: &Arc<Self>, timeout: Option<Duration>) -> Result<(), Error> {
        let deadline = timeout.and_then(|timeout| clock::now().checked_add(timeout));
        let mut state = self.state();
        loop {
            if let Some(outcome) = &state.outcome {
                return outcome.clone();
            }
            state = match deadline {
                None => self.over.wait(state),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(clock::now());
                    if left.is_zero() {
                        drop(state);
                        self.net.connector_ended(self);
                        self.give_up();
                        return Err(Error::of(Code::NetTimeOut));
                    }
                    self.over.wait_timeout(state, left)
                }
            };
        }
    }

    /// A turn: looks at the attempts, or tells the user that all have failed.
    fn look_or_tell(self: &Arc<Self>) {
        let mut state = self.state();
        if state.outcome.is_none() {
            // A failure asks for one more turn, to tell it.
            return self.look(&mut state);
        }
        let code = match &state.outcome {
            Some(Err(error)) if self.untold.swap(false, Ordering::AcqRel) => Some(error.code()),
            _ => None,
        };
        drop(state);
        let Some(code) = code else { return };
        self.net.connector_ended(self);
        if !self.net.is_stale() {
            hooks::call(&self.net, |hooks| hooks.on_connect(&self.net, code));
        }
    }

    /// Looks at every attempt; the first that stands wins.
    fn look(self: &Arc<Self>, state: &mut State) {
        let now = clock::now();
        let mut index = 0;
        while let Some(attempt) = state.attempts.get(index) {
            let failed = match standing(&attempt.socket) {
                Standing::Connected => {
                    let winner = state.attempts.swap_remove(index);
                    self.unwatch(&winner);
                    return self.win(state, winner.socket, winner.peer);
                }
                Standing::Failed(error) => Some(Error::io(&format!("connect to {}", attempt.peer), &error)),
                Standing::UnderWay if attempt.gives_up_at <= now => {
                    Some(Error::new(Code::NetTimeOut, format!("connect to {}: no answer", attempt.peer)))
                }
                Standing::UnderWay => None,
            };
            let Some(error) = failed else {
                index += 1;
                continue;
            };
            let attempt = state.attempts.swap_remove(index);
            self.unwatch(&attempt);
            state.note(error);
            state.next_at = Some(now);
        }
        let next_is_due = state.next_at.is_some_and(|at| at <= now);
        if state.attempts.is_empty() || next_is_due {
            state.next_at = None;
            self.go_on(state);
        } else {
            self.set_timer(state);
        }
    }

    fn unwatch(&self, attempt: &Attempt) {
        if attempt.is_watched
            && let Err(error) = self.engine.poller.delete(&attempt.socket)
        {
            tracing::debug!(%error, "a connecting socket was not watched");
        }
    }

    fn win(self: &Arc<Self>, state: &mut State, socket: Socket, peer: SocketAddr) {
        let secure = self.tls.as_ref().map(|(context, name)| Secured {
            context,
            side: Side::Client { server: name.clone(), address: peer.ip() },
        });
        let (engine, settings) = (Arc::clone(&self.engine), Arc::clone(&self.settings));
        let made = Connection::new(engine, self.net.clone(), settings, socket, peer, None, secure);
        let connection = match made {
            Ok(connection) => connection,
            Err(error) => return self.fail(state, error.into()),
        };
        let wanted = self.net.connector_succeeded(self, &connection);
        let outcome = if wanted { Ok(()) } else { Err(Error::of(Code::NetConnectionAborted)) };
        self.end(state, outcome);
        if wanted {
            connection.activate();
        }
    }
}

impl Task for Connector {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        // Only the hook waits for the pump: a thread that waits for the outcome may be the
        // one that pumps.
        self.settings.dispatch_mode == DispatchMode::Pump && self.untold.load(Ordering::Acquire)
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) -> Arc<dyn Task> {
        self.look_or_tell();
        self
    }

    fn ready(&self, _ready: Ready) -> bool {
        true
    }

    fn due(&self) -> bool {
        self.state().timer = None;
        true
    }

    fn pause(&self) {
        for attempt in &mut self.state().attempts {
            self.unwatch(attempt);
            attempt.is_watched = false;
        }
    }

    fn resume(&self) {
        let key = self.key.load(Ordering::Acquire);
        for attempt in self.state().attempts.iter_mut().filter(|attempt| !attempt.is_watched) {
            match self.engine.poller.add(&attempt.socket, key, Interest::Write) {
                Ok(()) => attempt.is_watched = true,
                Err(error) => tracing::error!(%error, "a connecting socket could not be watched"),
            }
        }
    }

    fn shut_down(&self) {
        self.net.shut_down();
        self.give_up();
    }
}

enum Standing {
    Connected,
    Failed(std::io::Error),
    UnderWay,
}

fn standing(socket: &Socket) -> Standing {
    if socket.peer_addr().is_ok() {
        return Standing::Connected;
    }
    match socket.take_error() {
        Ok(Some(error)) | Err(error) => Standing::Failed(error),
        Ok(None) => Standing::UnderWay,
    }
}

/// The local ends to connect from; none for "any".
fn local_ends(local: &Host, port: u16, ip: IpType) -> Result<Vec<SocketAddr>, Error> {
    match local {
        Host::Own if port == 0 => Ok(Vec::new()),
        Host::Own | Host::Any => Host::Any.addresses(port, ip),
        _ => local.addresses(port, ip),
    }
}

type Pair = (Option<SocketAddr>, SocketAddr);

/// Each peer address with a local end of its IP version.
fn pair_up(peers: &[SocketAddr], locals: &[SocketAddr]) -> Result<Vec<Pair>, Error> {
    if locals.is_empty() {
        return Ok(peers.iter().map(|peer| (None, *peer)).collect());
    }
    let fitting = |peer: &SocketAddr| locals.iter().find(|local| local.is_ipv4() == peer.is_ipv4()).copied();
    let pairs: Vec<_> = peers.iter().filter_map(|peer| Some((Some(fitting(peer)?), *peer))).collect();
    if pairs.is_empty() {
        return Err(Error::new(
            Code::Ipv4Ipv6Conflict,
            "the local address is of the other IP version than the peer's",
        ));
    }
    Ok(pairs)
}

/// RFC 8305 section 4: the resolver's order, with the IP versions alternating.
fn in_order(pairs: Vec<Pair>) -> Vec<Pair> {
    let first_is_v4 = pairs.first().is_some_and(|(_, peer)| peer.is_ipv4());
    let (first, second): (Vec<_>, Vec<_>) =
        pairs.into_iter().partition(|(_, peer)| peer.is_ipv4() == first_is_v4);
    let mut second = second.into_iter();
    let mut ordered = Vec::new();
    for pair in first {
        ordered.push(pair);
        ordered.extend(second.next());
    }
    ordered.extend(second);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn ip_versions_alternate() {
        let pairs = ["[::1]:1", "[::2]:1", "[::3]:1", "10.0.0.1:1"].map(|text| (None, peer(text)));
        let order: Vec<_> = in_order(pairs.to_vec()).into_iter().map(|(_, peer)| peer.to_string()).collect();
        assert_eq!(order, ["[::1]:1", "10.0.0.1:1", "[::2]:1", "[::3]:1"]);
    }

    #[test]
    fn a_local_end_goes_with_peers_of_its_version() {
        let local = peer("127.0.0.1:5");
        let pairs = pair_up(&[peer("[::1]:1"), peer("127.0.0.1:1")], &[local]).unwrap();
        assert_eq!(pairs, [(Some(local), peer("127.0.0.1:1"))]);
        let conflict = pair_up(&[peer("[::1]:1")], &[local]).unwrap_err();
        assert_eq!(conflict.code(), Code::Ipv4Ipv6Conflict);
    }
}
