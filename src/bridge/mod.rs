//! The bridge to the C++ classes in `cpp/`, by cxx. Compiled with the feature `cpp` alone.
//!
//! `ffi` is the one file that names C++; the others are what it calls, and what calls it. Rules of this border:
//!
//! - Rust never holds a user's object. It holds a `SharedPtr<HookSink>`, behind which the way to the object is guarded.
//! - Every method takes `&self` where a hook may call it, and is complete before a thread can see it.
//! - Text crosses as bytes, for AE titles and UIDs from a peer need not be UTF-8, and results as numbers, for cxx carries
//!   only the text of an error.
//! - A panic does not cross: [`guard`] makes it an error code. An exception does not cross either: the sink catches it, and
//!   says so by [`ffi::HookEnd::Threw`].

mod associate;
mod command;
mod data_set;
mod data_set_elements;
mod ffi;
mod hooks;
mod log;
mod net;
mod secure;
mod senders;
mod sending;
mod uids;

use crate::error::{Code, Error};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of a function that C++ calls. Should it panic, `fallback` is its value: cxx would end the program.
///
/// What the body uses is behind locks that do not care for poison, or is one object that the panic left unchanged or is
/// only read.
fn guard<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        tracing::error!("a panic was caught at the border to C++; this is a defect of the library");
        fallback
    })
}

/// Runs the body of a function that answers a DICOM_ERROR_* number.
///
/// The words of an error do not fit through the border, so that they go to the log.
fn code(body: impl FnOnce() -> Result<(), Error>) -> i32 {
    let number = |code: Code| code.number();
    guard(number(Code::NetFailure), || match body() {
        Ok(()) => number(Code::Success),
        Err(error) => {
            tracing::debug!(%error, "a call failed");
            number(error.code())
        }
    })
}
