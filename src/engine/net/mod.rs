//! [`Net`]: the handle to one object, listening or connected.

mod association;
mod queries;
mod secure;

use crate::engine::connect::{Connector, Route};
use crate::engine::connection::Connection;
use crate::engine::frames;
use crate::engine::hooks::Hooks;
use crate::engine::listener::Listener;
use crate::engine::runtime;
use crate::engine::settings::Settings;
use crate::error::{Code, Error};
use crate::net::address::{self, Host, IpType};
use crate::net::tls::TlsContext;
use crate::pdu::Associate;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A DICOM network object: it listens, or it is one end of a connection.
///
/// A `Net` is a handle; clones are the same object. Every method may be called from any
/// thread and from any hook. An object can be used again after [`close`](Self::close);
/// each use is a life, counted by [`generation`](Self::generation).
///
/// A connection lives until it is closed or its peer ends it, whether or not a handle to
/// it is kept; a listener likewise.
#[derive(Clone)]
pub struct Net {
    core: Arc<Core>,
    generation: u32,
}

/// What objects begin with, and most that are accepted never change.
static DEFAULT_SETTINGS: LazyLock<Arc<Settings>> = LazyLock::new(Arc::default);

struct Core {
    id: u64,
    hooks: Arc<dyn Hooks>,
    settings: Mutex<Arc<Settings>>,
    debug_mode: AtomicU32,
    send_at_once: AtomicBool,
    generation: AtomicU32,
    role: Mutex<Role>,
    /// What the last connection was made secure with: the next may resume its session.
    last_tls: Mutex<Option<Arc<TlsContext>>>,
    /// No life follows the present one. Set with the role locked, as it is looked at.
    is_over: AtomicBool,
}

/// What the object is now.
enum Role {
    Idle,
    Listening(Arc<Listener>),
    Connecting(Arc<Connector>),
    Connected(Arc<Connection>),
    /// A connection that has ended, as far as it can still be asked about.
    Ended(Box<Ended>),
}

struct Ended {
    peer: SocketAddr,
    local: Option<SocketAddr>,
    negotiated: Option<Arc<Associate>>,
    listener: Option<Arc<Listener>>,
    client_number: u64,
}

impl Core {
    /// Keeps what counts at once where a connection reads it.
    fn note_live(&self, settings: &Settings) {
        self.debug_mode.store(settings.debug_mode, Ordering::Release);
        self.send_at_once.store(settings.send_at_once, Ordering::Release);
    }
}

impl Ended {
    /// Its listener need not count it any more.
    fn forget(&self) {
        if let Some(listener) = &self.listener {
            listener.forget_client(self.client_number);
        }
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net").field("id", &self.core.id).field("generation", &self.generation).finish()
    }
}

