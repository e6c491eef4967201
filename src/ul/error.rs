//! Why a command of the user was refused. Nothing was sent then, and the state is what it was.

use thiserror::Error;

use super::table::{Event, State};
use crate::pdu::{AssociateForm, PduError};

/// Table 9-10 has no action for this command in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{command} is not possible in {state}")]
pub struct StateError {
    /// The state the association is in.
    pub state: State,
    /// The command, under its name as an event.
    pub command: Event,
}

/// Why an association was not requested, accepted, rejected or aborted.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RequestError {
    /// The state does not allow it.
    #[error(transparent)]
    State(#[from] StateError),
    /// A request-form object where an accept-form one is needed, or the reverse.
    #[error("the object's form is {found:?}")]
    Form {
        /// The form of the object that was given.
        found: AssociateForm,
    },
    /// A request without any presentation context (PS3.8 9.3.2: one or more).
    #[error("there is no presentation context")]
    NoPresentationContext,
    /// A presentation context that must not be sent like this.
    #[error("presentation context {id}: {problem}")]
    PresentationContext {
        /// Its ID.
        id: u8,
        /// What is wrong with it.
        problem: ContextProblem,
    },
    /// Result, source and reason are no row of PS3.8 Table 9-21.
    #[error("result {result}, source {source_number}, reason {reason} is no A-ASSOCIATE-RJ of PS3.8")]
    Rejection {
        /// Result.
        result: u8,
        /// Source. (A field called `source` would be taken for an error's cause.)
        source_number: u8,
        /// Reason.
        reason: u8,
    },
    /// Source and reason are none of PS3.8 Table 9-26.
    #[error("source {source_number}, reason {reason} is no A-ABORT of PS3.8")]
    Abort {
        /// Source.
        source_number: u8,
        /// Reason.
        reason: u8,
    },
    /// The object does not fit into a PDU.
    #[error(transparent)]
    Encoding(#[from] PduError),
}

/// What is wrong with a presentation context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContextProblem {
    /// IDs are odd (PS3.8 9.3.2.2).
    #[error("the ID is even")]
    EvenId,
    /// Each ID stands for one context (PS3.8 9.3.2.2).
    #[error("the ID comes twice")]
    RepeatedId,
    /// Nothing is proposed, or accepted with a transfer syntax.
    #[error("it has no transfer syntax")]
    NoTransferSyntax,
    /// An answer to what nobody asked.
    #[error("it was not proposed")]
    NotProposed,
    /// Accepted with a transfer syntax that was not proposed for it, or with several.
    #[error("its transfer syntax was not proposed")]
    TransferSyntaxNotProposed,
    /// Results are 0 to 4 (PS3.8 Table 9-18).
    #[error("the result is {0}, not one of 0 to 4")]
    Result(u8),
}

/// Why no P-DATA may go out on a presentation context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// The state does not allow it.
    #[error(transparent)]
    State(#[from] StateError),
    /// The context was not accepted, or never proposed.
    #[error("presentation context {presentation_context_id} was not accepted")]
    NotAccepted {
        /// The ID asked for.
        presentation_context_id: u8,
    },
    /// The maximum length that the peer gave cannot hold the least PDV there is.
    #[error("the peer receives P-DATA-TFs of at most {maximum_length} bytes, which hold no PDV")]
    PeerMaximumLengthTooSmall {
        /// The peer's maximum length in bytes.
        maximum_length: u32,
    },
}
