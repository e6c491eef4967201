//! The way out: commands to PDUs to the socket.
//!
//! What the system takes at once never touches a queue, unless the object is told not to
//! try. The rest waits in order, within bounds: a sender outside a hook waits for room, one
//! inside a hook is refused past a hard limit, and a peer that reads nothing for the stall
//! time is reset.

use super::{Connection, Event, Locked, Phase, State};
use crate::dimse::{self, CommandSet, FragmentError};
use crate::engine::{frames, hooks};
use crate::error::{Code, Error, code_of_io};
use crate::net::socket;
use crate::pdu::{Abort, Associate, PduType, Rejection};
use crate::ul::{DataError, RequestError, State as UlState, StateError};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// Bytes that the system has not taken yet, and where each PDU among them ends.
#[derive(Default)]
pub(super) struct OutQueue {
    bytes: VecDeque<u8>,
    pdus: VecDeque<Queued>,
}

struct Queued {
    /// Bytes of the PDU that are still queued.
    left: usize,
    length: usize,
    pdu_type: u8,
    /// A copy for debug mode.
    copy: Option<Box<[u8]>>,
}

impl OutQueue {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The PDUs that did not go out.
    fn take_unsent(&mut self) -> Vec<Queued> {
        self.bytes = VecDeque::new();
        std::mem::take(&mut self.pdus).into()
    }
}

thread_local! {
    static ASSEMBLY: RefCell<Assembly> = const { RefCell::new(Assembly::new()) };
}

/// Where a message is put together before it is sent.
#[derive(Default)]
struct Assembly {
    command: Vec<u8>,
    pdus: Vec<u8>,
    /// Where each of the PDUs ends.
    ends: Vec<usize>,
}

impl Assembly {
    const fn new() -> Self {
        Self { command: Vec::new(), pdus: Vec::new(), ends: Vec::new() }
    }
}

/// A thread that sent a large message does not keep its memory.
const ASSEMBLY_BYTES_KEPT: usize = 256 << 10;

/// `DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO`.
const DEBUG_SHOW_SENT: u32 = 1;

impl Connection {
    pub(crate) fn associate_request(self: &Arc<Self>, associate: &Associate) -> Result<(), Error> {
        self.command(|connection, state, now| {
            state.association.associate_request(associate, now).map_err(|error| request_error(&error))?;
            connection.note_maximum_length(state);
            state.response_due = now.checked_add(connection.settings.response_timeout);
            Ok(())
        })
    }

    pub(crate) fn associate_accept(self: &Arc<Self>, associate: &Associate) -> Result<(), Error> {
        self.command(|connection, state, now| {
            state.association.associate_accept(associate, now).map_err(|error| request_error(&error))?;
            connection.note_maximum_length(state);
            Ok(())
        })
    }

    pub(crate) fn associate_reject(self: &Arc<Self>, rejection: Rejection) -> Result<(), Error> {
        self.command(|_, state, now| {
            state.association.associate_reject(rejection, now).map_err(|error| request_error(&error))
        })
    }

    pub(crate) fn release_request(self: &Arc<Self>) -> Result<(), Error> {
        self.command(|connection, state, now| {
            state.association.release_request(now).map_err(|error| state_error(&error))?;
            state.response_due = now.checked_add(connection.settings.response_timeout);
            Ok(())
        })
    }

    pub(crate) fn release_response(self: &Arc<Self>) -> Result<(), Error> {
        self.command(|_, state, now| {
            state.association.release_response(now).map_err(|error| state_error(&error))
        })
    }

    pub(crate) fn abort(self: &Arc<Self>, abort: Abort) -> Result<(), Error> {
        self.command(|_, state, now| {
            state.association.abort(abort, now).map_err(|error| request_error(&error))
        })
    }

    /// The answer of the library where the application gave none.
    pub(super) fn answer_association_by_default(self: &Arc<Self>) {
        if self.state().association.state() == UlState::Sta3 {
            self.log_unsent(self.associate_reject(Rejection { result: 1, source: 1, reason: 1 }));
        }
    }

