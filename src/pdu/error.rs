//! What can be wrong with a PDU that arrived, and with a value that somebody wants to put into one.
//!
//! A [`PduError`] carries the reason that PS3.8 Table 9-26 has for it, so that the layer above can abort with it.
//! No error holds bytes of the peer: only numbers and our own names for the fields.

use thiserror::Error;

use super::{AssociateForm, PduType};

/// Why bytes are no PDU, or why an association does not fit into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PduError {
    /// The first byte of a PDU is no type of PS3.8.
    #[error("0x{found:02X} is not the type of any PDU")]
    UnrecognizedPdu {
        /// The byte that stands where the type should.
        found: u8,
    },
    /// A known PDU where the state of the association does not allow it.
    #[error("{pdu_type} was not expected here")]
    UnexpectedPdu {
        /// Which PDU came.
        pdu_type: PduType,
    },
    /// A parameter that nobody knows, where unknown ones may not be skipped.
    #[error("{what} {found} is not recognized")]
    UnrecognizedParameter {
        /// Name of the parameter.
        what: &'static str,
        /// Its value.
        found: u64,
    },
    /// A known parameter where it has no place.
    #[error("{what} {found} was not expected")]
    UnexpectedParameter {
        /// Name of the parameter.
        what: &'static str,
        /// Its value.
        found: u64,
    },
    /// A field has a value that its place does not allow.
    #[error("{what} is {found}, expected {expected}")]
    InvalidParameterValue {
        /// Name of the field.
        what: &'static str,
        /// Its value.
        found: u64,
        /// What would have been right, in words.
        expected: &'static str,
    },
    /// The length field in the header promises more than the limit for this kind of PDU.
    #[error("{pdu_type} of {found} bytes, at most {maximum} are allowed")]
    PduTooLong {
        /// Which PDU.
        pdu_type: PduType,
        /// Its length field, which leaves the six bytes of the header out.
        found: u32,
        /// The limit on that field.
        maximum: u32,
    },
    /// The length field in the header is not what this kind of PDU must have.
    #[error("{pdu_type} of {found} bytes, expected {expected}")]
    PduLength {
        /// Which PDU.
        pdu_type: PduType,
        /// Its length field.
        found: u32,
        /// The length, or the least length, that PS3.8 gives it.
        expected: u32,
    },
    /// Something claims more bytes than what encloses it has left.
    #[error("{what} needs {expected} bytes, {found} are left")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Bytes that are left for it.
        found: u64,
        /// Bytes that it claims or needs.
        expected: u64,
    },
    /// More repetitions than anybody needs who means well: see the limits beside [`super::Associate::decode`].
    #[error("more than {maximum} {what}")]
    TooMany {
        /// What is repeated.
        what: &'static str,
        /// How many are read.
        maximum: usize,
    },
    /// Encoding only: the value is longer than its length field can say.
    #[error("{what} of {found} bytes does not fit, at most {maximum} do")]
    DoesNotFit {
        /// What was being written.
        what: &'static str,
        /// How long it is in bytes.
        found: usize,
        /// The most that fits.
        maximum: usize,
    },
}

impl PduError {
    /// The reason for an A-ABORT by the provider (source 2) over this error: PS3.8 Table 9-26.
    ///
    /// 1 unrecognized PDU, 2 unexpected PDU, 4 unrecognized parameter, 5 unexpected parameter,
    /// 6 invalid parameter value; 0, not specified, for what failed on our own side.
    #[must_use]
    pub fn abort_reason(&self) -> u8 {
        match self {
            Self::UnrecognizedPdu { .. } => 1,
            Self::UnexpectedPdu { .. } => 2,
            Self::UnrecognizedParameter { .. } => 4,
            Self::UnexpectedParameter { .. } => 5,
            Self::InvalidParameterValue { .. }
            | Self::PduTooLong { .. }
            | Self::PduLength { .. }
            | Self::Truncated { .. }
            | Self::TooMany { .. } => 6,
            Self::DoesNotFit { .. } => 0,
        }
    }
}

/// A value that a setter refused; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Longer than the standard allows.
    #[error("{what} of {found} bytes, at most {maximum} are allowed")]
    TooLong {
        /// Name of the field.
        what: &'static str,
        /// How many bytes were given.
        found: usize,
        /// How many are allowed.
        maximum: usize,
    },
    /// Empty, where the standard wants at least one character.
    #[error("{what} is empty")]
    Empty {
        /// Name of the field.
        what: &'static str,
    },
    /// A character outside the repertoire of the field.
    #[error("byte 0x{found:02X} is not allowed in {what}")]
    Character {
        /// Name of the field.
        what: &'static str,
        /// The first byte that is not allowed.
        found: u8,
    },
    /// A UID with an empty component, or one with a leading zero (PS3.5 9.1).
    #[error("a UID component is empty or begins with a zero")]
    UidComponent,
    /// A presentation context ID that is even (PS3.8 9.3.2.2).
    #[error("presentation context ID {found} is not odd")]
    PresentationContextId {
        /// The ID given.
        found: u8,
    },
    /// A presentation context ID that another context has already.
    #[error("presentation context ID {found} is in use")]
    RepeatedPresentationContextId {
        /// The ID given.
        found: u8,
    },
    /// No presentation context has this ID.
    #[error("there is no presentation context {found}")]
    NoSuchPresentationContext {
        /// The ID given.
        found: u8,
    },
    /// An index past the end of its list.
    #[error("index {found} of {what}, there are {count}")]
    Index {
        /// What the list holds.
        what: &'static str,
        /// The index given.
        found: usize,
        /// How many there are.
        count: usize,
    },
    /// A number outside its range.
    #[error("{what} {found}, allowed are {expected}")]
    OutOfRange {
        /// Name of the field.
        what: &'static str,
        /// The number given.
        found: u32,
        /// The range, in words.
        expected: &'static str,
    },
    /// A field that the other form of A-ASSOCIATE has.
    #[error("{what} has no place in {form}")]
    Form {
        /// Name of the field.
        what: &'static str,
        /// The form that was asked to take it.
        form: AssociateForm,
    },
    /// The context has no abstract syntax, which names the SOP class of the item.
    #[error("presentation context {found} has no abstract syntax")]
    NoAbstractSyntax {
        /// ID of the context.
        found: u8,
    },
}
