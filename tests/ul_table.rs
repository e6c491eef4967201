//! A walk of all of PS3.8 Table 9-10: 13 states by 19 events, 247 cells.
//!
//! Each cell is held against a transcription made apart from the library's table, by columns where that goes by
//! rows, and is then driven through an `Association` that was brought into the state by PDUs and commands, on
//! each side that can be in it. What an action must do is written down here a second time too.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ldicomnet::pdu::{
    Abort, Associate, AssociateForm, PduError, PduType, Rejection, Uid, encode_abort, encode_reject,
    encode_release_rp, encode_release_rq,
};
use ldicomnet::ul::{
    Association, Config, Event, Indication, Next, Output, Received, Role, State, transition,
};

/// The columns of Table 9-10: event, action, next state (two where the standard prints two).
const COLUMNS: [&str; 13] = [
    // Sta1
    "1 AE-1 4, 5 AE-5 2",
    // Sta2
    "3 AA-1 13, 4 AA-1 13, 6 AE-6 3/13, 10 AA-1 13, 12 AA-1 13, 13 AA-1 13, 16 AA-2 1, 17 AA-5 1, \
     18 AA-2 1, 19 AA-1 13",
    // Sta3
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 7 AE-7 6, 8 AE-8 13, 10 AA-8 13, 12 AA-8 13, 13 AA-8 13, \
     15 AA-1 13, 16 AA-3 1, 17 AA-4 1, 19 AA-8 13",
    // Sta4
    "2 AE-2 5, 15 AA-2 1, 17 AA-4 1",
    // Sta5
    "3 AE-3 6, 4 AE-4 1, 6 AA-8 13, 10 AA-8 13, 12 AA-8 13, 13 AA-8 13, 15 AA-1 13, 16 AA-3 1, \
     17 AA-4 1, 19 AA-8 13",
    // Sta6
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 9 DT-1 6, 10 DT-2 6, 11 AR-1 7, 12 AR-2 8, 13 AA-8 13, \
     15 AA-1 13, 16 AA-3 1, 17 AA-4 1, 19 AA-8 13",
    // Sta7
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 10 AR-6 7, 12 AR-8 9/10, 13 AR-3 1, 15 AA-1 13, 16 AA-3 1, \
     17 AA-4 1, 19 AA-8 13",
    // Sta8
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 9 AR-7 8, 10 AA-8 13, 12 AA-8 13, 13 AA-8 13, 14 AR-4 13, \
     15 AA-1 13, 16 AA-3 1, 17 AA-4 1, 19 AA-8 13",
    // Sta9
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 10 AA-8 13, 12 AA-8 13, 13 AA-8 13, 14 AR-9 11, 15 AA-1 13, \
     16 AA-3 1, 17 AA-4 1, 19 AA-8 13",
    // Sta10
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 10 AA-8 13, 12 AA-8 13, 13 AR-10 12, 15 AA-1 13, 16 AA-3 1, \
     17 AA-4 1, 19 AA-8 13",
    // Sta11
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 10 AA-8 13, 12 AA-8 13, 13 AR-3 1, 15 AA-1 13, 16 AA-3 1, \
     17 AA-4 1, 19 AA-8 13",
    // Sta12
    "3 AA-8 13, 4 AA-8 13, 6 AA-8 13, 10 AA-8 13, 12 AA-8 13, 13 AA-8 13, 14 AR-4 13, 15 AA-1 13, \
     16 AA-3 1, 17 AA-4 1, 19 AA-8 13",
    // Sta13
    "3 AA-6 13, 4 AA-6 13, 6 AA-7 13, 10 AA-6 13, 12 AA-6 13, 13 AA-6 13, 16 AA-2 1, 17 AR-5 1, \
     18 AA-2 1, 19 AA-7 13",
];

