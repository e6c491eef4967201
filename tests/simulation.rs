//! The engine in a simulated world: virtual time, a seeded network, faults at every call of the system.
//!
//! Without `--cfg ldicomnet_simulation` this is empty; `make simulate` builds it with that and runs as many
//! worlds as there is time for. Each has a seed, and a seed reproduces a run exactly.
#![cfg(ldicomnet_simulation)]

mod simulation {
    mod actions;
    mod agent;
    mod echo;
    mod explore;
    mod memory;
    mod model;
    mod payload;
    mod people;
    mod raw;
    mod regressions;
    mod stored;
    mod world;
}
