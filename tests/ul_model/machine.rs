//! The real `Association` as a finite machine: every state that calls can bring it to, and what each call does there.
//!
//! An `Association` can be neither copied nor compared. But its `Debug` writes out every field, so that two with the
//! same text are the same; and the calls that led to one the first time lead to it again. Time stands still at one
//! moment, but for the call that says that ARTIM is due, so that the text has no clock in it.
//!
//! Nothing here may know Table 9-10: what the machine does, it was seen to do.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ldicomnet::pdu::{Abort, Associate, AssociateForm, Framer, PduType, Rejection, Uid};
use ldicomnet::ul::{Association, Config, Event, Indication, Output, Received, Role, State};

/// The moment at which everything happens.
static NOW: LazyLock<Instant> = LazyLock::new(Instant::now);
const ARTIM: Duration = Duration::from_secs(30);
const CONTEXT: u8 = 1;
/// A machine that has more states than this has a field that counts, and is not finite.
const STATES_MAX: usize = 2_000;

/// What the user can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Command {
    Associate,
    Accept,
    Reject,
    Send,
    Release,
    AnswerRelease,
    Abort,
}

impl Command {
    pub(super) const ALL: [Self; 7] = [
        Self::Associate,
        Self::Accept,
        Self::Reject,
        Self::Send,
        Self::Release,
        Self::AnswerRelease,
        Self::Abort,
    ];
}

/// One PDU of the [`Alphabet`]: a number, and its type for whoever reads a path. `None`: bytes that are no PDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pdu {
    number: u8,
    pub(super) pdu_type: Option<PduType>,
}

/// Every PDU that goes over the wire, byte by byte as one of the two machines sent it.
pub(super) struct Alphabet(Vec<Vec<u8>>);

impl Alphabet {
    /// What no machine sends: a P-DATA-TF, which the driver makes, and bytes that are no PDU.
    fn new() -> Self {
        Self(vec![vec![4, 0, 0, 0, 0, 7, 0, 0, 0, 3, CONTEXT, 3, 0], b"GET / HTTP/1.1\r\n\r\n".to_vec()])
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Pdu> + '_ {
        (0..).zip(&self.0).map(|(number, bytes)| Pdu { number, pdu_type: PduType::try_from(bytes[0]).ok() })
    }

    pub(super) fn data(&self) -> Pdu {
        self.all().next().expect("the first")
    }

    fn learn(&mut self, bytes: Vec<u8>) -> Pdu {
        let known = self.0.iter().position(|known| *known == bytes);
        let number = known.unwrap_or_else(|| {
            self.0.push(bytes);
            self.0.len() - 1
        });
        self.all().nth(number).expect("it is there now")
    }
}

/// What reaches an association: from the network, the clock or the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Opened,
    Closed,
    Expired,
    Read(Pdu),
    User(Command),
}

impl Call {
    /// Its place among the steps of a node.
    fn place(self) -> usize {
        match self {
            Self::Opened => 0,
            Self::Closed => 1,
            Self::Expired => 2,
            Self::User(command) => 3 + command as usize,
            Self::Read(pdu) => 3 + Command::ALL.len() + usize::from(pdu.number),
        }
    }

    /// The event of Table 9-10 that it is, in this state.
    pub(super) fn event(self, state: State) -> Event {
        match self {
            Self::Opened if state == State::Sta4 => Event::Evt2,
            Self::Opened => Event::Evt5,
            Self::Closed => Event::Evt17,
            Self::Expired => Event::Evt18,
            Self::Read(pdu) => match pdu.pdu_type {
                None => Event::Evt19,
                Some(PduType::AssociateRq) => Event::Evt6,
                Some(PduType::AssociateAc) => Event::Evt3,
                Some(PduType::AssociateRj) => Event::Evt4,
                Some(PduType::DataTf) => Event::Evt10,
                Some(PduType::ReleaseRq) => Event::Evt12,
                Some(PduType::ReleaseRp) => Event::Evt13,
                Some(PduType::Abort) => Event::Evt16,
            },
            Self::User(Command::Associate) => Event::Evt1,
            Self::User(Command::Accept) => Event::Evt7,
            Self::User(Command::Reject) => Event::Evt8,
            Self::User(Command::Send) => Event::Evt9,
            Self::User(Command::Release) => Event::Evt11,
            Self::User(Command::AnswerRelease) => Event::Evt14,
            Self::User(Command::Abort) => Event::Evt15,
        }
    }
}

