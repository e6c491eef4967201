//! One transport connection and the association on it.
//!
//! Three parts, each with a lock of its own, so that none is held while a hook runs:
//! the receiver (used by the running turn alone), the state (association, queue of bytes
//! to send, queue of hooks to call), and whether the poller watches the socket.

mod end;
mod flush;
mod glance;
mod incoming;
mod out_queue;
mod receive;
mod request;
mod secure;
mod send;
mod turn;
mod window;

use super::bell::Bell;
use super::limits::Admission;
use super::listener::Listener;
use super::net::Net;
use super::runtime::Engine;
use super::schedule::{RECEIVE_BYTES, Turn};
use super::settings::{DispatchMode, Settings};
use crate::dimse::{Assembler, AssemblerLimits};
use crate::error::Code;
use crate::net::clock;
use crate::net::link::Link;
use crate::net::readiness::Interest;
use crate::net::socket::Socket;
use crate::net::timers::Timer;
use crate::net::tls::TlsError;
use crate::pdu::{Framer, Limits, PdvReader};
use crate::ul::{Association, Config, Indication, Output, Role};
pub(crate) use end::EndNotice;
use glance::{Glance, Glances, Locked};
use out_queue::OutQueue;
use receive::Contexts;
use request::OpenRequest;
pub use secure::Handshake;
pub(crate) use secure::Secured;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;
use window::Window;

/// Where an accepted connection comes from.
pub(crate) struct Accepted {
    /// The listener that accepted it.
    pub(crate) listener: Arc<Listener>,
    /// Its place among the listener's clients.
    pub(crate) number: u64,
    /// The local address, if it was known before.
    pub(crate) local: Option<SocketAddr>,
}

pub(crate) struct Connection {
    /// Itself, for tasks that go on with it.
    this: Weak<Self>,
    engine: Arc<Engine>,
    /// The object, in the life that this connection belongs to.
    net: Net,
    /// What is known of one that was accepted.
    accepted: Option<Accepted>,
    settings: Arc<Settings>,
    link: Link,
    peer: SocketAddr,
    /// Its key in the registry; [`NO_KEY`] before and after.
    key: AtomicU64,
    turn: Turn,
    /// That of sending from files, beside the other.
    flush_turn: Turn,
    /// No hook comes any more: turns need no pump.
    without_hooks: AtomicBool,
    /// What we advertised as maximum length, for the receiver.
    data_bytes_max: AtomicU32,
    /// Another whole P-DATA-TF lies behind the one that is served: what the turn sends now waits for what
    /// it sends then. Its turn's alone.
    gathers: AtomicBool,
    watched: Mutex<Watched>,
    /// `paused` of it, to be had without the lock.
    is_paused: AtomicBool,
    receiver: Mutex<Receiver>,
    state: Mutex<State>,
    glances: Glances,
    /// What was negotiated, once the association stands.
    contexts: OnceLock<Contexts>,
    request: OpenRequest,
    /// The queue of bytes to send got shorter, or the connection ended.
    drained: Bell,
}

const NO_KEY: u64 = u64::MAX;

/// What is wanted of the poller, and what it knows of the socket.
#[derive(Default)]
struct Watched {
    /// Between the connection's begin and its end.
    active: bool,
    /// What comes cannot be served now.
    paused: bool,
    for_writing: bool,
    registered: Option<Interest>,
}

/// The way in: bytes to PDUs to messages.
struct Receiver {
    framer: Framer,
    pdvs: PdvReader,
    assembler: Assembler,
    /// The message whose data set is coming in.
    incoming: Option<Box<incoming::Incoming>>,
    /// The beginning of a PDU whose rest has not come yet.
    partial: Vec<u8>,
    /// How far a P-DATA-TF at its beginning has been looked at.
    looked_at: usize,
    /// The P-DATA-TF that is coming in is for nobody (PS3.8 AA-6).
    skips_data: bool,
    /// The stream is not DICOM any more, or an abort has been sent: what still comes is
    /// read so that the abort reaches the peer, and thrown away.
    discarded: Option<usize>,
}

/// Where the transport connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// In use.
    Open,
    /// Ended for the user; what is queued still goes out, what still comes is thrown away.
    Lingering,
    /// The socket is given up.
    Ended,
}

