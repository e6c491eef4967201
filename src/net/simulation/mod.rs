//! The simulation of what lies below the engine: time, network, readiness, files and threads, all of it
//! decided by one seeded generator. Only with `--cfg ldicomnet_simulation`.
//!
//! Everything belongs to the thread that began it, and nothing runs by itself: time stands still until
//! [`advance`] is called, and what the network has on its way arrives with [`deliver`]. So a seed reproduces a
//! run exactly. It must know no word of DICOM, and must not ask the system for the time.
//!
//! The generator is wyrand, by way of `fastrand` in the version of the lock file.

mod carry;
mod faults;
mod poller;
mod raw;
mod socket;
mod stream;
pub(crate) mod system;
mod world;

pub use faults::Faults;
pub(crate) use faults::{FileCall, file_fails, part_of, stands_still};
pub(crate) use poller::{Events, Poller};
pub use raw::RawSocket;
pub(crate) use socket::Socket;
pub(crate) use world::{
    advance, begin, deliver, end, has_ready, is_running, next_event_at, note, now, open_sockets, random,
    resolve, spawn, spawned, steps_hash, take_spawned, time,
};
