//! From the engine's hooks to the user's, through the sink.

use super::associate::AssociateObject;
use super::data_set::DataSetObject;
use super::ffi::{ConnectionView, HookEnd, HookSink, MessageView, StoreView};
use super::net::path_of;
use super::secure::{subject_of, verdict_of};
use crate::dataset::{Content, FileMeta};
use crate::dimse::{CommandSet, command_field, element, status};
use crate::engine::{Condition, ConnectionInfo, Hooks, Message, Net, StoreDecision, StoreRequest};
use crate::error::Code;
use crate::net::address;
use crate::pdu::{Abort, AeTitle, Associate, Rejection, Uid};
use crate::tls::PeerCheck;
use cxx::SharedPtr;
use std::any::Any;
use std::ptr;
use std::sync::Arc;

/// DICOMNET_STORE_DISCARD, which is no status.
const STORE_DISCARD: i32 = 0x1_0000;

/// Room for a path that OnStoreBegin names, its NUL included: the longest there is on Linux.
const STORE_PATH_BYTES: usize = 4096;

/// What a hook leaves by when the user's function threw: the engine ends what the hook was called for.
struct HookThrew;

/// The hooks of one C++ object. Invariant: the pointer is not null.
pub(super) struct SinkHooks {
    pub(super) sink: SharedPtr<HookSink>,
}

impl SinkHooks {
    /// The sink behind an object; `None` for one that is not of C++.
    pub(super) fn sink_of(net: &Net) -> Option<&SharedPtr<HookSink>> {
        let hooks: &dyn Any = net.hooks().as_ref();
        hooks.downcast_ref::<Self>().map(|hooks| &hooks.sink)
    }
}

/// A hook that was refused belongs to a life that is over: nothing is left to do for it.
fn finish(end: HookEnd) {
    if end == HookEnd::Threw {
        // Logged where it was caught, with its words.
        std::panic::resume_unwind(Box::new(HookThrew));
    }
}

/// What the meta header of a message's data set says; without a SOP class where it is no object to be stored.
fn meta_of(net: &Net, message: &Message) -> FileMeta {
    let command = &message.command;
    let transfer_syntax = message.transfer_syntax;
    if command.command_field() != Some(command_field::C_STORE_RQ) {
        return FileMeta { transfer_syntax, ..FileMeta::default() };
    }
    let uid = |uid: Option<&[u8]>| uid.and_then(Uid::from_wire).unwrap_or_default();
    FileMeta {
        sop_class: uid(command.affected_sop_class_uid()),
        sop_instance: uid(command.affected_sop_instance_uid()),
        transfer_syntax,
        source_ae: net.negotiated().map_or(AeTitle::BLANK, |negotiated| negotiated.calling_ae_title),
    }
}