struct State {
    phase: Phase,
    association: Association,
    out: OutQueue,
    window: Window,
    /// Its place among its listener's associations, where those are limited.
    admission: Option<Admission>,
    /// Hooks to call, in order.
    events: VecDeque<Event>,
    timer: Option<Timer>,
    /// When the answer to our association or release request is due.
    response_due: Option<Instant>,
    /// When the peer must have read something of what is queued for it.
    stall_due: Option<Instant>,
    /// When a lingering connection is given up.
    linger_due: Option<Instant>,
    /// When the TLS handshake must be over; `None` where it is, or where there is none.
    handshake_due: Option<Instant>,
    /// Something waits in `out` for the end of the turn's input, not for the system.
    has_gathered: bool,
    /// The poller was asked for room to write.
    waits_for_room: bool,
    /// Counts what was handed to the socket.
    sends: u32,
    /// Why nothing can be sent any more, though what has come may still be read.
    send_failed: Option<Code>,
}

/// A hook to call.
enum Event {
    Connected,
    /// The TLS handshake is over.
    Secured(Code),
    Indication(Indication),
    Sent {
        code: Code,
        pdu_type: u8,
        bytes: u32,
    },
    SentExtended {
        code: Code,
        pdu_type: u8,
        bytes: Box<[u8]>,
    },
    Closed(Code),
}

