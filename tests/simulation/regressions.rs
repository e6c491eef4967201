//! What the worlds have found, each in the smallest world that shows it.

use ldicomnet::Code;
use ldicomnet::dataset::{Content, SpoolFile};
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, IpType, Message, Net};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, Uid};
use ldicomnet::simulation::{self, Faults, RawSocket, Remains};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const CT_IMAGE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";

type Script = Box<dyn Fn(&Net) + Send + Sync>;

/// Accepts everything, writes down what is told, and does something when the association stands.
struct Told {
    log: Mutex<Vec<(&'static str, Code)>>,
    associated: Script,
}

impl Told {
    fn then(associated: impl Fn(&Net) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { log: Mutex::default(), associated: Box::new(associated) })
    }

    fn note(&self, what: &'static str, code: Code) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push((what, code));
    }

    fn all(&self) -> Vec<(&'static str, Code)> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, what: &str) -> usize {
        self.all().iter().filter(|told| told.0 == what).count()
    }
}

impl Hooks for Told {
    fn on_accept(&self, net: &Net, _code: Code) {
        net.accept(&Net::new(Arc::clone(net.hooks()))).unwrap();
    }

    fn on_connect(&self, net: &Net, code: Code) {
        self.note("on_connect", code);
        net.associate_request(&proposal()).unwrap();
    }

    fn on_close(&self, _net: &Net, code: Code, _client: &Net) {
        self.note("on_close", code);
    }

    fn on_send(&self, _net: &Net, code: Code, _pdu_type: u8, _bytes: u32) {
        self.note("on_send", code);
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        let accepted = [VERIFICATION, CT_IMAGE].map(|class| Uid::new(class).unwrap());
        net.associate_accept(&request.accepting(&accepted)).unwrap();
        (self.associated)(net);
    }

    fn on_associate_accept(&self, net: &Net, _associate: &Arc<Associate>) {
        (self.associated)(net);
    }

    fn on_message(&self, net: &Net, _message: &Message) {
        self.note("on_message", Code::Success);
        net.answer_by_default();
    }
}

fn proposal() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    for (id, class) in [(1, VERIFICATION), (3, CT_IMAGE)] {
        request.add_context(id, 0, class).unwrap();
        request.add_transfer_syntax(id, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).unwrap();
    }
    request
}

fn listening(hooks: Arc<Told>) -> Net {
    let net = Net::new(hooks);
    net.listen(b"10.0.0.1", 104, 8, IpType::V4).unwrap();
    net
}

fn settle() {
    while simulation::step(None).is_some() {}
}

fn for_a_second() {
    let end = simulation::time() + Duration::from_secs(1);
    while simulation::step(Some(end)).is_some() {}
}

fn is_over(listener: &Net) {
    listener.close();
    settle();
    assert_eq!(simulation::remains(), Remains::default());
    simulation::end();
}

#[test]
fn an_interrupted_write_of_a_file_is_no_failure() {
    let directory = tempfile::tempdir().unwrap();
    simulation::begin(1, Faults { interrupt: 2, short: 2, ..Faults::default() });
    for _ in 0..50 {
        let mut file = SpoolFile::create_in(directory.path()).unwrap();
        file.write_both(b"head", b"body").unwrap();
        file.write_all(b"more").unwrap();
        assert_eq!(file.into_content(0).to_bytes(12).unwrap().as_ref(), b"headbodymore");
    }
    simulation::end();
}

#[test]
fn what_goes_out_after_the_end_was_told_is_not_told() {
    simulation::begin(2, Faults::default());
    // More than any buffer takes.
    let server = Told::then(|net| {
        let command = dimse::c_store_rq(1, CT_IMAGE, b"1.2.3", 0, None);
        net.send_command(3, command, Some(Content::from(vec![0; 400_000]))).unwrap();
    });
    let listener = listening(Arc::clone(&server));
    let peer = RawSocket::connect(SocketAddr::from(([10, 0, 0, 1], 104))).unwrap();
    for_a_second();
    peer.send(&proposal().encode().unwrap()).unwrap();
    for_a_second();
    peer.send(&[7, 0, 0, 0, 0, 4, 0, 0, 0, 0]).unwrap();
    let mut received = 0;
    let end = simulation::time() + Duration::from_secs(4);
    while simulation::step(Some(end)).is_some() {
        received += peer.receive(&mut [0; 1000]).unwrap_or(0);
    }
    assert!(received > 200_000, "what was queued goes out: {received}");
    assert_eq!(server.all().last(), Some(&("on_close", Code::Success)), "{:?}", server.all());
    drop(peer);
    is_over(&listener);
}

