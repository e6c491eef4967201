//! Text of a peer, in the protocol and in the log: control characters, formats, bytes that are no text.

use crate::provider::{self, Provider, Serving};
use crate::support::child::in_a_process;
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND, LAST, Request, context, item};
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

/// Lines with a character in them that a terminal or a reader of lines takes for something else, and how many there
/// were in all.
static LOG: Mutex<(Vec<String>, usize)> = Mutex::new((Vec::new(), 0));

struct Line(Vec<String>);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push(format!("{field}={value:?}"));
    }
}

/// Takes every line there is.
struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ldicomnet")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(Vec::new());
        event.record(&mut line);
        let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        log.1 += 1;
        log.0.extend(
            line.0.into_iter().filter(|text| text.contains(|c: char| c.is_control() || !c.is_ascii())),
        );
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

/// What a peer may write where text is expected: each byte there is, formats, escapes, a line of its own.
fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = (0..=255).map(|byte| vec![b'1', byte, b'2']).collect();
    texts.extend([
        b"%n%n%s%s%x%p%*d".to_vec(),
        b"{}{0}{:?}".to_vec(),
        b"1.2\r\nERROR a line of its own".to_vec(),
        b"\x1B]0;title\x07\x1B[2J".to_vec(),
        (0..=255).collect(),
    ]);
    texts
}

/// A request with this in one of its text fields after the other.
fn requests(text: &[u8]) -> Vec<Request> {
    let title: [u8; 16] = std::array::from_fn(|place| *text.get(place).unwrap_or(&b' '));
    let usual = Request::default;
    let user = |item: Vec<u8>| Request { user: [wire::user_information(16_384), item].concat(), ..usual() };
    let sized = |text: &[u8]| [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat();
    vec![
        Request { items: vec![item(0x10, text)], ..usual() },
        Request { called: title, calling: title, ..usual() },
        Request { contexts: vec![context(1, text, &[wire::IMPLICIT])], ..usual() },
        Request { contexts: vec![context(1, wire::VERIFICATION, &[text])], ..usual() },
        Request { user: item(0x52, text), ..usual() },
        user(item(0x55, text)),
        user(item(0x54, &[&sized(text)[..], &[1, 1]].concat())),
        user(item(0x58, &[&[2, 1][..], &sized(text), &sized(text)].concat())),
        user(item(0x58, &[&[5, 1][..], &sized(text), &sized(b"")].concat())),
    ]
}

/// Commands with this in every element of text.
fn commands(text: &[u8]) -> Vec<Vec<u8>> {
    let text = wire::padded(text);
    let fields = [0x0001_u16, 0x0021, 0x0030, 0x0110, 0x0150, 0x8001];
    let command = |field: u16| {
        let mut elements = vec![
            wire::element(0x0002, &text),
            wire::element(0x0003, &text),
            wire::element(0x0100, &field.to_le_bytes()),
            wire::element(0x0110, &1_u16.to_le_bytes()),
            wire::element(0x0120, &1_u16.to_le_bytes()),
        ];
        elements.push(wire::element(0x0600, &text));
        elements.push(wire::element(0x0800, &0x0101_u16.to_le_bytes()));
        elements.push(wire::element(0x0900, &0xC000_u16.to_le_bytes()));
        elements.extend([0x0902, 0x1000, 0x1001, 0x1030].map(|element| wire::element(element, &text)));
        wire::data_tf(1, COMMAND | LAST, &wire::command_set(&elements))
    };
    fields.into_iter().map(command).collect()
}

/// CVE-2024-23914: an application context name with bytes that are none was a format, and an exception. In every field
/// of text there may be anything, and no line of the log is broken by it.
#[test]
fn cve_2024_23914_any_byte_in_any_text_is_answered_and_breaks_no_line_of_the_log() {
    in_a_process(cve_2024_23914_any_byte_in_any_text_is_answered_and_breaks_no_line_of_the_log, "", || {
        tracing::subscriber::set_global_default(Collector).expect("the first");
        let serving = Serving::with(Provider::plain(), |settings| settings.debug_mode = 3);
        let mut associated = serving.peer(wire::IMPLICIT);
        for text in texts() {
            for (place, request) in requests(&text).iter().enumerate() {
                let mut peer = Peer::connect(serving.address);
                peer.send(&request.bytes());
                let answer = peer.pdu()[0];
                assert!(matches!(answer, 2 | 3 | 7), "{} in {place}: {answer}", text.escape_ascii());
                peer.reset();
            }
            let store = provider::store_rq(&text, &text, 1, b"data");
            let find = provider::find_rq(9, b"");
            associated.send(&[commands(&text).concat(), store, find].concat());
            // Whatever the others are answered, the last one is.
            while provider::answer(&mut associated) != (0, 9) {}
        }
        let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(log.1 > 1000, "the log has {} lines only", log.1);
        assert!(log.0.is_empty(), "{:?}", &log.0[..log.0.len().min(10)]);
    });
}
