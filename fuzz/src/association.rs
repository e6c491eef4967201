//! Two associations against each other, and bytes that neither has sent (PS3.8 9.2).

use arbitrary::{Arbitrary, Unstructured};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, Frame, Framer, Limits, Rejection, Uid};
use ldicomnet::ul::{Association, Config, Output, Role, State};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What happens next, at one of the two ends.
#[derive(Arbitrary, Debug)]
enum Step {
    Request,
    Accept,
    Reject { result: u8, source: u8, reason: u8 },
    Release,
    AnswerRelease,
    Abort { source: u8, reason: u8 },
    Data { length: u8 },
    Deliver { bytes: u16 },
    Intrude { bytes: Vec<u8> },
    TransportCloses,
    Time { seconds: u8 },
}

struct End {
    association: Association,
    framer: Framer,
    /// What is on its way to it.
    incoming: VecDeque<u8>,
    pending: Vec<u8>,
    is_closed: bool,
}

impl End {
    fn new(role: Role, now: Instant) -> Self {
        let mut association = Association::new(role, Config::default());
        association.handle_transport_open(now);
        let framer = Framer::new(Limits::default());
        Self { association, framer, incoming: VecDeque::new(), pending: Vec::new(), is_closed: false }
    }

    fn take(&mut self, count: usize, now: Instant) {
        let count = count.min(self.incoming.len());
        self.pending.extend(self.incoming.drain(..count));
        loop {
            let pending = std::mem::take(&mut self.pending);
            match self.framer.next(&pending) {
                Ok(Some(frame)) => {
                    let _received = match frame {
                        Frame::Whole { pdu_type, bytes } => self.association.handle_pdu(pdu_type, bytes, now),
                        Frame::Piece { .. } => break,
                    };
                    self.pending = pending[frame.len()..].to_vec();
                }
                Ok(None) => {
                    self.pending = pending;
                    break;
                }
                Err(error) => {
                    self.association.handle_invalid_pdu(&error, now);
                    break;
                }
            }
        }
    }
}

fn proposal() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, b"1.2.840.10008.1.1").expect("a context");
    request.add_transfer_syntax(1, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).expect("a transfer syntax");
    request
}

fn answer() -> Associate {
    let mut accept = Associate::new(AssociateForm::Accept);
    accept.add_context(1, 0, b"1.2.840.10008.1.1").expect("a context");
    accept.add_transfer_syntax(1, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).expect("a transfer syntax");
    accept
}

/// Whatever happens at both ends, an end is in one of the states, and comes to Sta1 once its peer has gone
/// and ARTIM is over.
pub fn association(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let mut now = Instant::now();
    let mut ends = [End::new(Role::Requestor, now), End::new(Role::Acceptor, now)];
    for _ in 0..200 {
        let (Ok(is_acceptor), Ok(step)) = (bool::arbitrary(&mut input), Step::arbitrary(&mut input)) else { break };
        let here = usize::from(is_acceptor);
        let end = &mut ends[here];
        if !end.is_closed {
            act(end, &step, now);
        }
        if let Step::Time { seconds } = step {
            now += Duration::from_secs(seconds.into());
            for end in &mut ends {
                if end.association.timeout().is_some_and(|due| due <= now) {
                    end.association.handle_timeout(now);
                }
            }
        }
        carry(&mut ends, now);
        if input.is_empty() {
            break;
        }
    }
    now += Duration::from_secs(3600);
    for end in &mut ends {
        end.association.handle_transport_closed(now);
        while end.association.poll_output().is_some() {}
        if end.association.timeout().is_some_and(|due| due <= now) {
            end.association.handle_timeout(now);
        }
        assert_eq!(end.association.state(), State::Sta1);
    }
}

fn act(end: &mut End, step: &Step, now: Instant) {
    let association = &mut end.association;
    // What the state does not allow is an error and changes nothing.
    let before = association.state();
    let refused = match step {
        Step::Request => association.associate_request(&proposal(), now).is_err(),
        Step::Accept => association.associate_accept(&answer(), now).is_err(),
        Step::Reject { result, source, reason } => {
            let rejection = Rejection { result: *result, source: *source, reason: *reason };
            association.associate_reject(rejection, now).is_err()
        }
        Step::Release => association.release_request(now).is_err(),
        Step::AnswerRelease => association.release_response(now).is_err(),
        Step::Abort { source, reason } => {
            association.abort(Abort { source: *source, reason: *reason }, now).is_err()
        }
        Step::Data { length } => association.check_data(*length).is_err(),
        Step::Deliver { bytes } => {
            end.take((*bytes).into(), now);
            return;
        }
        Step::Intrude { bytes } => {
            end.incoming.extend(bytes);
            return;
        }
        Step::TransportCloses => {
            association.handle_transport_closed(now);
            end.is_closed = true;
            return;
        }
        Step::Time { .. } => return,
    };
    if refused {
        assert_eq!(association.state(), before);
    }
}

/// What the ends put out reaches the other.
fn carry(ends: &mut [End; 2], now: Instant) {
    for here in 0..2 {
        while let Some(output) = ends[here].association.poll_output() {
            match output {
                Output::Transmit { bytes, .. } => ends[1 - here].incoming.extend(&bytes[..]),
                Output::CloseTransport => {
                    ends[here].is_closed = true;
                    ends[here].association.handle_transport_closed(now);
                }
                Output::Indicate(_) => {}
            }
        }
    }
}
