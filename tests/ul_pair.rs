//! A simulated pair: two `Association`s over a network that splits, delays and loses, in virtual time.
//!
//! Each seed is one whole run: what the users want and when, how the bytes are cut and how long they take, whether
//! the connection breaks, whether somebody sends what he must not. Whatever the seed, both ends must come to Sta1, the
//! indications must come in an order that PS3.8 section 7 allows, and what is sent must arrive whole and in order.
//!
//! A failure prints its seed; `UL_PAIR_SEED=<seed> cargo test --test ul_pair` runs that one alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use ldicomnet::pdu::{
    Abort, Associate, AssociateForm, HEADER_BYTES, PdvReader, Rejection, Uid, encode_abort, encode_reject,
    encode_release_rp, encode_release_rq, put_data_tf_header, put_pdv_header,
};
use ldicomnet::ul::{Indication, Output, Received, RequestError, Role, State};

#[path = "ul_pair/end.rs"]
mod end;

use end::{End, Release, View};

/// Runs when no seed is asked for; a second or two of real time.
const RUNS: u64 = 4_000;
const ARTIM: Duration = Duration::from_secs(30);
/// After this the users lose patience, which PS3.8 leaves to them, and abort.
const PATIENCE: Duration = Duration::from_secs(300);
/// Nothing may go on longer than patience, both ARTIMs, and the way of the last bytes.
const END: Duration = Duration::from_secs(600);

#[test]
fn a_pair_always_comes_to_its_end() {
    if let Ok(seed) = std::env::var("UL_PAIR_SEED") {
        let mut seen = BTreeMap::new();
        run(seed.parse().expect("a number"), &mut seen);
        println!("{seen:#?}");
        return;
    }
    let mut seen = BTreeMap::new();
    for seed in 0..RUNS {
        run(seed, &mut seen);
    }
    // A simulation that meets nothing proves nothing: each of these must have come up often.
    for what in [
        "Requestor AssociateAccept",
        "Requestor AssociateReject",
        "Acceptor AssociateRequest",
        "Requestor ReleaseConfirm",
        "Acceptor ReleaseConfirm",
        "Requestor ReleaseRequest",
        "Acceptor ReleaseRequest",
        "Requestor Abort",
        "Acceptor Abort",
        "Requestor ProviderAbort",
        "Acceptor ProviderAbort",
        "Requestor Sta9",
        "Acceptor Sta10",
        "Requestor Sta11",
        "Acceptor Sta12",
        "Requestor data received",
        "Acceptor data received",
        "Requestor data received in Sta7",
        "Requestor data sent in Sta8",
        "transport lost",
        "intruder",
        "artim",
        "undisturbed",
    ] {
        let count = seen.get(what).copied().unwrap_or(0);
        assert!(count >= 20, "{what} came up {count} times only: {seen:#?}");
    }
}

/// What the run met, for the check that the simulation reaches it.
type Seen = BTreeMap<String, u32>;

fn run(seed: u64, seen: &mut Seen) {
    let _guard = PrintSeed(seed);
    let mut network = Network::new(seed);
    network.start();
    network.drive(seen);
    for end in &network.ends {
        end.check_end();
    }
    if network.disturbed {
        return;
    }
    // Nobody aborted and nothing broke, so nothing that was sent may be missing.
    *seen.entry("undisturbed".to_owned()).or_default() += 1;
    let [requestor, acceptor] = &network.ends;
    assert_eq!(acceptor.received, requestor.sent);
    assert_eq!(requestor.received, acceptor.sent);
}

/// Names the seed when a check fails.
struct PrintSeed(u64);

impl Drop for PrintSeed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with UL_PAIR_SEED={}", self.0);
        }
    }
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `bound` - 1.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn milliseconds(&mut self, bound: u64) -> Duration {
        Duration::from_micros(self.below(bound * 1000))
    }
}

/// Something that happens at a moment of virtual time.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// The end's transport connection is there.
    Opened,
    /// Bytes reach the end.
    Bytes(Vec<u8>),
    /// The end learns that its transport connection is gone.
    Closed,
    /// The user of the end does what he had planned.
    User(Wish),
    /// Look whether ARTIM is due.
    Wake,
    /// The network drops the connection: bytes under way are lost, each end learns it in its own time.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Associate,
    Accept,
    Reject,
    Send,
    Release,
    AnswerRelease,
    Abort,
    /// The connection carries a PDU that this end's machine did not send, or rubbish.
    Intrude,
}

