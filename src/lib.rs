//! DICOM networking: the Upper Layer (PS3.8) and DIMSE (PS3.7) on real sockets.

mod error;
pub mod pdu;

pub use error::{Code, Error};
