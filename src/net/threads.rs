//! Threads that do one thing and go.

use std::io;

/// Does the work on a thread of its own, which nobody waits for.
#[cfg(not(ldicomnet_simulation))]
pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name(name.into()).spawn(work).map(drop)
}

#[cfg(ldicomnet_simulation)]
pub(crate) fn spawn(_name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    super::simulation::spawn(Box::new(work))
}
