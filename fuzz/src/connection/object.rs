//! Our side of the connection: hooks that are held against the simulation's model of them.

use crate::simulation::model::{Hook, Life, Stage};
use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, Message, Net, StoreDecision, StoreRequest};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, Rejection, Uid};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const CT_IMAGE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";

/// The hooks of every object of one run.
pub(super) struct Object {
    /// Where a stored object goes.
    path: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the object's number.
    lives: BTreeMap<u64, Life>,
    broken: Option<String>,
}

impl Object {
    pub(super) fn new(path: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self { path, state: Mutex::default() })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listens(&self, net: &Net) {
        self.begin(net, Stage::Listening, false);
    }

    pub(super) fn connects(&self, net: &Net) {
        self.begin(net, Stage::Connecting, false);
    }

    fn begin(&self, net: &Net, stage: Stage, is_acceptor: bool) {
        self.state().lives.insert(net.id(), Life::new(net.current_generation(), stage, is_acceptor));
    }

    /// A panic in a hook is the library's to catch: what is broken is kept for later.
    fn hook(&self, net: &Net, hook: Hook) {
        let mut state = self.state();
        let told = match state.lives.get_mut(&net.id()) {
            Some(life) if life.generation == net.generation() => life.hook(hook),
            other => Err(format!("{hook:?} of {net:?} in {other:?}")),
        };
        if let Err(why) = told {
            state.broken.get_or_insert(why);
        }
    }

    fn ended(&self, net: &Net) {
        self.hook(net, Hook::Close);
        self.state().lives.remove(&net.id());
    }

    fn goes_on(&self, net: &Net, stage: Stage, outcome: &Result<(), ldicomnet::Error>) {
        if let Some(life) = self.state().lives.get_mut(&net.id())
            && outcome.is_ok()
        {
            life.stage = stage;
        }
    }

    /// Nothing happens any more: every connection was told its end.
    pub(super) fn is_over(&self) {
        let state = self.state();
        let waits = state.lives.values().find(|life| life.stage != Stage::Listening);
        assert!(waits.is_none(), "it was not told its end: {waits:?}");
    }

    pub(super) fn check(&self) {
        let broken = self.state().broken.take();
        assert!(broken.is_none(), "{broken:?}");
    }

    fn answer_release(&self, net: &Net) {
        if let Some(life) = self.state().lives.get_mut(&net.id()) {
            life.answer_release();
        }
        net.answer_by_default();
    }
}

impl Hooks for Object {
    fn on_accept(&self, net: &Net, code: Code) {
        self.hook(net, Hook::Accept);
        let client = Net::new(Arc::clone(net.hooks()));
        if code == Code::Success && net.accept(&client).is_ok() {
            self.begin(&client, Stage::Open, true);
        }
    }

    fn on_connect(&self, net: &Net, code: Code) {
        self.hook(net, Hook::Connect(code));
        if code != Code::Success {
            self.state().lives.remove(&net.id());
            return;
        }
        let mut request = Associate::new(AssociateForm::Request);
        for (id, class) in [(1, VERIFICATION), (3, CT_IMAGE)] {
            request.add_context(id, 0, class).expect("a context");
            request.add_transfer_syntax(id, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).expect("a syntax");
        }
        self.goes_on(net, Stage::Requested, &net.associate_request(&request));
    }

    fn on_close(&self, net: &Net, _code: Code, client: &Net) {
        if net.id() != client.id() {
            self.hook(net, Hook::ClientClose);
        }
        self.ended(client);
    }

    fn on_receive(&self, net: &Net, _code: Code, _pdu_type: u8, bytes: &[u8]) {
        self.hook(net, Hook::Receive(bytes.len()));
    }

    fn on_send(&self, net: &Net, code: Code, _pdu_type: u8, bytes: u32) {
        self.hook(net, Hook::Send(code, bytes));
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        self.hook(net, Hook::AssociateRequest);
        let mut answer = Associate::new(AssociateForm::Accept);
        for context in &request.presentation_contexts {
            let Some(syntax) = context.transfer_syntaxes.first() else { continue };
            if answer.add_context(context.id, 0, context.abstract_syntax.as_bytes()).is_ok() {
                // What cannot be accepted is what the peer made up.
                let _refused = answer.add_transfer_syntax(context.id, syntax.as_bytes());
            }
        }
        let accepted = net.associate_accept(&answer);
        self.goes_on(net, Stage::Associated, &accepted);
        if accepted.is_err() {
            net.answer_by_default();
        }
    }

    fn on_associate_accept(&self, net: &Net, _associate: &Arc<Associate>) {
        self.hook(net, Hook::AssociateAccept);
        // The peer may have accepted neither.
        let _echo = net.send_command(1, dimse::c_echo_rq(1, VERIFICATION), None);
        let store = dimse::c_store_rq(2, CT_IMAGE, b"1.2.3", 0, None);
        let _store = net.send_command(3, store, Some(vec![0; 70_000].into()));
    }

    fn on_associate_reject(&self, net: &Net, _rejection: Rejection) {
        self.hook(net, Hook::AssociateReject);
    }

    fn on_release_request(&self, net: &Net) {
        self.hook(net, Hook::ReleaseRequest);
        self.answer_release(net);
    }

    fn on_release_response(&self, net: &Net) {
        self.hook(net, Hook::ReleaseResponse);
    }

    fn on_abort(&self, net: &Net, _abort: Abort) {
        self.hook(net, Hook::Abort);
    }

    fn on_store_begin(&self, net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        self.hook(net, Hook::StoreBegin);
        match &self.path {
            Some(path) if request.message_id % 2 == 0 => StoreDecision::File(path.clone()),
            _ => StoreDecision::AsUsual,
        }
    }

    fn on_data(&self, net: &Net, message: &Message) {
        self.hook(net, Hook::Data(id_of(message)));
    }

    fn on_message(&self, net: &Net, message: &Message) {
        self.hook(net, Hook::Message(id_of(message)));
        if let Some(content) = &message.data_set {
            // A file may be the one that cannot be read.
            let _bytes = content.to_bytes(1 << 20);
        }
        let is_last = message.command.message_id_being_responded_to() == Some(2);
        if is_last && message.command.message_id().is_none() {
            return self.goes_on(net, Stage::Releasing, &net.release_request());
        }
        net.answer_by_default();
    }
}

fn id_of(message: &Message) -> u16 {
    let command = &message.command;
    command.message_id().or_else(|| command.message_id_being_responded_to()).unwrap_or(0)
}
