//! The hooks a user implements, and the one place that calls them.
//!
//! A hook is never called with a lock held. One that panics ends what it was called for
//! (a connection waiting to be accepted, or an association) and nothing else.

use super::frames::{self, Held, Left};
use super::net::Net;
use crate::dataset::Content;
use crate::dimse::{CommandSet, MessageError};
use crate::error::Code;
use crate::net::tls::PeerCheck;
use crate::pdu::{Abort, AeTitle, Associate, Rejection, Uid};
use std::any::Any;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

/// What to do with a connection that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Go on to [`Hooks::on_accept`].
    Accept,
    /// Close it at once, with a reset.
    Reject,
    /// Leave it waiting, without an `on_accept`.
    Defer,
}

/// A connection that arrived, as [`Hooks::on_condition`] is shown it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// The peer.
    pub peer: SocketAddr,
    /// The local end.
    pub local: SocketAddr,
    /// Accepted connections of the listener.
    pub clients: u32,
    /// Connections waiting to be accepted.
    pub pending: u32,
}

/// A DIMSE message that arrived whole (PS3.7 6.3).
#[derive(Clone, Debug)]
pub struct Message {
    /// The presentation context it came on.
    pub presentation_context_id: u8,
    /// Its command set.
    pub command: CommandSet,
    /// Its data set, in [`transfer_syntax`](Self::transfer_syntax), if it had one. One longer than
    /// [`Settings::memory_bytes_max`](super::Settings::memory_bytes_max) lies in a temporary file,
    /// which goes with the last clone of the content.
    pub data_set: Option<Content>,
    /// The transfer syntax negotiated for the context.
    pub transfer_syntax: Uid,
    /// What keeps it from being what its command says, if anything does: an element that it must
    /// have and has not ([`check_message`](crate::dimse::check_message)).
    pub fault: Option<MessageError>,
}

/// A C-STORE request whose data set is about to come in (PS3.7 9.3.1.1), as
/// [`Hooks::on_store_begin`] is shown it.
#[derive(Clone, Copy, Debug)]
pub struct StoreRequest<'a> {
    /// The presentation context it came on.
    pub presentation_context_id: u8,
    /// Its message ID.
    pub message_id: u16,
    /// The SOP class. Like the instance it is what PS3.5 9.1 calls a UID, but that its numbers may
    /// begin with zeros ([`is_uid`](crate::dimse::is_uid)); a request with anything
    /// else is refused without being shown.
    pub sop_class: Uid,
    /// The SOP instance.
    pub sop_instance: Uid,
    /// The transfer syntax negotiated for the context.
    pub transfer_syntax: Uid,
    /// The peer's AE title, as it was in its association request.
    pub calling: AeTitle,
    /// The AE title that the peer called.
    pub called: AeTitle,
    /// The peer's address.
    pub peer: SocketAddr,
    /// The whole command set.
    pub command: &'a CommandSet,
}

/// What becomes of a data set that is about to come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreDecision {
    /// It is kept in memory, or in a temporary file past a size, for the message's hooks.
    AsUsual,
    /// It is written straight into this file, in the form of PS3.10, and the file gets this name when the
    /// object is complete; before, it has none, or a temporary one in the same directory. A file of that name is
    /// replaced then, and stays as it is if the object does not arrive.
    File(PathBuf),
    /// It is thrown away as it comes; the message's hooks come without a data set.
    Discard,
    /// It is not kept, and the request is answered with this status.
    Refuse(u16),
}

/// What an application does with what happens. Every method has a default that leaves no
/// peer waiting.
///
/// The hooks of one [`Net`] never run at the same time, and come in order. They run on the
/// library's threads, or on the thread that pumps ([`DispatchMode`](super::DispatchMode)),
/// but for [`on_before_send_command_set`](Self::on_before_send_command_set), which runs on
/// the thread that sends. A hook may call every method of every `Net`. The `net` it is
/// given has the [generation](Net::generation) of the life that the hook belongs to.
pub trait Hooks: Send + Sync + Any {
    /// A connection arrived at a listener. The default accepts it.
    fn on_condition(&self, net: &Net, info: &ConnectionInfo) -> Condition {
        let _ = (net, info);
        Condition::Accept
    }

    /// A connection waits for [`Net::accept`]; or accepting has failed, with a code other
    /// than success. The default leaves it waiting.
    fn on_accept(&self, net: &Net, code: Code) {
        let _ = (net, code);
    }

    /// The attempt to connect has ended.
    fn on_connect(&self, net: &Net, code: Code) {
        let _ = (net, code);
    }