/// (state, event) to (action, next states), from [`COLUMNS`].
fn transcription() -> BTreeMap<(u8, u8), (&'static str, Vec<u8>)> {
    let mut cells = BTreeMap::new();
    for (state, column) in (1..).zip(COLUMNS) {
        for cell in column.split(',') {
            let words: Vec<&str> = cell.split_whitespace().collect();
            let &[event, action, next] = words.as_slice() else {
                panic!("cell {cell:?} of Sta{state}");
            };
            let next = next.split('/').map(|n| n.parse().unwrap()).collect();
            let old = cells.insert((state, event.parse().unwrap()), (action, next));
            assert!(old.is_none(), "Sta{state} Evt{event} comes twice");
        }
    }
    cells
}

#[test]
fn the_table_is_the_standards_in_all_247_cells() {
    let cells = transcription();
    let (mut walked, mut filled) = (0, 0);
    for state in State::ALL {
        for event in Event::ALL {
            let ours = transition(state, event).map(|cell| {
                let next = match cell.next {
                    Next::State(state) => vec![state as u8],
                    Next::Acceptable { yes, no } => vec![yes as u8, no as u8],
                    Next::Side { requestor, acceptor } => vec![requestor as u8, acceptor as u8],
                };
                (cell.action.name(), next)
            });
            let standards = cells.get(&(state as u8, event as u8)).cloned();
            assert_eq!(ours, standards, "{state} {event}");
            walked += 1;
            filled += usize::from(ours.is_some());
        }
    }
    assert_eq!((walked, filled), (247, cells.len()));
    assert_eq!(filled, 123);
}

const ARTIM: Duration = Duration::from_secs(30);
const CONTEXT: u8 = 1;
const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const IMPLICIT: Uid = Uid::IMPLICIT_VR_LITTLE_ENDIAN;

fn request() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(CONTEXT, 0, VERIFICATION).unwrap();
    request.presentation_contexts[0].transfer_syntaxes = vec![IMPLICIT];
    request
}

fn accept() -> Associate {
    let mut accept = Associate::new(AssociateForm::Accept);
    accept.add_context(CONTEXT, 0, VERIFICATION).unwrap();
    accept.presentation_contexts[0].transfer_syntaxes = vec![IMPLICIT];
    accept
}

/// An endpoint in its state, all outputs drained.
struct Driven {
    association: Association,
    now: Instant,
}

impl Driven {
    fn new(role: Role) -> Self {
        let config = Config { artim: ARTIM, ..Config::default() };
        Self { association: Association::new(role, config), now: Instant::now() }
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.association.poll_output()).collect()
    }

    fn receive(&mut self, pdu_type: PduType, bytes: &[u8]) -> Received {
        self.association.handle_pdu(pdu_type, bytes, self.now)
    }

    /// The event as it reaches an endpoint. `Some(false)`: a command was refused.
    fn fire(&mut self, event: Event) -> Option<bool> {
        let now = self.now;
        let association = &mut self.association;
        match event {
            Event::Evt1 => return Some(association.associate_request(&request(), now).is_ok()),
            Event::Evt2 | Event::Evt5 => association.handle_transport_open(now),
            Event::Evt7 => return Some(association.associate_accept(&accept(), now).is_ok()),
            Event::Evt8 => {
                let rejection = Rejection { result: 1, source: 1, reason: 3 };
                return Some(association.associate_reject(rejection, now).is_ok());
            }
            Event::Evt9 => return Some(association.check_data(CONTEXT).is_ok()),
            Event::Evt11 => return Some(association.release_request(now).is_ok()),
            Event::Evt14 => return Some(association.release_response(now).is_ok()),
            Event::Evt15 => {
                let abort = Abort { source: 0, reason: 0 };
                return Some(association.abort(abort, now).is_ok());
            }
            Event::Evt17 => association.handle_transport_closed(now),
            Event::Evt18 => association.handle_timeout(now + ARTIM),
            Event::Evt19 => {
                association.handle_invalid_pdu(&PduError::UnrecognizedPdu { found: 0xFF }, now);
            }
            Event::Evt3 | Event::Evt4 | Event::Evt6 | Event::Evt10 | Event::Evt12 => {
                let (pdu_type, bytes) = pdu_of(event);
                let _ = self.receive(pdu_type, &bytes);
            }
            Event::Evt13 | Event::Evt16 => {
                let (pdu_type, bytes) = pdu_of(event);
                let _ = self.receive(pdu_type, &bytes);
            }
        }
        None
    }
}