/// An indication, without what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    AssociateRequest,
    AssociateAccept,
    AssociateReject,
    ReleaseRequest,
    ReleaseConfirm,
    Abort,
    ProviderAbort,
    TransportClosed,
}

/// What the driver has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Todo {
    Transmit(Pdu),
    Indicate(Told),
    CloseTransport,
}

/// What a call did.
#[derive(Debug)]
pub(super) struct Step {
    /// The state after it, by its number.
    pub(super) to: u16,
    pub(super) todo: Vec<Todo>,
    /// Of a command: it was not refused. Of a P-DATA-TF: it is for the user.
    pub(super) taken: bool,
    /// Some run of the model came by.
    walked: AtomicBool,
}

/// One state of the machine.
struct Node {
    /// The shortest way there.
    history: Vec<Call>,
    state: State,
    artim_runs: bool,
    /// One for each call, see [`Call::place`].
    steps: Vec<(Call, Step)>,
}

/// One end's association, seen from outside.
pub(super) struct Machine(Vec<Node>);

impl Machine {
    /// The requestor and the acceptor, and what they say to each other.
    pub(super) fn both() -> (Alphabet, [Self; 2]) {
        let mut alphabet = Alphabet::new();
        loop {
            let known = alphabet.0.len();
            let machines = [Role::Requestor, Role::Acceptor].map(|role| Self::of(role, &mut alphabet));
            // What one was heard to send for the first time, the other has not read yet.
            if alphabet.0.len() == known {
                return (alphabet, machines);
            }
        }
    }

    fn of(role: Role, alphabet: &mut Alphabet) -> Self {
        let mut calls = vec![Call::Opened, Call::Closed, Call::Expired];
        calls.extend(Command::ALL.map(Call::User));
        calls.extend(alphabet.all().map(Call::Read));
        let first = Association::new(role, Config { artim: ARTIM, ..Config::default() });
        let mut numbers = HashMap::from([(format!("{first:?}"), 0)]);
        let mut nodes = vec![Node::new(Vec::new(), &first)];
        let mut next = 0;
        while next < nodes.len() {
            for &call in &calls {
                let history = nodes[next].history.clone();
                let mut association = replay(role, &history, alphabet);
                let (taken, todo) = carry_out(&mut association, call, alphabet);
                let text = format!("{association:?}");
                let to = *numbers.entry(text).or_insert(nodes.len());
                if to == nodes.len() {
                    nodes.push(Node::new([&history[..], &[call]].concat(), &association));
                }
                assert!(nodes.len() < STATES_MAX, "not finite: {association:?}");
                let is_refused = matches!(call, Call::User(_)) && !taken;
                assert!(
                    !is_refused || (to == next && todo.is_empty()),
                    "{call:?} was refused, and did {todo:?}"
                );
                let to = u16::try_from(to).expect("few states");
                assert_eq!(nodes[next].steps.len(), call.place());
                nodes[next].steps.push((call, Step { to, todo, taken, walked: AtomicBool::new(false) }));
            }
            next += 1;
        }
        Self(nodes)
    }

    pub(super) fn step(&self, from: u16, call: Call) -> &Step {
        &self.0[usize::from(from)].steps[call.place()].1
    }

    /// As [`step`](Self::step), and remembers that somebody came by.
    pub(super) fn walk(&self, from: u16, call: Call) -> &Step {
        let step = self.step(from, call);
        step.walked.store(true, Ordering::Relaxed);
        step
    }

    pub(super) fn state(&self, number: u16) -> State {
        self.0[usize::from(number)].state
    }

