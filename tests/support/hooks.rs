//! Hooks that write down what they are called with, and a server of them.

use super::{DEADLINE, peer::Peer};
use ldicomnet::Code;
use ldicomnet::dimse::CommandSet;
use ldicomnet::engine::{Condition, ConnectionInfo, Hooks, IpType, Message, Net, Settings};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, Rejection};
use ldicomnet::tls::PeerCheck;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

/// A hook that was called.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Condition(ConnectionInfo),
    Accept(Code),
    Connect(Code),
    /// The number of what is wrong with a certificate.
    Verify(i32),
    Secured(Code),
    Close(Code, Net),
    Receive(u8, usize),
    Send(Code, u8, u32),
    BeforeSend,
    AssociateRequest(Arc<Associate>),
    AssociateAccept(Arc<Associate>),
    AssociateReject(Rejection),
    ReleaseRequest,
    ReleaseResponse,
    Abort(Abort),
    Data(Message),
    Message(Message),
}

/// What a hook does after it was written down.
pub(crate) enum Then {
    /// What the recorder does by itself: accepts connections and associations, leaves
    /// the rest to the library.
    Usual,
    /// Nothing: the test has done it. For [`Event::Verify`]: the certificate is not taken.
    Nothing,
    /// For [`Event::Condition`].
    Decide(Condition),
    /// Panics.
    Fail,
}

type Script = Box<dyn Fn(&Net, &Event) -> Then + Send + Sync>;

/// A hook that was called, and on which object.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) net: Net,
    pub(crate) event: Event,
    pub(crate) thread: std::thread::ThreadId,
}

/// All hooks that were called, in order.
#[derive(Default)]
pub(crate) struct Log {
    entries: Mutex<Vec<Entry>>,
    grown: Condvar,
}

impl Log {
    fn add(&self, net: &Net, event: &Event) {
        let entry = Entry { net: net.clone(), event: event.clone(), thread: std::thread::current().id() };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.grown.notify_all();
    }