/// A well-formed PDU for the events that are PDUs.
fn pdu_of(event: Event) -> (PduType, Vec<u8>) {
    match event {
        Event::Evt3 => (PduType::AssociateAc, accept().encode().unwrap()),
        Event::Evt4 => {
            let rejection = Rejection { result: 2, source: 3, reason: 1 };
            (PduType::AssociateRj, encode_reject(rejection).to_vec())
        }
        Event::Evt6 => (PduType::AssociateRq, request().encode().unwrap()),
        // One PDV of one byte.
        Event::Evt10 => (PduType::DataTf, vec![4, 0, 0, 0, 0, 7, 0, 0, 0, 3, CONTEXT, 3, 0]),
        Event::Evt12 => (PduType::ReleaseRq, encode_release_rq().to_vec()),
        Event::Evt13 => (PduType::ReleaseRp, encode_release_rp().to_vec()),
        Event::Evt16 => {
            let abort = Abort { source: 2, reason: 5 };
            (PduType::Abort, encode_abort(abort).to_vec())
        }
        other => panic!("{other} is no PDU"),
    }
}

/// An endpoint of this role in this state, or `None` where the role never is in it.
fn endpoint_in(state: State, role: Role) -> Option<Driven> {
    use Event::*;
    use Role::{Acceptor, Requestor};
    let path: &[Event] = match (state, role) {
        (State::Sta1, _) => &[],
        (State::Sta2, Acceptor) => &[Evt5],
        (State::Sta3, Acceptor) => &[Evt5, Evt6],
        (State::Sta4, Requestor) => &[Evt1],
        (State::Sta5, Requestor) => &[Evt1, Evt2],
        (State::Sta6, Requestor) => &[Evt1, Evt2, Evt3],
        (State::Sta6, Acceptor) => &[Evt5, Evt6, Evt7],
        (State::Sta7, Requestor) => &[Evt1, Evt2, Evt3, Evt11],
        (State::Sta7, Acceptor) => &[Evt5, Evt6, Evt7, Evt11],
        (State::Sta8, Requestor) => &[Evt1, Evt2, Evt3, Evt12],
        (State::Sta8, Acceptor) => &[Evt5, Evt6, Evt7, Evt12],
        (State::Sta9, Requestor) => &[Evt1, Evt2, Evt3, Evt11, Evt12],
        (State::Sta10, Acceptor) => &[Evt5, Evt6, Evt7, Evt11, Evt12],
        (State::Sta11, Requestor) => &[Evt1, Evt2, Evt3, Evt11, Evt12, Evt14],
        (State::Sta12, Acceptor) => &[Evt5, Evt6, Evt7, Evt11, Evt12, Evt13],
        (State::Sta13, Requestor) => &[Evt1, Evt2, Evt3, Evt15],
        (State::Sta13, Acceptor) => &[Evt5, Evt6, Evt8],
        _ => return None,
    };
    let mut driven = Driven::new(role);
    for &event in path {
        driven.fire(event);
    }
    assert_eq!(driven.association.state(), state, "{role:?} by {path:?}");
    driven.outputs();
    Some(driven)
}