/// Shows a message to `call`.
fn with_view(net: &Net, message: &Message, call: impl FnOnce(&MessageView<'_>) -> HookEnd) {
    let received = |content: &Content| DataSetObject::received(content.clone(), meta_of(net, message));
    let data_set = message.data_set.as_ref().map(received);
    finish(call(&MessageView {
        presentation_context_id: message.presentation_context_id,
        command_field: message.command.command_field().unwrap_or(0),
        is_whole: message.fault.is_none(),
        command: &message.command,
        data_set: data_set.as_ref().map_or(ptr::null(), ptr::from_ref),
    }));
}

impl Hooks for SinkHooks {
    fn on_condition(&self, net: &Net, info: &ConnectionInfo) -> Condition {
        let peer_address = address::text(&info.peer);
        let local_address = address::text(&info.local);
        let connection = ConnectionView {
            peer_address: peer_address.as_bytes(),
            peer_port: info.peer.port(),
            local_address: local_address.as_bytes(),
            local_port: info.local.port(),
            clients: info.clients,
            pending: info.pending,
        };
        // DICOM_CONDITION_ACCEPT, _REJECT and _DEFER. A hook that was refused or threw rejects.
        let mut answer = 1;
        match (self.sink.on_condition(net.generation(), &connection, &mut answer), answer) {
            (HookEnd::Done, 0) => Condition::Accept,
            (HookEnd::Done, 2) => Condition::Defer,
            _ => Condition::Reject,
        }
    }

    fn on_accept(&self, net: &Net, code: Code) {
        finish(self.sink.on_accept(net.generation(), code.number()));
    }

    fn on_connect(&self, net: &Net, code: Code) {
        finish(self.sink.on_connect(net.generation(), code.number()));
    }

    fn on_secure_link_ready(&self, net: &Net, code: Code) {
        finish(self.sink.on_secure_link_ready(net.generation(), code.number()));
    }

    fn on_verify(&self, net: &Net, check: &PeerCheck<'_>) -> bool {
        let (subject, verdict) = (subject_of(check), verdict_of(check));
        let mut taken = false;
        finish(self.sink.on_verify(net.generation(), &subject, check.number(), &verdict, &mut taken));
        taken
    }

    fn on_close(&self, net: &Net, code: Code, client: &Net) {
        if let Some(client) = Self::sink_of(client) {
            finish(self.sink.on_close(net.generation(), code.number(), client));
        }
    }

    fn on_receive(&self, net: &Net, code: Code, pdu_type: u8, bytes: &[u8]) {
        finish(self.sink.on_receive(net.generation(), code.number(), pdu_type, bytes));
    }

    fn on_send(&self, net: &Net, code: Code, pdu_type: u8, bytes: u32) {
        finish(self.sink.on_send(net.generation(), code.number(), pdu_type, bytes));
    }

    fn on_send_ext(&self, net: &Net, code: Code, pdu_type: u8, bytes: &[u8]) {
        finish(self.sink.on_send_ext(net.generation(), code.number(), pdu_type, bytes));
    }

    fn on_before_send_command_set(&self, net: &Net, command: &mut CommandSet) {
        finish(self.sink.on_before_send_command_set(net.generation(), command));
    }

    fn on_associate_request(&self, net: &Net, associate: &Arc<Associate>) {
        let associate = AssociateObject::of(associate);
        finish(self.sink.on_associate_request(net.generation(), associate));
    }

    fn on_associate_accept(&self, net: &Net, associate: &Arc<Associate>) {
        let associate = AssociateObject::of(associate);
        finish(self.sink.on_associate_accept(net.generation(), associate));
    }

    fn on_associate_reject(&self, net: &Net, rejection: Rejection) {
        let Rejection { result, source, reason } = rejection;
        finish(self.sink.on_associate_reject(net.generation(), result, source, reason));
    }

    fn on_release_request(&self, net: &Net) {
        finish(self.sink.on_release_request(net.generation()));
    }

    fn on_release_response(&self, net: &Net) {
        finish(self.sink.on_release_response(net.generation()));
    }

    fn on_abort(&self, net: &Net, abort: Abort) {
        finish(self.sink.on_abort(net.generation(), abort.source, abort.reason));
    }

    fn on_store_begin(&self, net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        let command = request.command;
        let peer_address = address::text(&request.peer);
        let store = StoreView {
            presentation_context_id: request.presentation_context_id,
            message_id: request.message_id,
            sop_class: request.sop_class.as_bytes(),
            sop_instance: request.sop_instance.as_bytes(),
            transfer_syntax: request.transfer_syntax.as_bytes(),
            calling: request.calling.as_bytes(),
            called: request.called.as_bytes(),
            peer_address: peer_address.as_bytes(),
            move_originator: command
                .text(element::MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE)
                .unwrap_or_default(),
            move_message_id: command.u16(element::MOVE_ORIGINATOR_MESSAGE_ID).unwrap_or(0),
            command,
        };
        let (mut answer, mut path) = (i32::from(status::PROCESSING_FAILURE), [0; STORE_PATH_BYTES + 1]);
        finish(self.sink.on_store_begin(net.generation(), &store, &mut answer, &mut path));
        // An override may have written to the last place.
        let path = path[..STORE_PATH_BYTES].split(|byte| *byte == 0).next().unwrap_or_default();
        match answer {
            STORE_DISCARD => StoreDecision::Discard,
            0 if path.is_empty() => StoreDecision::AsUsual,
            0 => StoreDecision::File(path_of(path)),
            // Nothing but a status can be answered.
            other => StoreDecision::Refuse(u16::try_from(other).unwrap_or(status::PROCESSING_FAILURE)),
        }
    }

    fn on_data(&self, net: &Net, message: &Message) {
        with_view(net, message, |view| self.sink.on_data(net.generation(), view));
    }

    fn on_message(&self, net: &Net, message: &Message) {
        if let Some(fault) = message.fault {
            tracing::debug!(%fault, command = ?message.command, "a message is shown as an unknown one");
        }
        with_view(net, message, |view| self.sink.on_message(net.generation(), view));
    }
}

/// What C++ caught. The words of a user's exception are anybody's bytes.
pub(super) fn log_hook_exception(hook: &[u8], what: &[u8]) {
    super::guard((), || {
        tracing::error!(
            hook = %hook.escape_ascii(),
            what = %what.escape_ascii(),
            "an exception left a hook"
        );
    });
}

/// An object was destroyed while one of its hooks was running on another thread: the hook may have used members of the
/// derived class after their end.
pub(super) fn log_late_close() {
    super::guard((), || {
        tracing::error!(
            "a network object was destroyed while a hook of it was running: \
             its class must call Close() in its own destructor"
        );
    });
}