struct Network {
    random: Random,
    now: Instant,
    start: Instant,
    queue: BinaryHeap<Reverse<(Instant, u64, usize, Happening)>>,
    order: u64,
    /// The requestor and the acceptor.
    ends: [End; 2],
    /// Bytes that leave after the loss go nowhere, and those under way do not arrive.
    lost: bool,
    /// Something happened that may cost data.
    disturbed: bool,
    /// How far apart things are in this run.
    latency_ms: u64,
}

impl Network {
    fn new(seed: u64) -> Self {
        let start = Instant::now();
        let mut random = Random(seed);
        let latency_ms = [1, 20, 500, 20_000][random.below(4) as usize];
        Self {
            random,
            now: start,
            start,
            queue: BinaryHeap::new(),
            order: 0,
            ends: [End::new(Role::Requestor, start), End::new(Role::Acceptor, start)],
            lost: false,
            disturbed: false,
            latency_ms,
        }
    }

    fn at(&mut self, when: Instant, end: usize, what: Happening) {
        self.order += 1;
        self.queue.push(Reverse((when, self.order, end, what)));
    }

    fn soon(&mut self, end: usize, what: Happening) {
        let when = self.now + self.random.milliseconds(self.latency_ms);
        self.at(when, end, what);
    }

    /// Plans the run: the connection, the requestor's first wish, misfortunes, and the end of all patience.
    fn start(&mut self) {
        self.soon(0, Happening::Opened);
        self.soon(1, Happening::Opened);
        if !self.random.one_in(40) {
            self.soon(0, Happening::User(Wish::Associate));
        }
        if self.random.one_in(4) {
            let when = self.now + self.random.milliseconds(self.latency_ms * 12);
            self.at(when, 0, Happening::Lost);
        }
        if self.random.one_in(6) {
            let end = self.random.below(2) as usize;
            let when = self.now + self.random.milliseconds(self.latency_ms * 10);
            self.at(when, end, Happening::User(Wish::Intrude));
        }
        for end in 0..2 {
            if self.random.one_in(6) {
                let when = self.now + self.random.milliseconds(self.latency_ms * 10);
                self.at(when, end, Happening::User(Wish::Abort));
            }
            self.at(self.start + PATIENCE, end, Happening::User(Wish::Abort));
        }
        // A requestor that never asks would hold its connection for good; its user closes it.
        self.at(self.start + PATIENCE + ARTIM * 2, 0, Happening::Lost);
    }

    fn drive(&mut self, seen: &mut Seen) {
        let mut steps = 0;
        while let Some(Reverse((when, _, end, what))) = self.queue.pop() {
            self.now = when;
            assert!(when < self.start + END, "still going on: {what:?}");
            steps += 1;
            assert!(steps < 100_000, "too many steps");
            self.happen(end, what, seen);
            self.drain(0, seen);
            self.drain(1, seen);
        }
    }

    fn happen(&mut self, end: usize, what: Happening, seen: &mut Seen) {
        let now = self.now;
        match what {
            Happening::Opened if self.lost => {}
            Happening::Opened => {
                self.ends[end].open = true;
                self.ends[end].association.handle_transport_open(now);
                // Bytes of a faster peer may be there already.
                self.read(end, seen);
            }
            Happening::Bytes(_) if self.lost => {}
            Happening::Bytes(bytes) => {
                self.ends[end].input.extend(bytes);
                self.read(end, seen);
            }
            Happening::Closed => {
                if self.ends[end].open {
                    self.ends[end].open = false;
                    self.ends[end].association.handle_transport_closed(now);
                }
            }
            Happening::User(wish) => self.user(end, wish, seen),
            Happening::Wake => {
                let before = self.ends[end].association.state();
                self.ends[end].association.handle_timeout(now);
                if self.ends[end].association.state() != before {
                    *seen.entry("artim".to_owned()).or_default() += 1;
                }
            }
            Happening::Lost => {
                if !self.lost && self.ends.iter().all(|end| end.open) {
                    *seen.entry("transport lost".to_owned()).or_default() += 1;
                }
                self.lost = true;
                self.disturbed |= self.ends.iter().any(|end| !end.closed);
                // An end that is not open yet will not be; it is told so as of a connection that failed.
                for end in 0..2 {
                    if !self.ends[end].open && !self.ends[end].closed {
                        self.ends[end].open = true;
                        self.ends[end].association.handle_transport_open(now);
                    }
                    self.soon(end, Happening::Closed);
                }
            }
        }
    }

