//! Protocol data units of the DICOM Upper Layer: bytes to values and back.
//!
//! PS3.8 section 9.3 (the seven PDUs) and PS3.7 Annex D (the user information of an association).
//! This module must not do I/O, look at a clock or start a thread, and knows nothing of states: what a
//! well-formed PDU means where it arrives is the business of `ul`.
//!
//! The order of work for bytes that arrive is: [`Framer`] finds the PDUs in the stream; an A-ASSOCIATE goes to
//! [`Associate::decode`], the fixed ones to [`decode_reject`], [`decode_abort`] and [`decode_release`], and the
//! body of a P-DATA-TF, whole or in pieces, to a [`PdvReader`]. Framer and PdvReader never allocate; the
//! rest allocates for bytes that are present, never for a length that only promises them.

// Everything here reads bytes that a stranger sent; a panic would be his to trigger.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod ae_title;
mod associate;
mod control;
mod default_contexts;
mod error;
mod frame;
mod items;
mod pdv;
mod uid;
mod version_name;

pub use ae_title::AeTitle;
pub use associate::{
    Associate, AssociateForm, AsynchronousOperations, CommonExtendedNegotiation, ExtendedNegotiation,
    PresentationContext, RoleSelection, UserIdentity, UserItem,
};
pub use control::{
    Abort, Rejection, decode_abort, decode_reject, decode_release, encode_abort, encode_reject,
    encode_release_rp, encode_release_rq,
};
pub use error::{PduError, ValueError};
pub use frame::{Frame, Framer, Limits, body_length};
pub use items::{PRESENTATION_CONTEXTS_MAX, TRANSFER_SYNTAXES_MAX, USER_SUB_ITEMS_MAX, user_item_type};
pub use pdv::{PDV_HEADER_BYTES, PdvPiece, PdvReader, data_tf_heads, put_data_tf_header, put_pdv_header};
pub use uid::Uid;
pub use version_name::VersionName;

/// Bytes before the body of every PDU: its type, a reserved byte, and the body's length in four (PS3.8 9.3.1).
pub const HEADER_BYTES: usize = 6;

/// The seven kinds of PDU, with the numbers they have on the wire (PS3.8 9.3.2 to 9.3.8).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PduType {
    /// A-ASSOCIATE-RQ: asks for an association.
    AssociateRq = 1,
    /// A-ASSOCIATE-AC: grants it.
    AssociateAc = 2,
    /// A-ASSOCIATE-RJ: refuses it.
    AssociateRj = 3,
    /// P-DATA-TF: carries pieces of messages.
    DataTf = 4,
    /// A-RELEASE-RQ: asks to end in good order.
    ReleaseRq = 5,
    /// A-RELEASE-RP: agrees to end.
    ReleaseRp = 6,
    /// A-ABORT: ends at once.
    Abort = 7,
}

impl TryFrom<u8> for PduType {
    type Error = PduError;

    /// # Errors
    /// [`PduError::UnrecognizedPdu`] for a number that PS3.8 gives to no PDU.
    fn try_from(found: u8) -> Result<Self, PduError> {
        Ok(match found {
            1 => Self::AssociateRq,
            2 => Self::AssociateAc,
            3 => Self::AssociateRj,
            4 => Self::DataTf,
            5 => Self::ReleaseRq,
            6 => Self::ReleaseRp,
            7 => Self::Abort,
            _ => return Err(PduError::UnrecognizedPdu { found }),
        })
    }
}

impl std::fmt::Display for PduType {
    /// The name of the PDU in PS3.8.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AssociateRq => "A-ASSOCIATE-RQ",
            Self::AssociateAc => "A-ASSOCIATE-AC",
            Self::AssociateRj => "A-ASSOCIATE-RJ",
            Self::DataTf => "P-DATA-TF",
            Self::ReleaseRq => "A-RELEASE-RQ",
            Self::ReleaseRp => "A-RELEASE-RP",
            Self::Abort => "A-ABORT",
        })
    }
}