    pub(super) fn answer_release_by_default(self: &Arc<Self>) {
        match self.release_response() {
            // The application has answered itself.
            Err(error) if error.code() == Code::NetInvalid => {}
            outcome => self.log_unsent(outcome),
        }
    }

    pub(super) fn log_unsent(self: &Arc<Self>, outcome: Result<(), Error>) {
        let Err(error) = outcome else { return };
        if error.code() == Code::NetNotConnected {
            // The peer has left before its answers, which on_close tells; it may have asked a thousand times.
            return tracing::debug!(net = self.net.id(), "the peer has gone before it was answered");
        }
        tracing::warn!(net = self.net.id(), %error, "the library's answer could not be sent");
        // A peer that does not read its answers must not wait for one that will not come.
        if error.code() == Code::NetNoBuffers {
            self.abort_for_failed_hook();
        }
    }

    /// Runs a command of the user on the association.
    fn command(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &mut State, Instant) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut state = self.state();
        if state.phase != Phase::Open {
            return Err(Error::of(Code::NetNotConnected));
        }
        let outcome = work(self, &mut state, Instant::now());
        self.carry_out(&mut state);
        self.schedule_events(&state);
        outcome
    }

    fn note_maximum_length(&self, state: &State) {
        use std::sync::atomic::Ordering;
        self.data_bytes_max.store(state.association.local_maximum_length(), Ordering::Release);
    }

    /// Sends one DIMSE message (PS3.7 6.3) on a context, after the hook that may change
    /// its command set.
    pub(crate) fn send_command(
        self: &Arc<Self>,
        presentation_context_id: u8,
        mut command: CommandSet,
        data_set: Option<&[u8]>,
    ) -> Result<(), Error> {
        // Refused messages are not shown to the hook.
        self.maximum_length_for(&self.state(), presentation_context_id)?;
        let shown = hooks::call(&self.net, |hooks| {
            hooks.on_before_send_command_set(&self.net, &mut command);
        });
        if shown.returned.is_none() {
            self.abort_for_failed_hook();
            return Err(Error::new(Code::NetConnectionAborted, "OnBeforeSendCommandSet failed"));
        }
        ASSEMBLY.with(|assembly| {
            // A hook that sends on this thread while it is taken gets an empty one.
            let mut used = assembly.take();
            let sent = self.send_message(presentation_context_id, &command, data_set, &mut used);
            used.command.clear();
            used.pdus.clear();
            used.ends.clear();
            if used.command.capacity() + used.pdus.capacity() <= ASSEMBLY_BYTES_KEPT {
                assembly.replace(used);
            }
            sent
        })
    }

    fn send_message(
        self: &Arc<Self>,
        presentation_context_id: u8,
        command: &CommandSet,
        data_set: Option<&[u8]>,
        assembly: &mut Assembly,
    ) -> Result<(), Error> {
        let Assembly { command: encoded, pdus, ends } = assembly;
        command.encode(encoded);
        let mut state = self.room_to_send(encoded.len() + data_set.map_or(0, <[u8]>::len))?;
        let maximum_length = self.maximum_length_for(&state, presentation_context_id)?;
        match dimse::put_message(pdus, ends, presentation_context_id, encoded, data_set, maximum_length) {
            Ok(()) => {}
            Err(error @ FragmentError::MaximumLengthTooSmall { .. }) => {
                return Err(self.abort_for_maximum_length(&mut state, &error.to_string()));
            }
            Err(error) => return Err(Error::new(Code::Memory, error.to_string())),
        }
        if let Some(message_id) = command.message_id_being_responded_to() {
            self.request.answered(presentation_context_id, message_id);
        }
        self.transmit(&mut state, PduType::DataTf, pdus, ends);
        self.set_timer(&mut state);
        self.schedule_events(&state);
        Ok(())
    }

    /// The state once the queue has room for more, as far as this thread may wait.
    fn room_to_send(&self, length: usize) -> Result<Locked<'_>, Error> {
        // The bare lock, which one can wait with: nothing of the state is changed here.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // The library's own answers are sent by the turn, which nobody else could go on with.
        if frames::inside() || self.turn.runs_here() {
            if state.out.len().saturating_add(length) > self.settings.queue_bytes_hard.max(length) {
                return Err(Error::new(Code::NetNoBuffers, "the peer does not read what is queued for it"));
            }
        } else {
            while state.phase == Phase::Open && state.out.len() > self.settings.queue_bytes_soft {
                // The stall timer ends this wait where the peer does not.
                state = self.drained.wait(state);
            }
        }
        Ok(Locked::new(state, &self.glances))
    }

    /// May a message go on this context now? Gives the peer's maximum length.
    fn maximum_length_for(&self, state: &State, presentation_context_id: u8) -> Result<u32, Error> {
        if state.phase != Phase::Open || state.send_failed.is_some() {
            return Err(Error::of(Code::NetNotConnected));
        }
        match state.association.check_data(presentation_context_id) {
            Ok(maximum_length) => Ok(maximum_length),
            Err(DataError::State(error)) => Err(state_error(&error)),
            Err(error @ DataError::NotAccepted { .. }) => Err(Error::new(Code::PduId, error.to_string())),
            // `put_message` finds it again, where the state may be changed.
            Err(DataError::PeerMaximumLengthTooSmall { maximum_length }) => Ok(maximum_length),
        }
    }

    /// The peer cannot be sent any message: there is no use in this association.
    fn abort_for_maximum_length(self: &Arc<Self>, state: &mut State, why: &str) -> Error {
        tracing::warn!(net = self.net.id(), why, "the association is aborted");
        let aborted = state.association.abort(Abort { source: 0, reason: 0 }, Instant::now());
        if let Err(error) = aborted {
            tracing::debug!(%error, "the association had ended already");
        }
        self.carry_out(state);
        self.schedule_events(state);
        Error::new(Code::PduLength, why)
    }

    /// A hook failed: the association it was called for is aborted (PS3.8 A-ABORT by the
    /// service user).
    pub(super) fn abort_for_failed_hook(self: &Arc<Self>) {
        match self.abort(Abort { source: 0, reason: 0 }) {
            Ok(()) => {}
            Err(error) if error.code() == Code::NetNotConnected => {}
            // Without an association there is only the connection to end.
            Err(_) => {
                let mut state = self.state();
                self.lose(&mut state, Code::NetConnectionAborted);
                self.schedule_events(&state);
            }
        }
    }

    /// Sends PDUs of one type that lie one behind the other in `bytes`, each given by where it
    /// ends; queues what the system does not take, or all of it where the object does not
    /// [send at once](crate::engine::Settings::send_at_once).
    pub(super) fn transmit(&self, state: &mut State, pdu_type: PduType, bytes: &[u8], ends: &[usize]) {
        if state.phase == Phase::Ended || state.send_failed.is_some() {
            return;
        }
        let mut taken = 0;
        if state.out.is_empty() && self.net.sends_at_once() {
            // Counted before it goes out: whoever reads the answer must not take this for one
            // that was sent later, and went with the acknowledgement of that answer.
            state.sends = state.sends.wrapping_add(1);
            self.glances.publish(state);
            match socket::send(&self.socket, bytes) {
                Ok(sent) => taken = sent,
                Err(error) => {
                    for length in lengths(ends) {
                        let unsent = Queued { left: length, length, pdu_type: pdu_type as u8, copy: None };
                        note_sent(state, unsent, code_of_io(&error));
                    }
                    return self.sending_failed(state, &error);
                }
            }
        }
        let debug = self.net.debug_mode() & DEBUG_SHOW_SENT != 0;
        let (mut start, mut left_of_taken) = (0, taken);
        for length in lengths(ends) {
            let gone = left_of_taken.min(length);
            left_of_taken -= gone;
            let copy = debug.then(|| Box::from(&bytes[start..start + length]));
            start += length;
            let queued = Queued { left: length - gone, length, pdu_type: pdu_type as u8, copy };
            if queued.left == 0 {
                note_sent(state, queued, Code::Success);
            } else {
                state.out.pdus.push_back(queued);
            }
        }
        if taken < bytes.len() {
            state.out.bytes.extend(&bytes[taken..]);
            // Sending more does not put it off: only the peer's reading does.
            if state.stall_due.is_none() {
                state.stall_due = Instant::now().checked_add(self.settings.stall_timeout);
            }
            self.watch_for_writing(true);
        }
    }

    /// Sends what is queued, as far as the system takes it.
    pub(super) fn flush(&self, state: &mut State) {
        let mut sent_any = false;
        while !state.out.is_empty() {
            let (front, _) = state.out.bytes.as_slices();
            match socket::send(&self.socket, front) {
                Ok(0) => break,
                Ok(sent) => {
                    sent_any = true;
                    state.out.bytes.drain(..sent);
                    note_gone(state, sent);
                }
                Err(error) => return self.sending_failed(state, &error),
            }
        }
        if state.out.is_empty() {
            state.out.bytes = VecDeque::new();
            state.stall_due = None;
            self.watch_for_writing(false);
            if state.phase == Phase::Lingering {
                socket::finish_sending(&self.socket);
            }
        } else if sent_any {
            state.stall_due = Instant::now().checked_add(self.settings.stall_timeout);
        }
        if state.out.len() <= self.settings.queue_bytes_soft {
            self.drained.ring();
        }
        self.set_timer(state);
    }

    /// The peer has gone. The receiving side finds the same, after what was still to be
    /// read; only what could not be sent is reported here.
    fn sending_failed(&self, state: &mut State, error: &std::io::Error) {
        tracing::debug!(net = self.net.id(), %error, "send");
        state.send_failed = Some(code_of_io(error));
        for unsent in state.out.take_unsent() {
            note_sent(state, unsent, code_of_io(error));
        }
        state.stall_due = None;
        self.watch_for_writing(false);
        self.drained.ring();
    }

    /// What is queued will not go out any more.
    pub(super) fn drop_queue(&self, state: &mut State) {
        for unsent in state.out.take_unsent() {
            note_sent(state, unsent, Code::NetConnectionAborted);
        }
        state.stall_due = None;
        self.drained.ring();
    }
}