    /// Frames what has arrived and gives it to the machine.
    fn read(&mut self, end: usize, seen: &mut Seen) {
        let now = self.now;
        let this = &mut self.ends[end];
        while this.open && !this.deaf {
            let (pdu_type, bytes) = match this.framer.next(&this.input) {
                Ok(Some(frame)) => (frame.pdu_type(), frame.bytes().to_vec()),
                Ok(None) => break,
                Err(error) => {
                    this.deaf = true;
                    this.association.handle_invalid_pdu(&error, now);
                    break;
                }
            };
            this.input.drain(..bytes.len());
            let state = this.association.state();
            if this.association.handle_pdu(pdu_type, &bytes, now) != Received::Data {
                continue;
            }
            let role = this.association.role();
            *seen.entry(format!("{role:?} data received")).or_default() += 1;
            *seen.entry(format!("{role:?} data received in {state}")).or_default() += 1;
            match self.receive_data(end, &bytes) {
                Ok(()) => {}
                Err(error) => {
                    assert!(self.ends[end].intruded);
                    self.ends[end].association.handle_invalid_pdu(&error, now);
                }
            }
            return self.read_on(end, seen);
        }
    }

    /// Outputs come before the next PDU, as with a real driver.
    fn read_on(&mut self, end: usize, seen: &mut Seen) {
        self.drain(end, seen);
        self.read(end, seen);
    }

    /// A P-DATA-TF for the user: numbers that count up, while the association stands.
    fn receive_data(&mut self, end: usize, bytes: &[u8]) -> Result<(), ldicomnet::pdu::PduError> {
        let this = &mut self.ends[end];
        let View::Established(release) = this.view else {
            panic!("data in {:?}", this.view);
        };
        assert!(!release.indicated, "data after the peer's release request");
        let mut body = &bytes[HEADER_BYTES..];
        let mut reader = PdvReader::new();
        reader.begin(body.len() as u32)?;
        while let Some(piece) = reader.next(&mut body)? {
            if !this.intruded {
                assert_eq!(piece.bytes, this.received.to_be_bytes());
                this.received += 1;
            }
        }
        Ok(())
    }

    fn drain(&mut self, end: usize, seen: &mut Seen) {
        loop {
            let association = &mut self.ends[end].association;
            let role = association.role();
            *seen.entry(format!("{role:?} {}", association.state())).or_default() += 1;
            let Some(output) = association.poll_output() else {
                break;
            };
            match output {
                Output::Transmit { pdu_type, bytes } => {
                    assert_eq!(bytes.first(), Some(&(pdu_type as u8)));
                    self.transmit(end, bytes);
                }
                Output::Indicate(indication) => {
                    let name = format!("{indication:?}");
                    let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
                    *seen.entry(format!("{role:?} {name}")).or_default() += 1;
                    self.ends[end].indicated(&indication);
                    self.react(end, &indication);
                }
                Output::CloseTransport => {
                    // The peer learns it after all bytes that were sent; this end at once or a little later.
                    let arrival = self.ends[end].last_arrival.max(self.now);
                    self.at(arrival, 1 - end, Happening::Closed);
                    self.soon(end, Happening::Closed);
                }
            }
        }
        if let Some(due) = self.ends[end].association.timeout() {
            self.at(due.max(self.now), end, Happening::Wake);
        }
    }

    /// Cuts the bytes anywhere and sends them off, in order.
    fn transmit(&mut self, end: usize, bytes: Vec<u8>) {
        let mut rest: VecDeque<u8> = bytes.into();
        let cuts = self.random.below(3);
        while !rest.is_empty() {
            let longest = [1, 7, 40, u64::MAX][(cuts as usize + self.random.below(2) as usize).min(3)];
            let length = (1 + self.random.below(longest)).min(rest.len() as u64) as usize;
            let chunk: Vec<u8> = rest.drain(..length).collect();
            let step = if longest < 40 { 1 } else { self.latency_ms };
            let arrival = self.ends[end].last_arrival.max(self.now) + self.random.milliseconds(step);
            self.ends[end].last_arrival = arrival;
            self.at(arrival, 1 - end, Happening::Bytes(chunk));
        }
    }

    /// The user hears something, and will do something about it.
    fn react(&mut self, end: usize, indication: &Indication) {
        match indication {
            Indication::AssociateRequest(_) => {
                let wish = if self.random.one_in(8) { Wish::Reject } else { Wish::Accept };
                if !self.random.one_in(50) {
                    self.soon(end, Happening::User(wish));
                }
            }
            Indication::AssociateAccept(_) => self.use_association(end),
            Indication::ReleaseRequest => {
                for _ in 0..self.random.below(3) {
                    self.soon(end, Happening::User(Wish::Send));
                }
                let when = self.now + self.random.milliseconds(self.latency_ms * 2);
                self.at(when, end, Happening::User(Wish::AnswerRelease));
            }
            _ => {}
        }
    }

