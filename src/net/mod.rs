//! Sockets, addresses, readiness and timers. Knows no word of DICOM.
//!
//! What differs between systems is kept in here, under `cfg`, with a portable path beside
//! every one that is only for Linux.

pub(crate) mod address;
pub(crate) mod bind;
pub(crate) mod clock;
pub(crate) mod content;
pub(crate) mod files;
pub(crate) mod link;
pub(crate) mod readiness;
#[cfg(target_os = "linux")]
pub(crate) mod sigpipe;
#[cfg(ldicomnet_simulation)]
pub(crate) mod simulation;
pub(crate) mod socket;
pub(crate) mod spool;
mod temporary;
pub(crate) mod threads;
pub(crate) mod timers;
pub mod tls;

/// What the system is asked for without socket2.
#[cfg(all(
    any(target_os = "linux", target_os = "android", target_os = "freebsd"),
    not(ldicomnet_simulation)
))]
use rustix as system;
#[cfg(ldicomnet_simulation)]
use simulation::system;
