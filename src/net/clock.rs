//! What time it is. Everything above the ground floor asks here, so that the simulation can give its own
//! time; it must not be asked for the date.

use std::time::Instant;

/// Now.
#[cfg(not(ldicomnet_simulation))]
#[inline]
pub(crate) fn now() -> Instant {
    Instant::now()
}