/// What an action must put out, in words: the PDU sent with its source and reason where it has them, the primitive,
/// `close`. Written from Tables 9-6 to 9-9. `event` matters where a source or reason follows from it.
fn expected_outputs(action: &str, event: Event) -> Vec<&'static str> {
    let unrecognized = event == Event::Evt19;
    match action {
        "AE-1" | "AE-5" | "DT-1" | "DT-2" | "AR-6" | "AR-7" | "AA-6" => vec![],
        "AE-2" => vec!["send AssociateRq"],
        "AE-3" => vec!["indicate AssociateAccept"],
        "AE-4" => vec!["indicate AssociateReject", "close"],
        "AE-6" => vec!["indicate AssociateRequest"],
        "AE-7" => vec!["send AssociateAc"],
        "AE-8" => vec!["send AssociateRj"],
        "AR-1" => vec!["send ReleaseRq"],
        "AR-2" | "AR-8" => vec!["indicate ReleaseRequest"],
        "AR-3" => vec!["indicate ReleaseConfirm", "close"],
        "AR-4" | "AR-9" => vec!["send ReleaseRp"],
        "AR-5" | "AA-5" => vec!["indicate TransportClosed"],
        "AR-10" => vec!["indicate ReleaseConfirm"],
        "AA-1" => vec!["send Abort 0/0"],
        "AA-2" => vec!["close"],
        "AA-3" => vec!["indicate Abort 2/5", "close"],
        "AA-4" => vec!["indicate ProviderAbort 2/0", "indicate TransportClosed"],
        "AA-7" if unrecognized => vec!["send Abort 2/1"],
        "AA-7" => vec!["send Abort 2/2"],
        "AA-8" if unrecognized => vec!["send Abort 2/1", "indicate ProviderAbort 2/1"],
        "AA-8" => vec!["send Abort 2/2", "indicate ProviderAbort 2/2"],
        other => panic!("no action {other}"),
    }
}

fn in_words(output: &Output) -> String {
    match output {
        Output::Transmit { pdu_type, bytes } => {
            assert_eq!(bytes[0], *pdu_type as u8);
            match pdu_type {
                PduType::Abort => format!("send Abort {}/{}", bytes[8], bytes[9]),
                other => format!("send {other:?}"),
            }
        }
        Output::Indicate(Indication::Abort(abort)) => {
            format!("indicate Abort {}/{}", abort.source, abort.reason)
        }
        Output::Indicate(Indication::ProviderAbort(abort)) => {
            format!("indicate ProviderAbort {}/{}", abort.source, abort.reason)
        }
        Output::Indicate(indication) => {
            let name = format!("{indication:?}");
            let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
            format!("indicate {}", &name[..end])
        }
        Output::CloseTransport => "close".to_owned(),
    }
}

/// ARTIM after the action: it runs in Sta2 and Sta13 and nowhere else, and from the action on where that starts it.
fn expected_artim(next: State, action: &str, before: Option<Instant>, now: Instant) -> Option<Instant> {
    match action {
        "AE-5" | "AE-8" | "AR-4" | "AA-1" | "AA-8" => Some(now + ARTIM),
        _ if next == State::Sta13 => before,
        _ => None,
    }
}

fn is_command(event: Event) -> bool {
    matches!(
        event,
        Event::Evt1 | Event::Evt7 | Event::Evt8 | Event::Evt9 | Event::Evt11 | Event::Evt14 | Event::Evt15
    )
}

#[test]
fn every_cell_as_an_association_runs_it() {
    let cells = transcription();
    let mut driven_cells = std::collections::BTreeSet::new();
    for role in [Role::Requestor, Role::Acceptor] {
        for state in State::ALL {
            for event in Event::ALL {
                let Some(driven) = endpoint_in(state, role) else {
                    continue;
                };
                if !can_be_told(role, state, event) {
                    continue;
                }
                match cells.get(&(state as u8, event as u8)) {
                    Some(_) if (role, state, event) == ACCEPTOR_REQUESTS => {
                        check_blank(driven, state, event);
                    }
                    Some((action, next)) => check_cell(driven, state, event, action, next),
                    None => check_blank(driven, state, event),
                }
                driven_cells.insert((state, event));
            }
        }
    }
    // No state is out of reach; of the cells one is, and it is blank.
    assert_eq!(driven_cells.len(), 246);
    assert!(!driven_cells.contains(&(State::Sta4, Event::Evt5)));
}

/// Sta1 is the start of both roles, but only one of them requests.
const ACCEPTOR_REQUESTS: (Role, State, Event) = (Role::Acceptor, State::Sta1, Event::Evt1);

/// Evt2 and Evt5 reach an endpoint by the same call, which its role tells apart. So where that call starts one of
/// the two, the other cannot be told.
fn can_be_told(role: Role, state: State, event: Event) -> bool {
    !matches!(
        (role, state, event),
        (Role::Requestor, State::Sta1 | State::Sta4, Event::Evt5)
            | (Role::Acceptor, State::Sta1, Event::Evt2)
    )
}