    /// The TLS handshake is over: the connection is secure, or, with a code other than success, it ends
    /// for that reason. After [`on_connect`](Self::on_connect) or the `accept`; not without TLS.
    fn on_secure_link_ready(&self, net: &Net, code: Code) {
        let _ = (net, code);
    }

    /// The peer's certificate was looked at, in a mode that verifies it. False ends the handshake. The
    /// default takes what is good.
    fn on_verify(&self, net: &Net, check: &PeerCheck<'_>) -> bool {
        let _ = net;
        check.error.is_none()
    }

    /// A connection ended other than by `close`. Raised on the listener that accepted it,
    /// on `client` itself where there is none.
    fn on_close(&self, net: &Net, code: Code, client: &Net) {
        let _ = (net, code, client);
    }

    /// A PDU arrived, before it is looked into; `pdu_type` as in PS3.8 9.3. A P-DATA-TF
    /// longer than the receive buffer comes in pieces.
    fn on_receive(&self, net: &Net, code: Code, pdu_type: u8, bytes: &[u8]) {
        let _ = (net, code, pdu_type, bytes);
    }

    /// A PDU of this many bytes went out, or could not.
    fn on_send(&self, net: &Net, code: Code, pdu_type: u8, bytes: u32) {
        let _ = (net, code, pdu_type, bytes);
    }

    /// As [`on_send`](Self::on_send), with the bytes; only in debug mode 1.
    fn on_send_ext(&self, net: &Net, code: Code, pdu_type: u8, bytes: &[u8]) {
        let _ = (net, code, pdu_type, bytes);
    }

    /// A command set is about to be sent, and may be changed. On the sender's thread.
    fn on_before_send_command_set(&self, net: &Net, command: &mut CommandSet) {
        let _ = (net, command);
    }

    /// An association is requested. The default rejects it (permanent, user, no reason).
    fn on_associate_request(&self, net: &Net, associate: &Arc<Associate>) {
        let _ = associate;
        net.answer_by_default();
    }

    /// The association was accepted; `associate` is what was negotiated.
    fn on_associate_accept(&self, net: &Net, associate: &Arc<Associate>) {
        let _ = (net, associate);
    }

    /// The association was rejected.
    fn on_associate_reject(&self, net: &Net, rejection: Rejection) {
        let _ = (net, rejection);
    }

    /// The peer asks for the release. The default answers it.
    fn on_release_request(&self, net: &Net) {
        net.answer_by_default();
    }

    /// The peer answered our release.
    fn on_release_response(&self, net: &Net) {
        let _ = net;
    }

    /// The association was aborted, by the peer or by this side's provider.
    fn on_abort(&self, net: &Net, abort: Abort) {
        let _ = (net, abort);
    }

    /// The data set of a C-STORE request is about to come in; [`on_message`](Self::on_message)
    /// comes when it is complete, and not at all where it is refused or cannot be kept. The
    /// default keeps it as usual.
    fn on_store_begin(&self, net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        let _ = (net, request);
        StoreDecision::AsUsual
    }

    /// A message arrived; comes before [`on_message`](Self::on_message).
    fn on_data(&self, net: &Net, message: &Message) {
        let _ = (net, message);
    }

    /// A message arrived. The default answers a request: C-ECHO with success, every other
    /// known one with 0122H (SOP class not supported), the rest with 0211H.
    fn on_message(&self, net: &Net, message: &Message) {
        let _ = message;
        net.answer_by_default();
    }
}

/// What a hook left behind.
pub(crate) struct Outcome<R> {
    /// What it returned; `None` if it panicked.
    pub(crate) returned: Option<R>,
    /// It asked for the library's own answer.
    pub(crate) answer_by_default: bool,
}

/// Calls one hook of `net`. Connections that it accepted are opened when it has returned, and so begins the
/// next life of an object that it closed and used again: their hooks come then and not before.
pub(crate) fn call<R>(net: &Net, hook: impl FnOnce(&dyn Hooks) -> R) -> Outcome<R> {
    let run = || catch_unwind(AssertUnwindSafe(|| hook(net.hooks().as_ref())));
    let (returned, Left { answer_by_default, has_held }) = frames::within(net.id(), run);
    if has_held {
        std::iter::from_fn(frames::next_held).for_each(Held::begin);
    }
    if returned.is_err() {
        tracing::error!(net = net.id(), "a hook failed; what it was called for is ended");
    }
    Outcome { returned: returned.ok(), answer_by_default }
}
