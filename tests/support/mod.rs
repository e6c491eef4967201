//! What the tests over real sockets share: bytes made by hand, a peer that is nothing but a
//! socket, hooks that write down what they are called with, a look at the process, and
//! processes and networks of a test's own.
//!
//! It must not use the library's own codec for what goes over the wire: a mistake in it
//! would then be on both sides.

#![allow(dead_code, reason = "each test program uses its own part of this")]

pub(crate) mod child;
pub(crate) mod hooks;
pub(crate) mod peer;
pub(crate) mod process;
pub(crate) mod wire;

use std::time::{Duration, Instant};

/// How long anything may take that is to happen "at once": long enough for a busy machine,
/// and never waited for where all is well.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until something has become true of what no event tells.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
        std::thread::yield_now();
    }
}
