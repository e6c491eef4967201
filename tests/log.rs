//! What is logged of the PDUs received: `DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO`.
//!
//! The log is of the whole process. Each test looks at the lines of its own objects.

mod support;

use ldicomnet::engine::{IpType, Net};
use ldicomnet::pdu::{Associate, AssociateForm};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once, PoisonError};
use support::hooks::{Event, Recorder, Server, Then};
use support::peer::Host;
use support::{DEADLINE, until, wire};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata, Subscriber};

/// `DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO` and `DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO`.
const SENT: u32 = 1;
const RECEIVED: u32 = 2;

/// The lines at level info, each by the names of what it tells.
static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

#[derive(Clone, Default)]
struct Line(BTreeMap<&'static str, String>);

impl Line {
    fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::INFO && metadata.target().starts_with("ldicomnet")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

fn log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Collector).expect("the first"));
}

/// What is logged as received of this object: the kind of PDU and its length; `peer` as it is told.
fn received(net: &Net, peer: &str) -> Vec<(String, usize)> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let of_net = lines
        .iter()
        .filter(|line| line.field("net") == net.id().to_string() && line.field("message") == "received");
    let told = of_net.map(|line| {
        assert_eq!(line.field("peer"), peer);
        (line.field("pdu_type").to_owned(), line.field("bytes").parse().unwrap())
    });
    told.collect()
}

fn pdu(name: &str, bytes: &[u8]) -> (String, usize) {
    (name.to_owned(), bytes.len())
}

#[test]
fn each_pdu_received_is_logged_at_level_info_with_its_kind_length_and_peer() {
    log();
    let server = Server::with_settings(|settings| settings.debug_mode = RECEIVED);
    let mut peer = server.associated();
    let address = peer.local().to_string();
    let client = server.net.client(0).unwrap();
    // It is logged before it is served, and so before it is answered.
    let mut expected = vec![pdu("A-ASSOCIATE-RQ", &wire::associate_rq())];
    assert_eq!(received(&client, &address), expected);
    peer.echoes(1);
    expected.push(pdu("P-DATA-TF", &wire::echo_rq(1, 1)));
    assert_eq!(received(&client, &address), expected);
    // Two in one go are two.
    peer.send(&[wire::echo_rq(1, 2), wire::release_rq()].concat());
    peer.is_answered(&wire::echo_rsp(1, 2));
    peer.is_answered(&wire::release_rp());
    expected.push(pdu("P-DATA-TF", &wire::echo_rq(1, 2)));
    expected.push(pdu("A-RELEASE-RQ", &wire::release_rq()));
    assert_eq!(received(&client, &address), expected);
    // The listener receives nothing.
    assert_eq!(received(&server.net, ""), []);
}

#[test]
fn what_a_requestor_receives_is_logged_and_what_it_sends_is_not() {
    log();
    let host = Host::new();
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.update_settings(|settings| settings.debug_mode = RECEIVED);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let mut peer = host.accept();
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, wire::VERIFICATION).unwrap();
    request.add_transfer_syntax(1, wire::IMPLICIT).unwrap();
    net.associate_request(&request).unwrap();
    peer.pdu();
    let accept = wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]);
    peer.send(&accept);
    until("it is associated", || net.is_associated());
    net.release_request().unwrap();
    peer.is_answered(&wire::release_rq());
    peer.send(&wire::release_rp());
    recorder.log.closed();
    let expected = [pdu("A-ASSOCIATE-AC", &accept), pdu("A-RELEASE-RP", &wire::release_rp())];
    assert_eq!(received(&net, &format!("127.0.0.1:{}", host.port())), expected);
}

#[test]
fn the_debug_mode_counts_at_once_and_only_its_bit_for_what_is_received_logs() {
    log();
    let server = Server::start();
    let mut peer = server.associated();
    let address = peer.local().to_string();
    let client = server.net.client(0).unwrap();
    let mut expected = Vec::new();
    for (message_id, mode) in [(1, 0), (2, SENT), (3, RECEIVED), (4, SENT | RECEIVED), (5, 0)] {
        client.update_settings(|settings| settings.debug_mode = mode);
        peer.echoes(message_id);
        if mode & RECEIVED != 0 {
            expected.push(pdu("P-DATA-TF", &wire::echo_rq(1, message_id)));
        }
        assert_eq!(received(&client, &address), expected, "mode {mode}");
    }
}

#[test]
fn a_pdu_that_comes_in_pieces_is_logged_with_all_its_bytes() {
    log();
    let length = 4 << 20;
    let server = Server::with(
        |settings| {
            settings.debug_mode = RECEIVED;
            settings.maximum_length = 8 << 20;
        },
        |_, event| if matches!(event, Event::Message(_)) { Then::Nothing } else { Then::Usual },
    );
    let mut peer = server.associated();
    let address = peer.local().to_string();
    let client = server.net.client(0).unwrap();
    let command = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, 1, true);
    let first = wire::data_tf(1, wire::COMMAND | wire::LAST, &command);
    let second = wire::data_tf(1, wire::LAST, &vec![0; length]);
    peer.send(&first);
    peer.send(&second);
    server.log.wait(|_, event| matches!(event, Event::Message(_)).then_some(()));
    let data: Vec<_> = received(&client, &address).into_iter().skip(1).collect();
    assert!(data.iter().all(|(kind, _)| kind == "P-DATA-TF"));
    assert_eq!(data.iter().map(|(_, bytes)| bytes).sum::<usize>(), first.len() + second.len());
    server.net.server_close();
}