/// A data set in a file that is cut before it is sent.
fn cut(directory: &std::path::Path) -> Content {
    let path = directory.join("object");
    std::fs::write(&path, [0; 100]).unwrap();
    let content = Content::open(&path).unwrap();
    std::fs::write(&path, b"").unwrap();
    content
}

#[test]
fn a_request_that_waited_and_cannot_be_sent_ends_the_association() {
    let directory = tempfile::tempdir().unwrap();
    simulation::begin(3, Faults::default());
    let listener = listening(Told::then(|_| {}));
    let content = cut(directory.path());
    let client = Told::then(move |net| {
        net.send_command(1, dimse::c_echo_rq(1, VERIFICATION), None).unwrap();
        let store = dimse::c_store_rq(2, CT_IMAGE, b"1.2.3", 0, None);
        net.send_command(3, store, Some(content.clone())).unwrap();
    });
    let requestor = Net::new(Arc::clone(&client) as Arc<dyn Hooks>);
    requestor.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
    settle();
    assert_eq!(client.all().last(), Some(&("on_close", Code::Read)), "{:?}", client.all());
    is_over(&listener);
}

#[test]
fn a_request_that_was_refused_takes_no_place_of_the_window() {
    let directory = tempfile::tempdir().unwrap();
    simulation::begin(4, Faults::default());
    let listener = listening(Told::then(|_| {}));
    let content = cut(directory.path());
    let client = Told::then(move |net| {
        let store = dimse::c_store_rq(1, CT_IMAGE, b"1.2.3", 0, None);
        let refused = net.send_command(3, store, Some(content.clone())).unwrap_err();
        assert_eq!(refused.code(), Code::Read);
        net.send_command(1, dimse::c_echo_rq(2, VERIFICATION), None).unwrap();
    });
    let requestor = Net::new(Arc::clone(&client) as Arc<dyn Hooks>);
    requestor.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
    settle();
    assert_eq!(client.count("on_message"), 1, "{:?}", client.all());
    requestor.abort(Abort { source: 0, reason: 0 }).unwrap();
    settle();
    is_over(&listener);
}

#[test]
fn a_send_that_fails_ends_the_connection_whatever_the_reason() {
    simulation::begin(5, Faults { send: 1, ..Faults::default() });
    let listener = listening(Told::then(|_| {}));
    let client = Told::then(|_| {});
    let requestor = Net::new(Arc::clone(&client) as Arc<dyn Hooks>);
    requestor.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
    // The deadline for an answer to the request is a minute away: nothing else could end it sooner.
    while simulation::time().as_secs() < 10 && simulation::step(None).is_some() {}
    let told = client.all();
    assert!(matches!(told.last(), Some(("on_close", code)) if *code != Code::Success), "{told:?}");
    settle();
    is_over(&listener);
}

/// Connects again in its `on_connect`, and takes its time to return.
#[derive(Default)]
struct Again {
    inside: AtomicBool,
    connected: AtomicU32,
}

impl Hooks for Again {
    fn on_connect(&self, net: &Net, _code: Code) {
        assert!(!self.inside.swap(true, Ordering::Relaxed), "beside a hook of the life before");
        if self.connected.fetch_add(1, Ordering::Relaxed) == 0 {
            net.close();
            net.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
            // Every other thread does what it has to do.
            for_a_second();
        }
        self.inside.store(false, Ordering::Relaxed);
    }
}

#[test]
fn an_object_that_is_used_again_in_its_hook_has_no_other_before_that_returns() {
    simulation::begin(6, Faults::default());
    let listener = listening(Told::then(|_| {}));
    let client = Arc::new(Again::default());
    let requestor = Net::new(Arc::clone(&client) as Arc<dyn Hooks>);
    requestor.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
    for_a_second();
    for_a_second();
    assert_eq!(client.connected.load(Ordering::Relaxed), 2);
    assert!(!client.inside.load(Ordering::Relaxed), "a hook has failed");
    requestor.close();
    is_over(&listener);
}

#[test]
fn each_of_several_attempts_to_connect_is_given_up_in_its_time() {
    for seed in 0..40 {
        // Every one fails, or is never answered.
        simulation::begin(seed, Faults { connect: 1, ..Faults::default() });
        let client = Arc::new(Again { connected: AtomicU32::new(1), ..Again::default() });
        let requestor = Net::new(Arc::clone(&client) as Arc<dyn Hooks>);
        requestor.connect(b"", 0, b"three.a", 104, IpType::V4).unwrap();
        // Three addresses, 16 s for each. The system itself would take two minutes.
        let end = Duration::from_secs(50);
        while simulation::step(Some(end)).is_some() {}
        assert_eq!(client.connected.load(Ordering::Relaxed), 2, "seed {seed}");
        while simulation::step(None).is_some() {}
        assert_eq!(simulation::remains(), Remains::default());
        simulation::end();
    }
}