    /// Some data, and then the release: by one side, by the other, or by both at once.
    fn use_association(&mut self, end: usize) {
        for _ in 0..self.random.below(6) {
            let when = self.now + self.random.milliseconds(self.latency_ms * 4);
            self.at(when, end, Happening::User(Wish::Send));
        }
        if !self.random.one_in(3) {
            let when = self.now + self.random.milliseconds(self.latency_ms * 4);
            self.at(when, end, Happening::User(Wish::Release));
        }
    }

    fn user(&mut self, end: usize, wish: Wish, seen: &mut Seen) {
        let now = self.now;
        let this = &mut self.ends[end];
        let before = this.association.state();
        match wish {
            Wish::Associate => {
                if this.association.associate_request(&request(), now).is_ok() {
                    this.view = View::Negotiating;
                }
            }
            Wish::Accept => {
                if this.association.associate_accept(&accept(), now).is_ok() {
                    this.view = View::Established(Release::default());
                    self.use_association(end);
                }
            }
            Wish::Reject => {
                if this.association.associate_reject(REJECTION, now).is_ok() {
                    this.end_view();
                }
            }
            Wish::Send => self.send(end, seen),
            Wish::Release => {
                if this.association.release_request(now).is_ok() {
                    this.release_step(|release| release.requested = true);
                }
            }
            Wish::AnswerRelease => {
                let answered = this.association.release_response(now).is_ok();
                let may = matches!(before, State::Sta8 | State::Sta9 | State::Sta10 | State::Sta12);
                assert_eq!(answered, may, "in {before}");
                if answered {
                    this.release_step(|release| release.answered = true);
                }
            }
            Wish::Abort => match this.association.abort(ABORT, now) {
                Ok(()) => {
                    this.end_view();
                    self.disturbed = true;
                }
                Err(RequestError::State(_)) => {}
                Err(other) => panic!("{other}"),
            },
            Wish::Intrude => {
                *seen.entry("intruder".to_owned()).or_default() += 1;
                self.ends[1 - end].intruded = true;
                self.disturbed = true;
                let bytes = self.intrusion();
                self.transmit(end, bytes);
            }
        }
    }

    /// One P-DATA-TF of one or two PDVs, if the association allows it.
    fn send(&mut self, end: usize, seen: &mut Seen) {
        let this = &mut self.ends[end];
        if this.association.check_data(1).is_err() {
            return;
        }
        let state = this.association.state();
        let role = this.association.role();
        *seen.entry(format!("{role:?} data sent in {state}")).or_default() += 1;
        let values = 1 + self.random.below(2) as u32;
        let this = &mut self.ends[end];
        let mut bytes = Vec::new();
        put_data_tf_header(&mut bytes, values * 10);
        for _ in 0..values {
            put_pdv_header(&mut bytes, 4, 1, true, true);
            bytes.extend(this.sent.to_be_bytes());
            this.sent += 1;
        }
        self.transmit(end, bytes);
    }

    /// A PDU out of place, or bytes that are none.
    fn intrusion(&mut self) -> Vec<u8> {
        match self.random.below(9) {
            0 => request().encode().expect("a request"),
            1 => accept().encode().expect("an accept"),
            2 => encode_reject(REJECTION).to_vec(),
            3 => encode_release_rq().to_vec(),
            4 => encode_release_rp().to_vec(),
            5 => encode_abort(ABORT).to_vec(),
            6 => b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            // A P-DATA-TF whose PDV goes past its end.
            7 => vec![4, 0, 0, 0, 0, 6, 0, 0, 0, 200, 1, 3],
            _ => (0..self.random.below(60) + 1).map(|_| self.random.next() as u8).collect(),
        }
    }
}

const REJECTION: Rejection = Rejection { result: 1, source: 1, reason: 7 };

const ABORT: Abort = Abort { source: 0, reason: 0 };

fn request() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    let _ = request.add_context(1, 0, b"1.2.840.10008.1.1");
    request.presentation_contexts[0].transfer_syntaxes = vec![Uid::IMPLICIT_VR_LITTLE_ENDIAN];
    request
}

fn accept() -> Associate {
    Associate { form: AssociateForm::Accept, ..request() }
}
