//! The DICOM Upper Layer: one association endpoint as a state machine without I/O, clock or threads.
//!
//! PS3.8 9.2 is followed to the letter; where it leaves something open, the item's documentation says what
//! was chosen. Bytes and time come in as arguments, and what is to be done goes out as values.
//!
//! # Calling order
//!
//! The methods of [`Association`] are of four kinds, and a driver calls them in this order:
//!
//! 1. `handle_*` reports what the network or the clock did:
//!    [`handle_transport_open`](Association::handle_transport_open) first,
//!    [`handle_pdu`](Association::handle_pdu) for each PDU in the order of its arrival (and
//!    [`handle_invalid_pdu`](Association::handle_invalid_pdu) when bytes are none),
//!    [`handle_timeout`](Association::handle_timeout) when it is due, and
//!    [`handle_transport_closed`](Association::handle_transport_closed) last.
//! 2. Commands report what the user wants: `associate_request`, `associate_accept`, `associate_reject`,
//!    `release_request`, `release_response`, `abort`. A command that answers with an error sent nothing
//!    and changed nothing. [`check_data`](Association::check_data) is asked before each P-DATA-TF, which the
//!    driver makes and sends itself: data does not pass through here.
//! 3. `poll_*`, after each call of the first two kinds, says what to do:
//!    [`poll_output`](Association::poll_output) until it gives `None`, carrying out each
//!    [`Output`] in order. A user who is told something may give commands at once; their outputs
//!    go behind those that wait. Then [`timeout`](Association::timeout): it moves with every
//!    call of the first two kinds.
//! 4. Getters may be called at any time and change nothing.
//!
//! ```text
//!      bytes --Framer--> PDU --handle_pdu-->+-------------+--poll_output--> Transmit -> socket
//!      clock ------------ handle_timeout -->| Association |                 Indicate -> user
//!      socket opened, closed - handle_* --->|  Sta1..13   |                 CloseTransport
//!      user --------------- command ------->+-------------+--timeout------> when to wake up
//! ```
//!
//! When `handle_pdu` answers a P-DATA-TF with [`Received::Data`], its PDVs belong to the user, whether they
//! have arrived or not; with anything else its bytes are dropped, those still to come included.
//!
//! After [`Output::CloseTransport`] the endpoint takes no more PDUs: what still arrives is
//! [`Received::Ignored`]. After [`Indication::TransportClosed`] it is as new, and may be used again.
//!
//! # What is where
//!
//! `table.rs` is Table 9-10 as data; `association.rs` feeds it with events, `actions.rs` carries out what it
//! says; `negotiation.rs` holds a request against its answer; `primitives.rs` and `error.rs` are the values that
//! come out.
//!
//! # Example
//!
//! ```
//! # use std::time::Instant;
//! use ldicomnet::pdu::{Associate, AssociateForm, PduType};
//! use ldicomnet::ul::{Association, Config, Output, Role, State};
//!
//! let now = Instant::now();
//! let mut requestor = Association::new(Role::Requestor, Config::default());
//! requestor.handle_transport_open(now);
//!
//! let mut request = Associate::new(AssociateForm::Request);
//! request.add_context(1, 0, b"1.2.840.10008.1.1")?;
//! request.add_transfer_syntax(1, b"1.2.840.10008.1.2")?;
//! requestor.associate_request(&request, now)?;
//!
//! assert_eq!(requestor.state(), State::Sta5);
//! assert!(matches!(
//!     requestor.poll_output(),
//!     Some(Output::Transmit { pdu_type: PduType::AssociateRq, .. })
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// What a peer sent must never bring this side down.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod actions;
mod association;
mod error;
mod negotiation;
mod primitives;
mod table;
#[cfg(test)]
mod tests;

pub use association::Association;
pub use error::{ContextProblem, DataError, RequestError, StateError};
pub use negotiation::AcceptedContexts;
pub use primitives::{Config, Indication, Output, Received, Role};
pub use table::{Action, Event, Next, State, Transition, transition};
