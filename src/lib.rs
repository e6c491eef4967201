//! DICOM networking: the Upper Layer (PS3.8) and DIMSE (PS3.7) on real sockets.

pub mod dimse;
mod error;
pub mod pdu;
pub mod ul;

pub use error::{Code, Error};