impl Connection {
    /// A connection on `socket`, which is open. Nothing happens until [`activate`](Self::activate).
    pub(crate) fn new(
        engine: Arc<Engine>,
        net: Net,
        settings: Arc<Settings>,
        socket: Socket,
        peer: SocketAddr,
        accepted: Option<Accepted>,
        secure: Option<Secured<'_>>,
    ) -> Result<Arc<Self>, TlsError> {
        let role = if accepted.is_some() { Role::Acceptor } else { Role::Requestor };
        let config =
            Config { artim: settings.artim, maximum_length: settings.maximum_length, ..Config::default() };
        let limits = Limits {
            associate_bytes_max: settings.associate_bytes_max,
            data_bytes_max: settings.maximum_length,
            whole_bytes_max: RECEIVE_BYTES,
        };
        let (link, judged) = secure::link(socket, secure)?;
        let state = State {
            phase: Phase::Open,
            association: Association::new(role, config),
            out: OutQueue::default(),
            window: Window::default(),
            admission: None,
            events: VecDeque::new(),
            timer: None,
            response_due: None,
            stall_due: None,
            linger_due: None,
            handshake_due: None,
            has_gathered: false,
            waits_for_room: false,
            sends: 0,
            send_failed: None,
        };
        let connection = Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            engine,
            net,
            accepted,
            data_bytes_max: AtomicU32::new(settings.maximum_length),
            gathers: AtomicBool::new(false),
            settings,
            link,
            peer,
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
            flush_turn: Turn::new(),
            without_hooks: AtomicBool::new(false),
            watched: Mutex::default(),
            is_paused: AtomicBool::new(false),
            receiver: Mutex::new(Receiver {
                framer: Framer::new(limits),
                pdvs: PdvReader::new(),
                assembler: Assembler::new(AssemblerLimits::default()),
                incoming: None,
                partial: Vec::new(),
                looked_at: 0,
                skips_data: false,
                discarded: None,
            }),
            glances: Glances::new(&state),
            state: Mutex::new(state),
            contexts: OnceLock::new(),
            request: OpenRequest::default(),
            drained: Bell::new(),
        });
        judged.set(&connection);
        Ok(connection)
    }

    /// Opens it for traffic: the transport connection indication or confirmation of PS3.8.
    pub(crate) fn activate(self: &Arc<Self>) {
        let mut state = self.state();
        if state.phase != Phase::Open {
            return;
        }
        let key = self.engine.registry.insert(Arc::clone(self) as Arc<dyn super::schedule::Task>);
        self.key.store(key, Ordering::Release);
        if self.accepted.is_none() {
            state.association.handle_transport_open(clock::now());
            state.events.push_back(Event::Connected);
        }
        if self.link.is_ready() {
            self.open_for_peer(&mut state);
        } else {
            self.begin_handshake(&mut state);
        }
        self.watch();
        self.set_timer(&mut state);
        drop(state);
        // What the peer sent while it waited is read without asking the poller first.
        self.engine.schedule(Arc::clone(self) as Arc<dyn super::schedule::Task>);
    }

    fn state(&self) -> Locked<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Locked::new(state, &self.glances)
    }

    /// What the state was when it was last let go of. For the running turn: it sees all that was
    /// done before it was asked for, and is asked for again for what is done meanwhile.
    fn glance(&self) -> Glance {
        self.glances.last()
    }

    fn is_pump_mode(&self) -> bool {
        self.settings.dispatch_mode == DispatchMode::Pump
    }

    /// The number under which its listener knows it.
    pub(crate) fn client_number(&self) -> u64 {
        self.accepted.as_ref().map_or(0, |accepted| accepted.number)
    }

    pub(crate) fn listener(&self) -> Option<&Arc<Listener>> {
        self.accepted.as_ref().map(|accepted| &accepted.listener)
    }

    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(crate) fn local(&self) -> Option<SocketAddr> {
        let known = self.accepted.as_ref().and_then(|accepted| accepted.local);
        known.or_else(|| self.link.socket().local_addr().ok()?.as_socket())
    }

    pub(crate) fn socket(&self) -> &Socket {
        self.link.socket()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state().phase == Phase::Open
    }

    pub(crate) fn is_associated(&self) -> bool {
        let state = self.state();
        state.phase == Phase::Open && state.association.is_associated()
    }

    pub(crate) fn negotiated(&self) -> Option<Arc<crate::pdu::Associate>> {
        match self.contexts.get() {
            Some(contexts) => Some(Arc::clone(&contexts.negotiated)),
            None => self.state().association.negotiated().cloned(),
        }
    }

    pub(crate) fn queued_bytes(&self) -> u64 {
        self.state().queued_bytes()
    }

    #[cfg(ldicomnet_simulation)]
    pub(crate) fn unsent_bytes(&self) -> u64 {
        self.state().out.len()
    }

    /// Registers the socket with the poller.
    fn watch(&self) {
        self.change_watch(|watched| watched.active = true);
    }

    /// Asks the poller for room to write, or no longer.
    fn watch_for_writing(&self, state: &mut State, wanted: bool) {
        if state.waits_for_room != wanted && self.change_watch(|watched| watched.for_writing = wanted) {
            state.waits_for_room = wanted;
        }
    }

    fn unwatch(&self) {
        self.change_watch(|watched| watched.active = false);
    }

    /// Changes what is wanted of the poller, and tells it. False: it must be told again.
    fn change_watch(&self, change: impl FnOnce(&mut Watched)) -> bool {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut watched);
        let wanted = watched.wanted();
        if watched.registered == wanted {
            return true;
        }
        let key = self.key.load(Ordering::Acquire);
        let told = match (watched.registered, wanted) {
            (None, Some(interest)) => self.engine.poller.add(self.link.socket(), key, interest),
            (_, Some(interest)) => self.engine.poller.modify(self.link.socket(), key, interest),
            (_, None) => self.engine.poller.delete(self.link.socket()),
        };
        if let Err(error) = told {
            tracing::error!(%error, ?wanted, "the poller does not watch a socket as it should");
            return false;
        }
        watched.registered = wanted;
        true
    }

    /// Carries out what the association decided. Bytes go to the socket or the queue,
    /// indications to the queue of hooks.
    fn carry_out(&self, state: &mut State) {
        let mut close = false;
        while let Some(output) = state.association.poll_output() {
            match output {
                Output::Transmit { pdu_type, bytes } => {
                    self.transmit(state, pdu_type, &bytes, &[bytes.len()], false);
                }
                Output::Indicate(Indication::TransportClosed) => {}
                Output::Indicate(indication) => state.events.push_back(Event::Indication(indication)),
                Output::CloseTransport => close = true,
            }
        }
        if close {
            self.close_transport(state);
        }
        self.set_timer(state);
    }

    /// Asks for a turn if there are hooks to call and this thread is not in one.
    fn schedule_events(self: &Arc<Self>, state: &State) {
        if !state.events.is_empty() && !self.turn.runs_here() {
            // The turn may begin before this thread has let go of the lock.
            self.glances.publish(state);
            self.engine.schedule(Arc::clone(self) as Arc<dyn super::schedule::Task>);
        }
    }

    /// Keeps one deadline with the watcher: the earliest. A later one is left to be found
    /// when the earlier comes, so that deadlines that are only put off cost nothing.
    fn set_timer(&self, state: &mut State) {
        let due = [
            state.association.timeout(),
            state.response_due,
            state.stall_due,
            state.linger_due,
            state.handshake_due,
        ];
        let Some(due) = due.into_iter().flatten().min() else { return };
        let key = self.key.load(Ordering::Acquire);
        if key == NO_KEY || state.timer.is_some_and(|timer| timer.at() <= due) {
            return;
        }
        if let Some(timer) = state.timer.take() {
            self.engine.watch.cancel(timer);
        }
        state.timer = Some(self.engine.watch.set(due, key));
    }
}

impl Watched {
    fn wanted(&self) -> Option<Interest> {
        match (self.active, self.paused, self.for_writing) {
            (false, ..) | (true, true, false) => None,
            // What is queued goes out, however long a hook takes.
            (true, true, true) => Some(Interest::Write),
            (true, false, true) => Some(Interest::ReadWrite),
            (true, false, false) => Some(Interest::Read),
        }
    }
}
