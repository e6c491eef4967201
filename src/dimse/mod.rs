//! DIMSE messages: command sets, their assembly from P-DATA, and their
//! fragmenting into it.
//!
//! Follows PS3.7 sections 6.3, 9 and 10 and annexes C and E, and PS3.8 annex E.
//! This module must not read a socket, ask for the time, start a thread or
//! look inside a data set: bytes come in as arguments, values go out.
//!
//! A received message takes this way, and a sent one the same way back:
//!
//! ```text
//! pdu::PdvReader --PdvPiece--> Assembler --Step--> CommandSet and data set bytes
//! ```
//!
//! * [`CommandSet`] is the command part of a message, held as it is encoded.
//! * [`Assembler`] joins fragments, and says which bytes belong to a data set.
//! * [`put_message`] cuts a message into P-DATA-TF PDUs.
//! * [`response_to`] makes the response that a request calls for.
//! * [`element`], [`command_field`] and [`status`] hold the standard's numbers.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod assembler;
pub mod command_field;
mod command_set;
pub mod element;
mod error;
mod fragment;
mod responses;
pub mod status;
mod wire;

pub use assembler::{Assembler, AssemblerLimits, Step};
pub use command_set::CommandSet;
pub use error::{AssemblyError, CommandError, FragmentError};
pub use fragment::{UNLIMITED_PDU_BYTES, fragment_bytes_max, put_message};
pub use responses::{DATA_SET_ABSENT, DATA_SET_PRESENT, c_echo_rq, c_echo_rsp, response_to};
pub use status::{StatusClass, status_text};
pub use wire::Elements;
