//! What an object can be told before it listens or connects, and the limits it works
//! within. Every limit has its reason beside it.

use super::limits::Limits;
use crate::net::socket::SocketOptions;
use crate::net::spool::Spool;
use crate::net::tls::TlsSettings;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where the hooks of an object run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DispatchMode {
    /// On the library's own threads.
    #[default]
    Threads,
    /// Inside [`breathe`](super::breathe) and [`wait`](super::wait), on the caller's thread.
    Pump,
}

/// Settings of one [`Net`](super::Net). They are read when it listens or connects; an
/// accepted object takes its listener's.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where hooks run.
    pub dispatch_mode: DispatchMode,
    /// Options of the sockets made.
    pub socket: SocketOptions,
    /// Directory of temporary files; empty is the system's.
    pub path: PathBuf,
    /// `DEBUG_MODE_*` bits: 1 calls [`Hooks::on_send_ext`](super::Hooks::on_send_ext), 2 logs
    /// each PDU received, at level info.
    pub debug_mode: u32,
    /// Whether what is sent goes to the system on the sender's thread, as far as it takes it.
    /// If not, the sender only queues, and a thread of the library sends.
    pub send_at_once: bool,
    /// Whether requests go out as far as the negotiated asynchronous operations window lets them
    /// (PS3.7 D.3.3.3). If not, each waits for the final response to the one before, for peers that
    /// negotiate what they cannot do.
    pub asynchronous_operations: bool,
    /// The ARTIM timer of PS3.8 9.1.5: how long a peer may take to send its
    /// A-ASSOCIATE-RQ, and to close after the association ended.
    pub artim: Duration,
    /// How long a peer may take to answer an association or release request.
    pub response_timeout: Duration,
    /// How long one address may take to answer a connection attempt.
    pub connect_timeout: Duration,
    /// How long what was queued at `close` may take to reach the peer.
    pub linger: Duration,
    /// How long a peer may leave what was queued for it unread.
    pub stall_timeout: Duration,
    /// Bytes queued for a peer past which a sender outside a hook waits.
    pub queue_bytes_soft: usize,
    /// Bytes queued for a peer past which a sender inside a hook is refused.
    pub queue_bytes_hard: usize,
    /// The maximum length told to the peer where the user's association says none
    /// (PS3.8 Annex D.1), in bytes.
    pub maximum_length: u32,
    /// Longest A-ASSOCIATE PDU taken, in bytes.
    pub associate_bytes_max: u32,
    /// Longest data set received into memory, in bytes. A longer one goes to a temporary file.
    pub memory_bytes_max: usize,
    /// Longest data set taken, in bytes. A request with a longer one is answered A700H, a response
    /// ends the association.
    pub data_set_bytes_max: u64,
    /// The room that data sets which go to files have together: each until its file has the name that
    /// [`StoreDecision::File`](super::StoreDecision::File) gave it, or is held by nobody. A request for whose
    /// data set there is none is answered A700H, a response ends the association. Shared by the connections
    /// that a listener accepts, and by every object that is given the same one.
    pub spool: Arc<Spool>,
    /// Whether an object that was stored as a file is on the disk before its hook is called.
    pub sync: bool,
    /// Who may be a client, and how many at once: of a listener.
    pub limits: Limits,
    /// With what connections are made secure (PS3.15 Annex B); `None` for plain TCP.
    pub tls: Option<TlsSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dispatch_mode: DispatchMode::Threads,
            socket: SocketOptions::default(),
            path: PathBuf::new(),
            debug_mode: 0,
            // A message out in one call, and no other thread woken for it.
            send_at_once: true,
            asynchronous_operations: true,
            // The value most stacks ship with; PS3.8 leaves it to the implementation.
            artim: Duration::from_secs(30),
            response_timeout: Duration::from_secs(60),
            // A SYN is repeated after 1, 3, 7 and 15 s: four tries.
            connect_timeout: Duration::from_secs(16),
            linger: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(60),
            // A few round trips of a fast network.
            queue_bytes_soft: 1 << 20,
            // One large message beside what is queued.
            queue_bytes_hard: 64 << 20,
            // Large enough that heads cost nothing, small enough to share a line fairly.
            maximum_length: 128 << 10,
            // 128 contexts of ten transfer syntaxes fill 80 KiB.
            associate_bytes_max: 1 << 20,
            // Most objects that are not images, and a bound for many associations at once.
            memory_bytes_max: 1 << 20,
            // The disk is the limit.
            data_set_bytes_max: u64::MAX,
            spool: Spool::new(u64::MAX),
            // As every program that writes files: the system decides when.
            sync: false,
            limits: Limits::default(),
            tls: None,
        }
    }
}
