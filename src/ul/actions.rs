//! The actions of PS3.8 9.2.2: what happens when Table 9-10 names one.
//!
//! The only place that changes the state, starts or stops ARTIM, or emits an output (the one for the
//! transport connection's end excepted, which is no action of the table). It must decide nothing: the event, and what
//! belongs to it, come from `association.rs`.

use std::time::Instant;

use super::association::{Association, Held, Transport};
use super::primitives::{Indication, Output, Role};
use super::table::{Action, Event, Next, State, transition};
use crate::pdu::{Abort, PduType, encode_abort, encode_release_rp, encode_release_rq};

/// What belongs to an event: what its action sends or indicates.
#[derive(Debug)]
pub(super) enum With {
    /// The action needs nothing that it does not know.
    Nothing,
    /// A PDU to send.
    Pdu(PduType, Vec<u8>),
    /// A primitive to issue.
    Indication(Indication),
    /// The source and reason of an A-ABORT to send.
    Abort(Abort),
}

impl Association {
    /// Runs one event through Table 9-10. A blank cell does nothing.
    pub(super) fn run(&mut self, event: Event, with: With, now: Instant) {
        if let Some(cell) = transition(self.state, event) {
            self.perform(cell.action, with, now);
        }
    }

    /// Carries out one action of Tables 9-6 to 9-9 and goes to its next state.
    pub(super) fn perform(&mut self, action: Action, with: With, now: Instant) {
        let acceptable = matches!(with, With::Indication(_));
        self.enter(match action.next() {
            Next::State(state) => state,
            Next::Acceptable { yes, no } => {
                if acceptable {
                    yes
                } else {
                    no
                }
            }
            Next::Side { requestor, acceptor } => match self.role {
                Role::Requestor => requestor,
                Role::Acceptor => acceptor,
            },
        });
        match action {
            // The driver opens connections and moves data; AA-6 is to do nothing.
            Action::AE1 | Action::DT1 | Action::DT2 | Action::AR6 | Action::AR7 | Action::AA6 => {}
            Action::AE2 | Action::AE3 | Action::AE7 | Action::AA4 => self.emit(with),
            Action::AE4 | Action::AA3 => {
                self.emit(with);
                self.close_transport();
            }
            Action::AE5 => self.start_artim(now),
            Action::AE6 => {
                self.stop_artim();
                self.emit(with);
                if !acceptable {
                    self.start_artim(now);
                }
            }
            Action::AE8 => {
                self.emit(with);
                self.start_artim(now);
            }
            Action::AR1 => self.transmit(PduType::ReleaseRq, encode_release_rq().to_vec()),
            Action::AR2 | Action::AR8 => self.indicate(Indication::ReleaseRequest),
            Action::AR3 => {
                self.indicate(Indication::ReleaseConfirm);
                self.close_transport();
            }
            Action::AR4 => {
                self.transmit(PduType::ReleaseRp, encode_release_rp().to_vec());
                self.start_artim(now);
            }
            Action::AR5 | Action::AA5 => self.stop_artim(),
            Action::AR9 => self.transmit(PduType::ReleaseRp, encode_release_rp().to_vec()),
            Action::AR10 => {
                self.indicate(Indication::ReleaseConfirm);
                if std::mem::take(&mut self.release_response_waits) {
                    self.run(Event::Evt14, With::Nothing, now);
                }
            }
            Action::AA1 => {
                self.emit(with);
                self.start_artim(now);
            }
            Action::AA2 => {
                self.stop_artim();
                self.close_transport();
            }
            // A peer must not be able to make us queue A-ABORTs as fast as it sends rubbish, and the first one says it.
            Action::AA7 => {
                self.aa7_sent = true;
                self.emit(with);
            }
            Action::AA8 => {
                let abort = match &with {
                    With::Abort(abort) => Some(*abort),
                    _ => None,
                };
                self.emit(with);
                if let Some(abort) = abort {
                    self.indicate(Indication::ProviderAbort(abort));
                }
                self.start_artim(now);
            }
        }
    }

    /// Goes to a state, and drops what belongs to the states before.
    fn enter(&mut self, state: State) {
        if self.state == state {
            return;
        }
        self.state = state;
        if !matches!(state, State::Sta3 | State::Sta4 | State::Sta5) {
            self.requested = None;
            self.held = Held::Nothing;
        }
        if state != State::Sta12 {
            self.release_response_waits = false;
        }
        if state != State::Sta13 {
            self.aa7_sent = false;
        }
    }

    /// Sends or indicates what came with the event.
    fn emit(&mut self, with: With) {
        match with {
            With::Nothing => {}
            With::Pdu(pdu_type, bytes) => self.transmit(pdu_type, bytes),
            With::Indication(indication) => self.indicate(indication),
            With::Abort(abort) => self.transmit(PduType::Abort, encode_abort(abort).to_vec()),
        }
    }

    fn transmit(&mut self, pdu_type: PduType, bytes: Vec<u8>) {
        self.outputs.push_back(Output::Transmit { pdu_type, bytes });
    }

    fn indicate(&mut self, indication: Indication) {
        self.outputs.push_back(Output::Indicate(indication));
    }

    fn close_transport(&mut self) {
        self.transport = Transport::Closing;
        self.outputs.push_back(Output::CloseTransport);
    }

    fn start_artim(&mut self, now: Instant) {
        self.artim = now.checked_add(self.config.artim);
    }

    fn stop_artim(&mut self) {
        self.artim = None;
    }
}