impl Net {
    /// An object that does nothing yet.
    pub fn new(hooks: Arc<dyn Hooks>) -> Self {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);
        let core = Core {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            hooks,
            settings: Mutex::new(Arc::clone(&DEFAULT_SETTINGS)),
            debug_mode: AtomicU32::new(0),
            send_at_once: AtomicBool::new(true),
            generation: AtomicU32::new(0),
            role: Mutex::new(Role::Idle),
            last_tls: Mutex::default(),
            is_over: AtomicBool::new(false),
        };
        Self { core: Arc::new(core), generation: 0 }
    }

    /// Tells objects of one process apart.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// The hooks it was made with.
    pub fn hooks(&self) -> &Arc<dyn Hooks> {
        &self.core.hooks
    }

    /// The life of the object that this handle is of. [`close`](Self::close) ends one;
    /// a hook of an ended life is not called any more.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The life the object is in now.
    pub fn current_generation(&self) -> u32 {
        self.core.generation.load(Ordering::Acquire)
    }

    /// Has the life of this handle ended?
    pub(crate) fn is_stale(&self) -> bool {
        self.current_generation() != self.generation
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        Settings::clone(&self.shared_settings())
    }

    pub(crate) fn shared_settings(&self) -> Arc<Settings> {
        Arc::clone(&self.core.settings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the settings. Those of a running listener or connection stay, but for
    /// `debug_mode` and `send_at_once`, which count at once.
    pub fn update_settings(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.core.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut settings));
        self.core.note_live(&settings);
    }

    pub(crate) fn debug_mode(&self) -> u32 {
        self.core.debug_mode.load(Ordering::Relaxed)
    }

    pub(crate) fn sends_at_once(&self) -> bool {
        self.core.send_at_once.load(Ordering::Relaxed)
    }

    fn role(&self) -> MutexGuard<'_, Role> {
        self.core.role.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A handle of the object's present life.
    fn current(&self) -> Self {
        Self { core: Arc::clone(&self.core), generation: self.current_generation() }
    }

    fn connection(&self) -> Option<Arc<Connection>> {
        match &*self.role() {
            Role::Connected(connection) => Some(Arc::clone(connection)),
            _ => None,
        }
    }

    fn connected(&self) -> Result<Arc<Connection>, Error> {
        self.connection().ok_or_else(|| Error::of(Code::NetNotConnected))
    }

    fn listener(&self) -> Option<Arc<Listener>> {
        match &*self.role() {
            Role::Listening(listener) => Some(Arc::clone(listener)),
            _ => None,
        }
    }

    /// The listener asked about: this object, or the one that accepted it.
    fn own_or_accepting_listener(&self) -> Option<Arc<Listener>> {
        match &*self.role() {
            Role::Listening(listener) => Some(Arc::clone(listener)),
            Role::Connected(connection) => connection.listener().cloned(),
            Role::Ended(ended) => ended.listener.clone(),
            _ => None,
        }
    }

    // Listening.

    /// Listens on `host` ("" is this computer's own address, "*" every local one, else a
    /// literal or a name) and `port` (0 takes a free one, see
    /// [`host_info`](Self::host_info)).
    ///
    /// `backlog` goes to the system, and is the number of connections that may wait to be
    /// accepted; it is no limit on clients. A name is resolved before this returns.
    ///
    /// # Errors
    ///
    /// `Parameter` for a port over 65535, a negative backlog or a link-local address
    /// without a scope; `NetIsConnected` if the object is in use; `Ipv4Ipv6Conflict` for a
    /// literal of the other IP version; `NetAddressInUse`, `NetAddressNotAvailable`,
    /// `NetAccess` and the resolver's as the system says.
    pub fn listen(&self, host: &[u8], port: u32, backlog: i32, ip: IpType) -> Result<(), Error> {
        let port = address::port(port)?;
        if backlog < 0 {
            return Err(Error::new(Code::Parameter, format!("a backlog of {backlog}")));
        }
        let host = Host::parse(host, ip)?;
        let engine = runtime::engine()?;
        let net = self.next_life(&self.role())?;
        let listener = Listener::new(engine, net, self.shared_settings(), &host, port, backlog, ip)?;
        let mut role = self.role();
        // Somebody may have been quicker, while the address was bound.
        let unchanged = self.next_life(&role).is_ok_and(|next| next.generation == listener.net().generation);
        if !unchanged {
            drop(role);
            listener.close();
            return Err(Error::of(Code::NetIsConnected));
        }
        self.enter(&mut role, Role::Listening(Arc::clone(&listener)));
        drop(role);
        frames::begin_life(self.core.id, move || listener.activate());
        Ok(())
    }

    /// The handle of the life that an object which is not in use begins with
    /// [`enter`](Self::enter).
    fn next_life(&self, role: &Role) -> Result<Self, Error> {
        let mut next = self.current();
        if self.core.is_over.load(Ordering::Acquire) {
            return Err(Error::new(Code::Parameter, "the object is being freed"));
        }
        match role {
            Role::Idle => Ok(next),
            Role::Ended(_) => {
                next.generation = next.generation.wrapping_add(1);
                Ok(next)
            }
            _ => Err(Error::of(Code::NetIsConnected)),
        }
    }

    /// Begins that life. A connection that has ended is done with: should its end still have
    /// to be told, it is not told of an object that is in use again.
    fn enter(&self, role: &mut Role, entered: Role) {
        if let Role::Ended(ended) = std::mem::replace(role, entered) {
            self.core.generation.fetch_add(1, Ordering::AcqRel);
            ended.forget();
        }
    }

    /// Hands the connection that has waited longest to `client`, which takes this
    /// listener's settings. Inside `on_accept`, the client's first hook comes after that
    /// returned.
    ///
    /// # Errors
    ///
    /// `NetWouldBlock` with none waiting; `NetIsConnected` if `client` is in use or this
    /// very object; `NetNotConnected` if this object does not listen.
    pub fn accept(&self, client: &Self) -> Result<(), Error> {
        self.accepting(client)?.accept(client)
    }

    /// As [`accept`](Self::accept), waiting for a connection; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// Those of `accept`, and `NetTimeOut`.
    pub fn accept_wait(&self, client: &Self, timeout: Option<Duration>) -> Result<(), Error> {
        self.accepting(client)?.accept_wait(client, timeout)
    }

    /// Accepts every connection that comes, each as an object of its own with the hooks of this one, until the
    /// listener is closed.
    ///
    /// # Errors
    ///
    /// `NetNotConnected` if this object does not listen.
    pub fn serve(&self) -> Result<(), Error> {
        let listener = self.accepting(&Self::new(Arc::clone(self.hooks())))?;
        loop {
            match listener.accept_wait(&Self::new(Arc::clone(self.hooks())), None) {
                Err(error) if listener.is_closed() => {
                    tracing::debug!(%error, "a listener that served was closed");
                    return Ok(());
                }
                outcome => outcome?,
            }
        }
    }

    fn accepting(&self, client: &Self) -> Result<Arc<Listener>, Error> {
        if Arc::ptr_eq(&self.core, &client.core) {
            return Err(Error::new(Code::NetIsConnected, "an object cannot accept itself"));
        }
        self.listener().ok_or_else(|| Error::new(Code::NetNotConnected, "the object does not listen"))
    }

    /// Refuses the connection that has waited longest, with a reset.
    ///
    /// # Errors
    ///
    /// `NetWouldBlock` with none waiting; `NetNotConnected` if this object does not listen.
    pub fn reject(&self) -> Result<(), Error> {
        self.listener().ok_or_else(|| Error::of(Code::NetNotConnected))?.reject()
    }

    /// Connections waiting to be accepted.
    pub fn pending_count(&self) -> u32 {
        self.listener().map_or(0, |listener| queries::narrow(listener.pending_count()))
    }

    /// Makes this object the end of an accepted connection.
    pub(crate) fn become_connection<R>(
        &self,
        settings: &Arc<Settings>,
        make: impl FnOnce(Self) -> Result<(Arc<Connection>, R), Error>,
    ) -> Result<(Arc<Connection>, R), Error> {
        let mut role = self.role();
        let next = self.next_life(&role)?;
        // Before the listener can show the object to anybody.
        let before = self.replace_settings(Arc::clone(settings));
        let (connection, rest) = make(next).inspect_err(|_| drop(self.replace_settings(before)))?;
        self.enter(&mut role, Role::Connected(Arc::clone(&connection)));
        Ok((connection, rest))
    }

    fn replace_settings(&self, settings: Arc<Settings>) -> Arc<Settings> {
        let mut held = self.core.settings.lock().unwrap_or_else(PoisonError::into_inner);
        self.core.note_live(&settings);
        std::mem::replace(&mut held, settings)
    }

    // Connecting.

    /// Begins to connect to a peer, from a local address ("" and 0: any). The outcome
    /// comes in `on_connect`. Names are resolved, and addresses tried in turn, on the
    /// library's threads.
    ///
    /// # Errors
    ///
    /// Those that are known at once: `Parameter`, `NetIsConnected`, `Ipv4Ipv6Conflict`,
    /// `NetDestinationRequired` for an empty peer.
    pub fn connect(
        &self,
        local_host: &[u8],
        local_port: u32,
        peer_host: &[u8],
        peer_port: u32,
        ip: IpType,
    ) -> Result<(), Error> {
        let connector = self.begin_connect(local_host, local_port, peer_host, peer_port, ip)?;
        if !frames::is_inside(self.core.id) {
            return self.start(&connector);
        }
        frames::begin_life(self.core.id, move || {
            if let Err(error) = connector.start() {
                connector.could_not_start(error);
            }
        });
        Ok(())
    }

    /// As [`connect`](Self::connect), waiting for the outcome; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// Those of `connect`, what `on_connect` was told, or `NetTimeOut` with the attempt
    /// given up.
    pub fn connect_wait(
        &self,
        local_host: &[u8],
        local_port: u32,
        peer_host: &[u8],
        peer_port: u32,
        ip: IpType,
        timeout: Option<Duration>,
    ) -> Result<(), Error> {
        let connector = self.begin_connect(local_host, local_port, peer_host, peer_port, ip)?;
        // Whoever waits in a hook of this very object has the next life begin beside it.
        self.start(&connector)?;
        connector.wait(timeout)
    }

    fn begin_connect(
        &self,
        local_host: &[u8],
        local_port: u32,
        peer_host: &[u8],
        peer_port: u32,
        ip: IpType,
    ) -> Result<Arc<Connector>, Error> {
        let local = Host::parse(local_host, ip)?;
        let local_port = address::port(local_port)?;
        let peer = Host::parse(peer_host, ip)?;
        let peer_port = address::port(peer_port)?;
        if matches!(peer, Host::Own | Host::Any) {
            return Err(Error::new(Code::NetDestinationRequired, "no peer address was given"));
        }
        let engine = runtime::engine()?;
        let mut role = self.role();
        let (next, settings) = (self.next_life(&role)?, self.shared_settings());
        let route = Route { local, local_port, peer, peer_port };
        let connector = Connector::new(engine, next, settings, ip, peer_host, route)?;
        self.enter(&mut role, Role::Connecting(Arc::clone(&connector)));
        drop(role);
        Ok(connector)
    }

    fn start(&self, connector: &Arc<Connector>) -> Result<(), Error> {
        connector.start().inspect_err(|_| self.connector_ended(connector))
    }

    /// The attempt has succeeded. False: the object was closed meanwhile.
    pub(crate) fn connector_succeeded(
        &self,
        connector: &Arc<Connector>,
        connection: &Arc<Connection>,
    ) -> bool {
        let mut role = self.role();
        let current =
            matches!(&*role, Role::Connecting(it) if Arc::ptr_eq(it, connector)) && !self.is_stale();
        if current {
            *role = Role::Connected(Arc::clone(connection));
        }
        current
    }

    /// The attempt is over: the object is free again.
    pub(crate) fn connector_ended(&self, connector: &Arc<Connector>) {
        let mut role = self.role();
        if matches!(&*role, Role::Connecting(it) if Arc::ptr_eq(it, connector)) {
            *role = Role::Idle;
        }
    }

    // Ending.

    /// Ends what the object does: stops listening, gives an attempt to connect up, or
    /// closes the connection, after what is queued has gone out (for at most the linger
    /// time). No hook of this life begins after this returned; one that runs on another
    /// thread may still be running. There is no `on_close`.
    pub fn close(&self) {
        self.end(false);
    }

    /// [`close`](Self::close) of an object that is freed next: what other threads begin with it
    /// from now on fails with `Parameter`.
    pub fn close_for_good(&self) {
        let role = self.role();
        self.core.is_over.store(true, Ordering::Release);
        drop(role);
        self.end(false);
    }

    /// [`close`](Self::close); if `forced`, drops what is queued and resets the connection.
    pub fn close_forced(&self, forced: bool) {
        self.end(forced);
    }

    /// Closes a listener and its clients. Asked of a client: its listener, and so itself.
    pub fn server_close(&self) {
        let Some(listener) = self.own_or_accepting_listener() else { return self.close() };
        let clients = listener.clients();
        listener.net().current().close();
        for client in clients {
            client.close();
        }
    }

    /// The library shuts down: this life ends, if it has not.
    pub(crate) fn shut_down(&self) {
        if !self.is_stale() {
            self.end(false);
        }
    }

    fn end(&self, forced: bool) {
        let mut role = self.role();
        // An object that was not in use begins a new life too: its handles are all alike.
        self.core.generation.fetch_add(1, Ordering::AcqRel);
        let ended = std::mem::replace(&mut *role, Role::Idle);
        drop(role);
        match ended {
            Role::Idle => {}
            Role::Listening(listener) => {
                listener.close();
                listener.wake_pump();
            }
            Role::Connecting(connector) => connector.give_up(),
            Role::Connected(connection) => {
                connection.close_by_user(forced);
                if let Some(listener) = connection.listener() {
                    listener.forget_client(connection.client_number());
                }
            }
            Role::Ended(ended) => ended.forget(),
        }
    }

    /// The connection has ended, other than by `close`.
    pub(crate) fn connection_ended(&self, connection: &Connection, negotiated: Option<Arc<Associate>>) {
        let mut role = self.role();
        let Role::Connected(held) = &*role else { return };
        if !std::ptr::eq(Arc::as_ptr(held), connection) {
            return;
        }
        let ended = Ended {
            peer: connection.peer(),
            local: connection.local(),
            negotiated,
            listener: connection.listener().cloned(),
            client_number: connection.client_number(),
        };
        let before = std::mem::replace(&mut *role, Role::Ended(Box::new(ended)));
        drop(role);
        drop(before);
    }
}

