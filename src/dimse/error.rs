//! What can be wrong with a command set, with the order of fragments, and with
//! a peer's maximum length.
//!
//! Every error that a peer can cause says which reason an A-ABORT gives for it
//! (PS3.8 Table 9-26); the engine sends that with source 2, the provider.

use thiserror::Error;

/// PS3.8 Table 9-26: an unexpected PDU parameter.
const UNEXPECTED_PARAMETER: u8 = 5;
/// PS3.8 Table 9-26: an invalid value of a PDU parameter.
const INVALID_PARAMETER_VALUE: u8 = 6;

/// Bytes that are no command set (PS3.7 6.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// The command set is longer than its own group length could say.
    #[error("a command set of {length} bytes is longer than a group length can say")]
    TooLong {
        /// How long it is, in bytes.
        length: usize,
    },
    /// What is left at the end is too short for the 8 bytes in front of a value.
    #[error("{remaining} bytes at offset {offset} of a command set are no element")]
    TruncatedElement {
        /// Where in the command set they are.
        offset: usize,
        /// How many bytes are left.
        remaining: usize,
    },
    /// Command sets have group 0000 only.
    #[error("element ({group:04X},{element:04X}) in a command set")]
    ForeignGroup {
        /// The group of the element that was found.
        group: u16,
        /// The number of the element.
        element: u16,
    },
    /// The length FFFFFFFFH, which no command element may have.
    #[error("command element (0000,{element:04X}) has an undefined length")]
    UndefinedLength {
        /// The number of the element.
        element: u16,
    },
    /// The value would go on past the end of the command set.
    #[error("command element (0000,{element:04X}) says {length} bytes where {remaining} are left")]
    PastEnd {
        /// The number of the element.
        element: u16,
        /// The bytes that its length says.
        length: u32,
        /// How many bytes are left.
        remaining: usize,
    },
    /// The same element twice: which one is meant is anybody's guess.
    #[error("command element (0000,{element:04X}) is there twice")]
    Doubled {
        /// The number of the element.
        element: u16,
    },
}

impl CommandError {
    /// The reason of the A-ABORT that answers this error (PS3.8 Table 9-26).
    pub fn abort_reason(&self) -> u8 {
        match self {
            // Something that must not be there at all.
            Self::ForeignGroup { .. } | Self::Doubled { .. } => UNEXPECTED_PARAMETER,
            // Something that may be there, with a value that cannot be.
            Self::TooLong { .. }
            | Self::TruncatedElement { .. }
            | Self::UndefinedLength { .. }
            | Self::PastEnd { .. } => INVALID_PARAMETER_VALUE,
        }
    }
}

/// Fragments that make no message (PS3.7 6.3, PS3.8 annex E).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AssemblyError {
    /// A data set fragment, though no command announced a data set.
    #[error(
        "data set fragment on presentation context {presentation_context_id} without a command that announces it"
    )]
    DataSetWithoutCommand {
        /// Where the fragment came.
        presentation_context_id: u8,
    },
    /// A data set fragment while the command set was still to be completed.
    #[error(
        "data set fragment on presentation context {presentation_context_id} before the command is complete"
    )]
    DataSetInsideCommand {
        /// Where the fragment came.
        presentation_context_id: u8,
    },
    /// A command fragment where the data set was still to be completed.
    #[error(
        "command fragment on presentation context {presentation_context_id} before the data set is complete"
    )]
    CommandInsideDataSet {
        /// Where the fragment came.
        presentation_context_id: u8,
    },
    /// One message came on two presentation contexts.
    #[error("fragment on presentation context {found} inside a message on {expected}")]
    OtherContext {
        /// Where the message began.
        expected: u8,
        /// Where the fragment came.
        found: u8,
    },
    /// More bytes of command set than [`super::AssemblerLimits`] lets one have.
    #[error("command set longer than {command_bytes_max} bytes")]
    CommandTooLong {
        /// The limit.
        command_bytes_max: usize,
    },
    /// The command set does not parse.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// An element without which a message can be neither told nor ended is
    /// missing, or its length is not that of one 16-bit number.
    #[error("command element (0000,{element:04X}) is missing or no 16-bit number")]
    NoNumber {
        /// The number of the element.
        element: u16,
    },
}

impl AssemblyError {
    /// The reason of the A-ABORT that answers this error (PS3.8 Table 9-26).
    pub fn abort_reason(&self) -> u8 {
        match self {
            Self::DataSetWithoutCommand { .. }
            | Self::DataSetInsideCommand { .. }
            | Self::CommandInsideDataSet { .. } => UNEXPECTED_PARAMETER,
            Self::OtherContext { .. } | Self::CommandTooLong { .. } | Self::NoNumber { .. } => {
                INVALID_PARAMETER_VALUE
            }
            Self::Command(error) => error.abort_reason(),
        }
    }
}

/// A message that cannot be cut into PDUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FragmentError {
    /// The peer takes P-DATA-TF of `maximum_length` bytes only, in which the 6
    /// bytes of a PDV's head and one byte of message do not fit.
    #[error("the peer's maximum length of {maximum_length} bytes cannot carry a fragment")]
    MaximumLengthTooSmall {
        /// The maximum length that the peer gave.
        maximum_length: u32,
    },
    /// No memory for the PDUs of the message. A peer with a tiny maximum length
    /// makes them up to thirteen times as long as the message.
    #[error("no memory for {bytes} bytes of P-DATA-TF")]
    OutOfMemory {
        /// What they would have come to.
        bytes: usize,
    },
}