    pub(crate) fn all(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often this was called.
    pub(crate) fn count(&self, mut wanted: impl FnMut(&Net, &Event) -> bool) -> usize {
        self.all().iter().filter(|entry| wanted(&entry.net, &entry.event)).count()
    }

    /// Waits for the hook that `wanted` has something to say of.
    #[track_caller]
    pub(crate) fn wait<T>(&self, mut wanted: impl FnMut(&Net, &Event) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = 0;
        loop {
            for entry in &entries[seen..] {
                if let Some(found) = wanted(&entry.net, &entry.event) {
                    return found;
                }
            }
            seen = entries.len();
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no such hook among {:#?}", *entries);
            entries = self.grown.wait_timeout(entries, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the end of a connection: the object that was told, the code, the client.
    #[track_caller]
    pub(crate) fn closed(&self) -> (Net, Code, Net) {
        self.wait(|net, event| match event {
            Event::Close(code, client) => Some((net.clone(), *code, client.clone())),
            _ => None,
        })
    }
}

/// Writes its calls down; a script says what it does then.
pub(crate) struct Recorder {
    pub(crate) log: Arc<Log>,
    script: Script,
}

impl Recorder {
    pub(crate) fn new(script: impl Fn(&Net, &Event) -> Then + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { log: Arc::default(), script: Box::new(script) })
    }

    /// One that does the usual.
    pub(crate) fn usual() -> Arc<Self> {
        Self::new(|_, _| Then::Usual)
    }

    fn note(&self, net: &Net, event: &Event) -> Then {
        self.log.add(net, event);
        let then = (self.script)(net, event);
        if matches!(then, Then::Fail) {
            // As a C++ exception does it: without a message on standard error.
            std::panic::resume_unwind(Box::new("a hook that fails"));
        }
        then
    }

    /// True: the usual is to be done.
    fn usually(&self, net: &Net, event: &Event) -> bool {
        matches!(self.note(net, event), Then::Usual)
    }
}

/// The answer that accepts every context with its first transfer syntax, and as many operations
/// at once as are asked for.
pub(crate) fn accepting(request: &Associate) -> Associate {
    let mut answer = Associate::new(AssociateForm::Accept);
    answer.asynchronous_operations = request.asynchronous_operations;
    for context in &request.presentation_contexts {
        let transfer_syntax = context.transfer_syntaxes[0];
        answer.add_context(context.id, 0, context.abstract_syntax.as_bytes()).unwrap();
        answer.add_transfer_syntax(context.id, transfer_syntax.as_bytes()).unwrap();
    }
    answer
}

impl Hooks for Recorder {
    fn on_condition(&self, net: &Net, info: &ConnectionInfo) -> Condition {
        match self.note(net, &Event::Condition(*info)) {
            Then::Decide(condition) => condition,
            _ => Condition::Accept,
        }
    }

    fn on_accept(&self, net: &Net, code: Code) {
        if self.usually(net, &Event::Accept(code)) && code == Code::Success {
            net.accept(&Net::new(Arc::clone(net.hooks()))).expect("a connection waits");
        }
    }

    fn on_connect(&self, net: &Net, code: Code) {
        self.note(net, &Event::Connect(code));
    }

    fn on_verify(&self, net: &Net, check: &PeerCheck<'_>) -> bool {
        self.usually(net, &Event::Verify(check.number())) && check.error.is_none()
    }

    fn on_secure_link_ready(&self, net: &Net, code: Code) {
        self.note(net, &Event::Secured(code));
    }

    fn on_close(&self, net: &Net, code: Code, client: &Net) {
        self.note(net, &Event::Close(code, client.clone()));
    }

    fn on_receive(&self, net: &Net, _code: Code, pdu_type: u8, bytes: &[u8]) {
        self.note(net, &Event::Receive(pdu_type, bytes.len()));
    }

    fn on_send(&self, net: &Net, code: Code, pdu_type: u8, bytes: u32) {
        self.note(net, &Event::Send(code, pdu_type, bytes));
    }

    fn on_before_send_command_set(&self, net: &Net, _command: &mut CommandSet) {
        self.note(net, &Event::BeforeSend);
    }

    fn on_associate_request(&self, net: &Net, associate: &Arc<Associate>) {
        if self.usually(net, &Event::AssociateRequest(Arc::clone(associate))) {
            net.associate_accept(&accepting(associate)).expect("it was requested");
        }
    }

    fn on_associate_accept(&self, net: &Net, associate: &Arc<Associate>) {
        self.note(net, &Event::AssociateAccept(Arc::clone(associate)));
    }

    fn on_associate_reject(&self, net: &Net, rejection: Rejection) {
        self.note(net, &Event::AssociateReject(rejection));
    }

    fn on_release_request(&self, net: &Net) {
        if self.usually(net, &Event::ReleaseRequest) {
            net.answer_by_default();
        }
    }

    fn on_release_response(&self, net: &Net) {
        self.note(net, &Event::ReleaseResponse);
    }

    fn on_abort(&self, net: &Net, abort: Abort) {
        self.note(net, &Event::Abort(abort));
    }

    fn on_data(&self, net: &Net, message: &Message) {
        self.note(net, &Event::Data(message.clone()));
    }

    fn on_message(&self, net: &Net, message: &Message) {
        if self.usually(net, &Event::Message(message.clone())) {
            net.answer_by_default();
        }
    }
}

/// A listener on loopback that takes every connection and association.
pub(crate) struct Server {
    pub(crate) net: Net,
    pub(crate) log: Arc<Log>,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(|_| {}, |_, _| Then::Usual)
    }

    pub(crate) fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with(change, |_, _| Then::Usual)
    }

    pub(crate) fn with_script(script: impl Fn(&Net, &Event) -> Then + Send + Sync + 'static) -> Self {
        Self::with(|_| {}, script)
    }

    pub(crate) fn with(
        change: impl FnOnce(&mut Settings),
        script: impl Fn(&Net, &Event) -> Then + Send + Sync + 'static,
    ) -> Self {
        let recorder = Recorder::new(script);
        let log = Arc::clone(&recorder.log);
        let net = Net::new(recorder);
        net.update_settings(change);
        net.listen(b"127.0.0.1", 0, 128, IpType::V4).unwrap();
        let address = address_of(&net);
        Self { net, log, address }
    }

    pub(crate) fn peer(&self) -> Peer {
        Peer::connect(self.address)
    }

    pub(crate) fn associated(&self) -> Peer {
        Peer::associated(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.net.server_close();
    }
}

/// Where an object listens.
pub(crate) fn address_of(net: &Net) -> SocketAddr {
    let (host, port) = net.host_info().unwrap();
    SocketAddr::new(host.parse().unwrap(), port)
}