/// From where each PDU ends to how long it is.
fn lengths(ends: &[usize]) -> impl Iterator<Item = usize> {
    let mut start = 0;
    ends.iter().map(move |end| end - std::mem::replace(&mut start, *end))
}

fn note_gone(state: &mut State, mut sent: usize) {
    while let Some(first) = state.out.pdus.front_mut() {
        let gone = sent.min(first.left);
        first.left -= gone;
        sent -= gone;
        if first.left > 0 {
            return;
        }
        if let Some(done) = state.out.pdus.pop_front() {
            note_sent(state, done, Code::Success);
        }
    }
}

fn note_sent(state: &mut State, pdu: Queued, code: Code) {
    let Queued { length, pdu_type, copy, .. } = pdu;
    let bytes = u32::try_from(length).unwrap_or(u32::MAX);
    state.events.push_back(Event::Sent { code, pdu_type, bytes });
    if let Some(bytes) = copy {
        state.events.push_back(Event::SentExtended { code, pdu_type, bytes });
    }
}

fn state_error(error: &StateError) -> Error {
    Error::new(Code::NetInvalid, error.to_string())
}

fn request_error(error: &RequestError) -> Error {
    let code = match error {
        RequestError::State(_) => Code::NetInvalid,
        RequestError::Form { .. } => Code::PduType,
        RequestError::Encoding(_) => Code::PduLength,
        RequestError::PresentationContext { .. } => Code::PduId,
        _ => Code::Parameter,
    };
    Error::new(code, error.to_string())
}
