//! The way out: commands to PDUs to the socket.
//!
//! What the system takes at once never touches a queue, unless the object is told not to
//! try. The rest waits in order, within bounds: a sender outside a hook waits for room, one
//! inside a hook is refused past a hard limit, and a peer that reads nothing for the stall
//! time is reset.

use super::flush::note_gone;
use super::out_queue::{DataSetRun, Gone, Queued};
use super::receive::Contexts;
use super::window::{self, Outgoing};
use super::{Connection, Locked, Phase, State};
use crate::dataset::Content;
use crate::dimse::{self, CommandSet, FragmentError};
use crate::engine::{frames, hooks};
use crate::error::{Code, Error};
use crate::net::clock;
use crate::net::link;
use crate::pdu::{Abort, Associate, PduType, Rejection};
use crate::ul::{DataError, RequestError, Role, State as UlState, StateError};
use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

thread_local! {
    static ASSEMBLY: RefCell<Assembly> = const { RefCell::new(Assembly::new()) };
}

/// Where a message is put together before it is sent.
#[derive(Default)]
struct Assembly {
    command: Vec<u8>,
    /// Where a data set is read to; what it holds is of no message.
    data_set: Vec<u8>,
    pdus: Vec<u8>,
    /// Where each of the PDUs ends.
    ends: Vec<usize>,
}

impl Assembly {
    const fn new() -> Self {
        Self { command: Vec::new(), data_set: Vec::new(), pdus: Vec::new(), ends: Vec::new() }
    }
}

/// A data set up to this long is put together with its command and goes out in the same write; the
/// copy costs less than another call.
const WHOLE_BYTES_MAX: u64 = 64 << 10;