    pub(super) fn artim_runs(&self, number: u16) -> bool {
        self.0[usize::from(number)].artim_runs
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The cells of Table 9-10 that somebody came by.
    pub(super) fn cells_walked(&self) -> impl Iterator<Item = (State, Event)> + '_ {
        self.0.iter().flat_map(|node| {
            let walked = node.steps.iter().filter(|(_, step)| step.walked.load(Ordering::Relaxed));
            walked.map(|(call, _)| (node.state, call.event(node.state)))
        })
    }
}

impl Node {
    fn new(history: Vec<Call>, association: &Association) -> Self {
        Self {
            history,
            state: association.state(),
            artim_runs: association.timeout().is_some(),
            steps: Vec::new(),
        }
    }
}

fn replay(role: Role, history: &[Call], alphabet: &mut Alphabet) -> Association {
    let mut association = Association::new(role, Config { artim: ARTIM, ..Config::default() });
    for &call in history {
        carry_out(&mut association, call, alphabet);
    }
    association
}

/// One call and everything that it makes the driver do.
fn carry_out(association: &mut Association, call: Call, alphabet: &mut Alphabet) -> (bool, Vec<Todo>) {
    let now = *NOW;
    let taken = match call {
        Call::Opened => {
            association.handle_transport_open(now);
            true
        }
        Call::Closed => {
            association.handle_transport_closed(now);
            true
        }
        Call::Expired => {
            association.handle_timeout(now + ARTIM);
            true
        }
        Call::Read(pdu) => read(association, &alphabet.0[usize::from(pdu.number)]),
        Call::User(command) => obey(association, command),
    };
    let mut todo = Vec::new();
    while let Some(output) = association.poll_output() {
        todo.push(match output {
            Output::Transmit { pdu_type, bytes } => {
                assert_eq!(bytes.first(), Some(&(pdu_type as u8)));
                Todo::Transmit(alphabet.learn(bytes))
            }
            Output::Indicate(indication) => Todo::Indicate(told(&indication)),
            Output::CloseTransport => Todo::CloseTransport,
        });
    }
    (taken, todo)
}

/// Bytes from the wire: through the framing, as a driver reads them. True: data for the user.
fn read(association: &mut Association, bytes: &[u8]) -> bool {
    match Framer::default().next(bytes) {
        Ok(Some(frame)) => {
            assert_eq!(frame.len(), bytes.len());
            association.handle_pdu(frame.pdu_type(), frame.bytes(), *NOW) == Received::Data
        }
        Ok(None) => panic!("half a PDU: {bytes:02x?}"),
        Err(error) => {
            association.handle_invalid_pdu(&error, *NOW);
            false
        }
    }
}

/// True: the command was not refused.
fn obey(association: &mut Association, command: Command) -> bool {
    let now = *NOW;
    match command {
        Command::Associate => association.associate_request(&associate(AssociateForm::Request), now).is_ok(),
        Command::Accept => association.associate_accept(&associate(AssociateForm::Accept), now).is_ok(),
        Command::Reject => {
            association.associate_reject(Rejection { result: 1, source: 1, reason: 1 }, now).is_ok()
        }
        Command::Send => association.check_data(CONTEXT).is_ok(),
        Command::Release => association.release_request(now).is_ok(),
        Command::AnswerRelease => association.release_response(now).is_ok(),
        Command::Abort => association.abort(Abort { source: 0, reason: 0 }, now).is_ok(),
    }
}

fn associate(form: AssociateForm) -> Associate {
    let mut associate = Associate::new(form);
    associate.add_context(CONTEXT, 0, b"1.2.840.10008.1.1").expect("a context");
    associate.presentation_contexts[0].transfer_syntaxes = vec![Uid::IMPLICIT_VR_LITTLE_ENDIAN];
    associate
}

fn told(indication: &Indication) -> Told {
    match indication {
        Indication::AssociateRequest(_) => Told::AssociateRequest,
        Indication::AssociateAccept(_) => Told::AssociateAccept,
        Indication::AssociateReject(_) => Told::AssociateReject,
        Indication::ReleaseRequest => Told::ReleaseRequest,
        Indication::ReleaseConfirm => Told::ReleaseConfirm,
        Indication::Abort(_) => Told::Abort,
        Indication::ProviderAbort(_) => Told::ProviderAbort,
        Indication::TransportClosed => Told::TransportClosed,
    }
}
