//! What the simulation holds hooks against.

#![allow(dead_code, reason = "only hooks are looked at here, and no messages")]

#[path = "../../tests/simulation/model.rs"]
pub(crate) mod model;
#[path = "../../tests/simulation/payload.rs"]
pub(crate) mod payload;
