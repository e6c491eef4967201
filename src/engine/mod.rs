//! Connections, listeners and the threads that serve them: the one place where sockets
//! (`net`) meet the protocol ([`ul`](crate::ul), [`dimse`](crate::dimse)),
//! and the only one that calls hooks.
//!
//! A [`Net`] is what a user holds. Behind it is a listener, an attempt to connect or a
//! connection, each a task whose turns never overlap. The pool of workers runs the turns:
//! the worker that polled serves what it found. The watcher keeps deadlines, and sends
//! another worker to poll when a turn takes long.

mod bell;
mod connect;
mod connection;
mod frames;
mod hooks;
mod limits;
mod listener;
mod net;
mod pool;
mod pump;
mod registry;
mod requestor;
mod runtime;
mod schedule;
mod settings;
#[cfg(ldicomnet_simulation)]
#[doc(hidden)]
pub mod simulation;
mod watch;

pub use crate::net::address::IpType;
pub use crate::net::socket::SocketOptions;
pub use crate::net::spool::Spool;
pub use connection::Handshake;
pub use hooks::{Condition, ConnectionInfo, Hooks, Message, StoreDecision, StoreRequest};
pub use limits::{Limits, Network};
pub use net::{Net, breathe, event_handle, shut_down, start_up, wait};
pub use requestor::Requestor;
pub use settings::{DispatchMode, Settings};
