//! What can go wrong with a data set, and the codes of it.

use crate::error::Code;
use crate::pdu::Uid;
use std::io;
use std::sync::Arc;

/// The outcome of an operation on a data set.
pub type Result<T> = std::result::Result<T, DataSetError>;

/// What went wrong with a data set.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataSetError {
    /// The bytes are not a data set.
    #[error("{what} at byte {offset}")]
    Format {
        /// What is wrong.
        what: &'static str,
        /// Where, in bytes from the beginning of what was loaded.
        offset: u64,
    },
    /// The bytes end within an element.
    #[error("the bytes end within the element ({:04X},{:04X}) at byte {offset}", .tag >> 16, .tag & 0xFFFF)]
    End {
        /// Its tag.
        tag: u32,
        /// Where it was found out.
        offset: u64,
    },
    /// A bound is passed, such as one of [`ReadLimits`](super::ReadLimits).
    #[error("more than {limit} {what}")]
    Limit {
        /// Of what there is too much.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// An argument is wrong.
    #[error("{0}")]
    Parameter(&'static str),
    /// The transfer syntax does not allow it, or is not supported.
    #[error("{what}: {uid}")]
    TransferSyntax {
        /// What was to be done.
        what: &'static str,
        /// The transfer syntax.
        uid: Uid,
    },
    /// Pixel data cannot be decompressed.
    #[error("cannot decompress: {0}")]
    Compression(String),
    /// A file cannot be opened.
    #[error("cannot open: {0}")]
    Open(Arc<io::Error>),
    /// Reading failed.
    #[error("cannot read: {0}")]
    Read(Arc<io::Error>),
    /// Writing failed.
    #[error("cannot write: {0}")]
    Write(Arc<io::Error>),
}

impl DataSetError {
    /// The code of the error.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Format { .. } => Code::Format,
            Self::End { .. } => Code::End,
            Self::Limit { .. } => Code::Memory,
            Self::Parameter(_) => Code::Parameter,
            Self::TransferSyntax { .. } => Code::TransferSyntaxNotSupported,
            Self::Compression(_) => Code::Compression,
            Self::Open(error) => code_of_io(error, Code::Open),
            Self::Read(error) => code_of_io(error, Code::Read),
            Self::Write(error) => code_of_io(error, Code::Write),
        }
    }
}

/// What the system says of a file: its own code where it has one, else that of the operation.
fn code_of_io(error: &io::Error, otherwise: Code) -> Code {
    match error.kind() {
        io::ErrorKind::OutOfMemory => Code::Memory,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
        io::ErrorKind::UnexpectedEof => Code::End,
        _ => otherwise,
    }
}

impl From<DataSetError> for crate::error::Error {
    fn from(error: DataSetError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

pub(super) fn open_error(error: io::Error) -> DataSetError {
    DataSetError::Open(Arc::new(error))
}

pub(super) fn read_error(error: io::Error) -> DataSetError {
    DataSetError::Read(Arc::new(error))
}

pub(super) fn write_error(error: io::Error) -> DataSetError {
    DataSetError::Write(Arc::new(error))
}