/// Runs what waits for the pump, on this thread; never blocks.
///
/// Objects in [`DispatchMode::Pump`](super::DispatchMode::Pump) get their hooks in here and
/// in [`wait`] alone. True if any turn was run.
pub fn breathe() -> bool {
    runtime::engine_if_running().is_some_and(|engine| engine.pump.breathe(&engine))
}

/// Waits until something is there for the pump, and runs it; `None` waits for ever.
/// False if the time ended first.
///
/// # Errors
///
/// The system's, when the library cannot be started.
pub fn wait(timeout: Option<Duration>) -> Result<bool, Error> {
    let engine = runtime::engine()?;
    Ok(engine.pump.wait(&engine, timeout))
}

/// A descriptor that polls readable while there is something for the pump, or -1 where
/// the system has none. It is valid until the library is shut down.
///
/// # Errors
///
/// The system's, when the library cannot be started.
pub fn event_handle() -> Result<i64, Error> {
    Ok(runtime::engine()?.pump.descriptor())
}

/// Counts a use of the library. Optional: the first use starts it.
///
/// # Errors
///
/// The system's, when no thread or descriptor can be had.
pub fn start_up() -> Result<(), Error> {
    runtime::start_up()
}

/// Counts a use off. The last one closes every object and joins every thread, but for the
/// one it is called on.
pub fn shut_down() {
    runtime::shut_down();
}
