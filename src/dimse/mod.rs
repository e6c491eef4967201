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
//! * [`check_message`] says whether a message is what its command says it is.
//! * [`c_store_rq`] and so on, one for each message, make command sets.
//! * [`response_to`] makes the response that a request calls for.
//! * [`element`], [`command_field`] and [`status`] hold the standard's numbers.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod assembler;
pub mod command_field;
mod command_set;
pub mod element;
mod error;
mod fragment;
mod received;
mod requests;
mod responses;
pub mod status;
mod wire;

pub use assembler::{Assembler, AssemblerLimits, Step};
pub use command_set::CommandSet;
pub use error::{AssemblyError, CommandError, FragmentError};
pub use fragment::{UNLIMITED_PDU_BYTES, fragment_bytes_max, put_message};
pub use received::{
    MessageError, check_message, default_status, is_uid, needs_data_set, sop_class_of, sop_instance_of,
};
pub use requests::{
    DATA_SET_ABSENT, DATA_SET_PRESENT, MoveOriginator, c_cancel_rq, c_echo_rq, c_find_rq, c_get_rq,
    c_move_rq, c_store_rq, n_action_rq, n_create_rq, n_delete_rq, n_event_report_rq, n_get_rq, n_set_rq,
};
pub use responses::{
    SubOperations, c_echo_rsp, c_find_rsp, c_get_rsp, c_move_rsp, c_store_rsp, n_action_rsp, n_create_rsp,
    n_delete_rsp, n_event_report_rsp, n_get_rsp, n_set_rsp, response_to,
};
pub use status::{StatusClass, status_text};
pub use wire::Elements;
