//! DICOM networking: the Upper Layer (PS3.8) and DIMSE (PS3.7) on real sockets.
//!
//! The layers, each resting on those before it and knowing nothing of those behind:
//!
//! - [`pdu`]: bytes to values and back (PS3.8 9.3, PS3.7 Annex D).
//! - [`ul`]: the Upper Layer state machine (PS3.8 9.2).
//! - [`dimse`]: command sets and messages (PS3.7).
//! - `net`: addresses, sockets, readiness, timers, spool files.
//! - [`dataset`]: data sets, in messages and in files (PS3.5, PS3.10).
//! - [`engine`]: connections and listeners, and the [`Hooks`](engine::Hooks) you implement.
//! - `bridge` (feature `cpp`): the C++ class and the C API stand on it.
//!
//! `pdu`, `ul` and `dimse` do no I/O, read no clock and start no thread.
//!
//! An echo SCP; the default answers accept nothing but C-ECHO, so it accepts the
//! Verification SOP class alone:
//!
//! ```no_run
#![doc = include_str!("../examples/echo_scp.rs")]
//! ```

#[cfg(feature = "cpp")]
mod bridge;
pub mod dataset;
pub mod dimse;
pub mod engine;
mod error;
mod net;
pub mod pdu;
pub mod ul;

#[cfg(ldicomnet_simulation)]
#[doc(hidden)]
pub use engine::simulation;
pub use error::{Code, Error};
pub use net::tls;
