//! What time it is. Everything above the ground floor asks here, so that the simulation can give its own
//! time; it must not be asked for the date.

#[cfg(ldicomnet_simulation)]
pub(crate) use super::simulation::now;
#[cfg(not(ldicomnet_simulation))]
use std::time::Instant;

/// Now.
#[cfg(not(ldicomnet_simulation))]
#[inline]
pub(crate) fn now() -> Instant {
    Instant::now()
}