fn check_cell(mut driven: Driven, state: State, event: Event, action: &str, next: &[u8]) {
    let role = driven.association.role();
    let what = format!("{state} {event} {action} as {role:?}");
    let before = driven.association.timeout();
    // Time passes, so that a restart of ARTIM shows.
    driven.now += Duration::from_secs(1);
    let answer = driven.fire(event);
    assert_eq!(answer, is_command(event).then_some(true), "{what}");

    let next = match (action, role) {
        ("AR-8", Role::Acceptor) => next[1],
        _ => next[0],
    };
    let now_in = driven.association.state();
    assert_eq!(now_in as u8, next, "{what}");
    let artim = expected_artim(now_in, action, before, driven.now);
    assert_eq!(driven.association.timeout(), artim, "{what}");
    let outputs: Vec<String> = driven.outputs().iter().map(in_words).collect();
    assert_eq!(outputs, expected_outputs(action, event), "{what}");
    let can_send = matches!(now_in, State::Sta6 | State::Sta8);
    assert_eq!(driven.association.is_associated(), can_send, "{what}");
    assert_eq!(driven.association.check_data(CONTEXT).is_ok(), can_send, "{what}");
}

/// A blank cell: a command is refused, anything else has no effect.
fn check_blank(mut driven: Driven, state: State, event: Event) {
    let what = format!("{state} {event} as {:?}", driven.association.role());
    let artim = driven.association.timeout();
    let answer = driven.fire(event);
    // The one command that is taken before its time: see `Association::release_response`.
    let waits = (state, event) == (State::Sta10, Event::Evt14);
    assert_eq!(answer, is_command(event).then_some(waits), "{what}");
    assert_eq!(driven.association.state(), state, "{what}");
    assert_eq!(driven.association.timeout(), artim, "{what}");
    assert_eq!(driven.outputs(), [], "{what}");
}

#[test]
fn a_p_data_tf_reaches_the_user_in_sta6_and_sta7_only() {
    for role in [Role::Requestor, Role::Acceptor] {
        for state in State::ALL {
            let Some(mut driven) = endpoint_in(state, role) else {
                continue;
            };
            let (pdu_type, bytes) = pdu_of(Event::Evt10);
            let expected = match state {
                State::Sta6 | State::Sta7 => Received::Data,
                State::Sta1 | State::Sta4 | State::Sta13 => Received::Ignored,
                _ => Received::Done,
            };
            assert_eq!(driven.receive(pdu_type, &bytes), expected, "{state} {role:?}");
        }
    }
}

#[test]
fn ae_6_rejects_what_the_provider_cannot_accept_under_artim() {
    let mut unacceptable = request();
    unacceptable.protocol_version = 2;
    let mut driven = endpoint_in(State::Sta2, Role::Acceptor).unwrap();
    driven.now += Duration::from_secs(1);
    let _ = driven.receive(PduType::AssociateRq, &unacceptable.encode().unwrap());
    assert_eq!(driven.association.state(), State::Sta13);
    assert_eq!(driven.association.timeout(), Some(driven.now + ARTIM));
    let rejection = Rejection { result: 1, source: 2, reason: 2 };
    assert_eq!(
        driven.outputs(),
        [Output::Transmit { pdu_type: PduType::AssociateRj, bytes: encode_reject(rejection).to_vec() }]
    );
}

#[test]
fn artim_expires_when_it_is_due_and_not_before() {
    for (state, role) in
        [(State::Sta2, Role::Acceptor), (State::Sta13, Role::Acceptor), (State::Sta13, Role::Requestor)]
    {
        let mut driven = endpoint_in(state, role).unwrap();
        let due = driven.association.timeout().unwrap();
        driven.association.handle_timeout(due - Duration::from_nanos(1));
        assert_eq!(driven.association.state(), state);
        assert_eq!(driven.outputs(), []);
        driven.association.handle_timeout(due);
        assert_eq!(driven.association.state(), State::Sta1);
        assert_eq!(driven.outputs(), [Output::CloseTransport]);
    }
}
