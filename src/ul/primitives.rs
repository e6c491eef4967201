//! What goes into and comes out of an [`Association`](super::Association): its settings, service
//! primitives and requests to the driver.
//!
//! Values only, no behaviour. PS3.8 section 7 has the primitives.

use std::sync::Arc;
use std::time::Duration;

use crate::pdu::{Abort, Associate, PduType, Rejection, Uid, VersionName};

/// Settings of one association endpoint.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long ARTIM runs, the timer that guards Sta2 and Sta13 (PS3.8 9.1.5).
    ///
    /// The standard gives no value. A time too long for the clock to add means: never.
    pub artim: Duration,
    /// Maximum length of a P-DATA-TF, in bytes after its header, that we advertise when the user's
    /// [`Associate`] says nothing. 0 means without limit (PS3.8 D.1).
    pub maximum_length: u32,
    /// Implementation class UID we send when the user's [`Associate`] has none (PS3.7 D.3.3.2).
    pub implementation_class_uid: Uid,
    /// Implementation version name we send when the user's [`Associate`] has none (PS3.7 D.3.3.2).
    pub implementation_version_name: VersionName,
}

impl Config {
    /// 30 s: what the stacks in the field use, and long enough for a request over a slow line.
    pub const ARTIM: Duration = Duration::from_secs(30);
    /// 128 KiB: from here on the cost of a PDU's header no longer shows in a transfer.
    pub const MAXIMUM_LENGTH: u32 = 131_072;
    /// That of this library.
    pub const IMPLEMENTATION_CLASS_UID: Uid = Uid::IMPLEMENTATION_CLASS;
    /// The name of this library.
    pub const IMPLEMENTATION_VERSION_NAME: VersionName = VersionName::IMPLEMENTATION;
}

impl Default for Config {
    fn default() -> Self {
        Self {
            artim: Self::ARTIM,
            maximum_length: Self::MAXIMUM_LENGTH,
            implementation_class_uid: Self::IMPLEMENTATION_CLASS_UID,
            implementation_version_name: Self::IMPLEMENTATION_VERSION_NAME,
        }
    }
}

/// Which side of the association this is. It decides who yields in a release collision (AR-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Opened the transport connection and sends the A-ASSOCIATE-RQ.
    Requestor,
    /// Was connected to, and receives it.
    Acceptor,
}

/// What became of a PDU given to [`Association::handle_pdu`](super::Association::handle_pdu).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only `Data` may reach the user"]
pub enum Received {
    /// The P-DATA-TF is for the user: feed its PDVs to the message assembly.
    Data,
    /// Dealt with: the outputs say what follows. A P-DATA-TF ends here too when the state does not
    /// allow it, and then all of its bytes are to be dropped.
    Done,
    /// Without effect (AA-6 and the like): drop its bytes.
    Ignored,
}

/// What the driver has to do, in this order. See [`Association::poll_output`](super::Association::poll_output).
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send one whole PDU, after everything that was queued for sending before.
    Transmit {
        /// Its type, which is also the first byte of `bytes`.
        pdu_type: PduType,
        /// Header and body.
        bytes: Vec<u8>,
    },
    /// Tell the user.
    Indicate(Indication),
    /// Close the transport connection, once all that was transmitted has gone out. Report the end with
    /// [`Association::handle_transport_closed`](super::Association::handle_transport_closed).
    CloseTransport,
}

/// An indication or confirmation primitive for the user.
///
/// Each association ends for its user exactly once: by [`AssociateReject`](Self::AssociateReject), by
/// [`ReleaseConfirm`](Self::ReleaseConfirm), by [`Abort`](Self::Abort), by
/// [`ProviderAbort`](Self::ProviderAbort), or by a command of his own (reject, release response, abort)
/// that was answered with `Ok`. In a release collision the acceptor still owes, or has promised, a release
/// response after `ReleaseConfirm`. [`TransportClosed`](Self::TransportClosed) follows in any case.
#[derive(Clone, Debug, PartialEq)]
pub enum Indication {
    /// A-ASSOCIATE indication: an association is asked for. Answer with
    /// [`associate_accept`](super::Association::associate_accept) or
    /// [`associate_reject`](super::Association::associate_reject).
    AssociateRequest(Arc<Associate>),
    /// A-ASSOCIATE confirmation, accepted: what was negotiated, abstract syntaxes and AE titles filled in
    /// from the request.
    AssociateAccept(Arc<Associate>),
    /// A-ASSOCIATE confirmation, rejected. The numbers are the peer's and may be any.
    AssociateReject(Rejection),
    /// A-RELEASE indication: the peer asks for the release, in a collision too. Answer with
    /// [`release_response`](super::Association::release_response).
    ReleaseRequest,
    /// A-RELEASE confirmation: the peer agreed to our release.
    ReleaseConfirm,
    /// The peer aborted (AA-3): its user with source 0, its provider with source 2. The numbers are
    /// the peer's and may be any.
    Abort(Abort),
    /// A-P-ABORT indication from our side: we aborted because of what the peer sent (AA-8), or the
    /// transport connection was lost (AA-4; source 2, reason 0).
    ProviderAbort(Abort),
    /// The transport connection is gone. The last indication, exactly once for each transport
    /// connection that was opened or being opened.
    TransportClosed,
}
