//! The life of the objects: listening, accepting, connecting, closing, and what their hooks
//! may count on. Over real sockets on loopback, with bare sockets as peers.

mod support;

#[path = "objects/accept.rs"]
mod accept;
#[path = "objects/close.rs"]
mod close;
#[path = "objects/collision.rs"]
mod collision;
#[path = "objects/connect.rs"]
mod connect;
#[cfg(target_os = "linux")]
#[path = "objects/descriptors.rs"]
mod descriptors;
#[path = "objects/flow.rs"]
mod flow;
#[path = "objects/hooks.rs"]
mod hooks;
#[path = "objects/limits.rs"]
mod limits;
#[path = "objects/listen.rs"]
mod listen;
#[path = "objects/requestor.rs"]
mod requestor;
#[path = "objects/send_at_once.rs"]
mod send_at_once;
#[cfg(target_os = "linux")]
#[path = "objects/several_addresses.rs"]
mod several_addresses;
#[cfg(target_os = "linux")]
#[path = "objects/without_ipv6.rs"]
mod without_ipv6;