/// What a command set takes in the queue, about.
const COMMAND_BYTES: usize = 256;

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
            connection.open_window(state);
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
            if state.window.waiting_bytes() > 0 {
                // They could not be sent any more, and nobody would be told.
                let why = "requests wait for their place in the window, and would be lost";
                return Err(Error::new(Code::NetWouldBlock, why));
            }
            state.association.release_request(now).map_err(|error| state_error(&error))?;
            state.response_due = now.checked_add(connection.settings.response_timeout);
            Ok(())
        })
    }

    pub(crate) fn release_response(self: &Arc<Self>) -> Result<(), Error> {
        self.command(|connection, state, now| {
            state.association.release_response(now).map_err(|error| state_error(&error))?;
            if state.association.state() == UlState::Sta11 {
                // After a collision the peer's answer to our own request is due now.
                state.response_due = now.checked_add(connection.settings.response_timeout);
            }
            Ok(())
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
        let outcome = work(self, &mut state, clock::now());
        self.carry_out(&mut state);
        self.schedule_events(&state);
        outcome
    }

    /// The association stands: messages may come and go, so many requests without their answer.
    pub(super) fn open_window(&self, state: &mut State) {
        let role = if self.accepted.is_some() { Role::Acceptor } else { Role::Requestor };
        if let Some(negotiated) = state.association.negotiated() {
            state.window.open(negotiated, role, self.settings.asynchronous_operations);
            let accepted = state.association.accepted_contexts();
            self.contexts.get_or_init(|| Contexts { accepted, negotiated: Arc::clone(negotiated) });
        }
    }

    fn note_maximum_length(&self, state: &State) {
        self.data_bytes_max.store(state.association.local_maximum_length(), Ordering::Release);
    }

    /// Sends one DIMSE message (PS3.7 6.3) on a context, after the hook that may change
    /// its command set. A request beyond the window waits for its place.
    pub(crate) fn send_command(
        self: &Arc<Self>,
        presentation_context_id: u8,
        mut command: CommandSet,
        data_set: Option<Content>,
    ) -> Result<(), Error> {
        // Refused messages are not shown to the hook.
        if !self.takes(presentation_context_id) {
            // The bare lock: nothing of the state is changed here.
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            self.maximum_length_for(&state, presentation_context_id)?;
        }
        let shown = hooks::call(&self.net, |hooks| {
            hooks.on_before_send_command_set(&self.net, &mut command);
        });
        if shown.returned.is_none() {
            self.abort_for_failed_hook();
            return Err(Error::new(Code::NetConnectionAborted, "OnBeforeSendCommandSet failed"));
        }
        let in_memory = data_set.as_ref().and_then(Content::as_memory).map_or(0, |bytes| bytes.len());
        let mut state = self.room_to_send(&command, COMMAND_BYTES + in_memory)?;
        let message = Outgoing { presentation_context_id, command, data_set };
        let Some(message) = state.window.admit(message) else { return Ok(()) };
        let sent = self.send_message(&mut state, &message);
        if sent.is_err() {
            state.window.give_back(&message.command);
        }
        self.schedule_events(&state);
        sent
    }

    /// Responses have come: requests that waited for their place go out.
    pub(super) fn send_waiting(self: &Arc<Self>, state: &mut State) {
        while let Some(message) = state.window.next_waiting() {
            if let Err(error) = self.send_message(state, &message) {
                tracing::warn!(net = self.net.id(), %error, "a request that waited could not be sent");
                state.window.give_back(&message.command);
                // Its sender was told that it goes out; only the end can still tell that it does not.
                if state.association.abort(Abort { source: 0, reason: 0 }, clock::now()).is_ok() {
                    self.carry_out(state);
                    self.end_for_user(state, error.code());
                }
            }
        }
        self.ring_if_drained(state);
        self.schedule_events(state);
    }

    /// Puts a message together and sends what the system takes.
    fn send_message(self: &Arc<Self>, state: &mut State, message: &Outgoing) -> Result<(), Error> {
        ASSEMBLY.with(|assembly| {
            // A hook that sends on this thread while it is taken gets an empty one.
            let mut used = assembly.take();
            let sent = self.send_assembled(state, message, &mut used);
            used.command.clear();
            used.pdus.clear();
            used.ends.clear();
            if used.command.capacity() + used.pdus.capacity() <= ASSEMBLY_BYTES_KEPT {
                assembly.replace(used);
            }
            sent
        })
    }

    fn send_assembled(
        self: &Arc<Self>,
        state: &mut State,
        message: &Outgoing,
        assembly: &mut Assembly,
    ) -> Result<(), Error> {
        let Outgoing { presentation_context_id, command, data_set } = message;
        let Assembly { command: encoded, data_set: read, pdus, ends } = assembly;
        command.encode(encoded);
        let maximum_length = self.maximum_length_for(state, *presentation_context_id)?;
        // A small one goes out in one write with its command, whatever it lies in.
        let (whole, rest) = match data_set {
            Some(content) if content.len() > WHOLE_BYTES_MAX => (None, Some(content)),
            Some(Content::Memory(bytes)) => (Some(&bytes[..]), None),
            Some(content) => {
                // Fits: it is short.
                let length = content.len() as usize;
                if read.len() < length {
                    read.resize(length, 0);
                }
                (Some(read_whole(content, read.get_mut(..length).unwrap_or_default())?), None)
            }
            None => (None, None),
        };
        match dimse::put_message(pdus, ends, *presentation_context_id, encoded, whole, maximum_length) {
            Ok(()) => {}
            Err(error @ FragmentError::MaximumLengthTooSmall { .. }) => {
                return Err(self.abort_for_maximum_length(state, &error.to_string()));
            }
            Err(error) => return Err(Error::new(Code::Memory, error.to_string())),
        }
        if let Some(message_id) = command.message_id_being_responded_to() {
            self.request.answered(*presentation_context_id, message_id);
        }
        self.transmit(state, PduType::DataTf, pdus, ends, rest.is_some());
        if let Some(content) = rest {
            let fragment_bytes = dimse::fragment_bytes_max(maximum_length)
                .map_err(|error| Error::new(Code::PduLength, error.to_string()))?;
            self.transmit_data_set(state, *presentation_context_id, content.clone(), fragment_bytes);
        }
        self.set_timer(state);
        Ok(())
    }

    /// The state once the queue has room for more, as far as this thread may wait. What takes no place in the
    /// window waits for none of those that wait for one: an answer that did might wait for an answer of the
    /// peer's, which waits likewise.
    fn room_to_send(&self, command: &CommandSet, length: usize) -> Result<Locked<'_>, Error> {
        // The bare lock, which one can wait with: nothing of the state is changed here.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let takes_a_place = window::counted_message_id(command).is_some();
        let waiting = |state: &State| if takes_a_place { state.window.waiting_bytes() } else { 0 };
        // The library's own answers are sent by the turn, which nobody else could go on with.
        if frames::inside() || self.turn.runs_here() {
            let queued = state.out.memory_bytes() + waiting(&state);
            if queued.saturating_add(length) > self.settings.queue_bytes_hard.max(length) {
                return Err(Error::new(Code::NetNoBuffers, "the peer does not read what is queued for it"));
            }
        } else {
            let most = self.settings.queue_bytes_soft as u64;
            while state.phase == Phase::Open && state.out.len() + waiting(&state) as u64 > most {
                // The stall timer ends this wait where the peer does not.
                state = self.drained.wait(state);
            }
        }
        // What ended while this thread waited takes nothing any more, into the window neither.
        if state.phase != Phase::Open {
            return Err(Error::of(Code::NetNotConnected));
        }
        Ok(Locked::new(state, &self.glances))
    }

    /// May a message go on this context now, as far as can be told without the lock?
    fn takes(&self, presentation_context_id: u8) -> bool {
        let is_accepted = |contexts: &Contexts| contexts.accepted.contains(presentation_context_id);
        self.glance().sends_messages() && self.contexts.get().is_some_and(is_accepted)
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
        let aborted = state.association.abort(Abort { source: 0, reason: 0 }, clock::now());
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
    /// [send at once](crate::engine::Settings::send_at_once). `more`: a data set follows at once.
    pub(super) fn transmit(
        &self,
        state: &mut State,
        pdu_type: PduType,
        bytes: &[u8],
        ends: &[usize],
        more: bool,
    ) {
        if state.phase == Phase::Ended || state.send_failed.is_some() {
            return;
        }
        let mut taken = 0;
        let gathers = self.gathers.load(Ordering::Relaxed) && self.turn.runs_here();
        if state.out.is_empty() && self.net.sends_at_once() && !gathers {
            // Counted before it goes out: whoever reads the answer must not take this for one
            // that was sent later, and went with the acknowledgement of that answer.
            state.sends = state.sends.wrapping_add(1);
            self.glances.publish(state);
            match self.link.send(bytes, more) {
                Ok(sent) => taken = sent,
                Err(error) => {
                    let unsent =
                        lengths(ends).map(|length| Gone { length, pdu_type: pdu_type as u8, copy: None });
                    note_gone(state, unsent, link::code_of(&error));
                    return self.sending_failed(state, link::code_of(&error), &error);
                }
            }
        }
        let debug = self.net.debug_mode() & DEBUG_SHOW_SENT != 0;
        let (mut start, mut left_of_taken) = (0, taken);
        for length in lengths(ends) {
            let gone = left_of_taken.min(length);
            left_of_taken -= gone;
            let end = start + length;
            let copy = debug.then(|| Box::from(&bytes[start..end]));
            let queued = Queued { left: length - gone, length, pdu_type: pdu_type as u8, copy };
            if queued.left == 0 {
                note_gone(state, [queued.into()], Code::Success);
            } else {
                state.out.push(&bytes[start + gone..end], queued);
            }
            start = end;
        }
        if taken == bytes.len() {
            if self.link.has_pending() {
                self.wait_to_flush(state);
            }
            return;
        }
        state.has_gathered |= gathers;
        if state.has_gathered && !gathers && !more {
            self.flush(state);
        } else {
            // Should the turn's next hook take long, the poller sends what was gathered.
            self.wait_to_flush(state);
        }
    }

    /// Sends a data set behind what is queued, as far as the system takes it.
    fn transmit_data_set(
        self: &Arc<Self>,
        state: &mut State,
        presentation_context_id: u8,
        content: Content,
        fragment_bytes: usize,
    ) {
        if state.phase == Phase::Ended || state.send_failed.is_some() {
            return;
        }
        let debug = self.net.debug_mode() & DEBUG_SHOW_SENT != 0;
        // What was gathered waits for nothing else.
        let was_empty = state.out.is_empty() || state.has_gathered;
        let run = DataSetRun::new(content, presentation_context_id, fragment_bytes, debug);
        state.out.push_data_set(run);
        if !was_empty {
            return;
        }
        if self.net.sends_at_once() {
            self.flush(state);
        } else {
            self.wait_to_flush(state);
        }
    }

    /// What is queued goes out when the system has room.
    pub(super) fn wait_to_flush(&self, state: &mut State) {
        if !self.owes(state) {
            // The handshake's end sends it.
            return;
        }
        // Sending more does not put it off: only the peer's reading does.
        if state.stall_due.is_none() {
            state.stall_due = clock::now().checked_add(self.settings.stall_timeout);
        }
        self.watch_for_writing(state, true);
    }
}

/// The bytes of a small data set that lies in a file.
fn read_whole<'b>(content: &Content, buffer: &'b mut [u8]) -> Result<&'b [u8], Error> {
    let mut have = 0;
    while have < buffer.len() {
        match content.read_at(have as u64, buffer.get_mut(have..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => have += read,
            Err(error) => return Err(Error::new(Code::Read, format!("reading a data set: {error}"))),
        }
    }
    Ok(buffer.get(..have).unwrap_or_default())
}

/// From where each PDU ends to how long it is.
fn lengths(ends: &[usize]) -> impl Iterator<Item = usize> {
    let mut start = 0;
    ends.iter().map(move |end| end - std::mem::replace(&mut start, *end))
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
