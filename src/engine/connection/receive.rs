//! The way in: bytes to PDUs to messages to hooks.
//!
//! No length that a peer sends is trusted: memory grows with the bytes that came, never
//! with the bytes that were announced.

use super::glance::Glance;
use super::incoming::{self, Incoming, Refusal};
use super::{Connection, Phase, Receiver, State};
use crate::dataset::Content;
use crate::dimse::{self, AssemblyError, CommandSet, Step, command_field};
use crate::engine::hooks::{self, Message};
use crate::engine::schedule::{RECEIVE_BYTES, Scratch};
use crate::error::Code;
use crate::net::clock;
use crate::net::link;
use crate::net::socket;
use crate::pdu::{Abort, Associate, Frame, HEADER_BYTES, PduError, PduType, PdvPiece, Uid};
use crate::ul::{AcceptedContexts, Received, State as UlState};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// What the messages of an association are looked at by. It stands as long as the connection, so that
/// it needs no lock.
pub(super) struct Contexts {
    pub(super) accepted: AcceptedContexts,
    pub(super) negotiated: Arc<Associate>,
}

/// How one read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// There may be more.
    More,
    /// That was all there is now. The connection stood like this right after the read: what
    /// was sent since has carried the acknowledgement of what was read, and nothing before has.
    Drained(Glance),
    /// Nothing was there.
    Nothing,
    /// The connection is not read from any more.
    Over,
}

/// The stream broke a rule of PS3.8 or PS3.7.
pub(super) struct Broken {
    /// The reason of the A-ABORT that answers it (PS3.8 Table 9-26).
    reason: u8,
    why: String,
}

impl From<PduError> for Broken {
    fn from(error: PduError) -> Self {
        Self { reason: error.abort_reason(), why: error.to_string() }
    }
}

impl From<AssemblyError> for Broken {
    fn from(error: AssemblyError) -> Self {
        Self { reason: error.abort_reason(), why: error.to_string() }
    }
}

/// What is read and thrown away after an abort before the connection is reset: as much as
/// a peer may have under way, and then some.
const DISCARDED_BYTES_MAX: usize = 16 << 20;

/// The first step in which memory for the rest of a PDU grows.
const PARTIAL_BYTES_MIN: usize = 4 << 10;

impl Connection {
    /// Reads once and serves what came.
    pub(super) fn read(self: &Arc<Self>, scratch: &mut Scratch) -> Read {
        let mut receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = &mut *receiver;
        receiver.framer.limits_mut().data_bytes_max = self.data_bytes_max.load(Ordering::Acquire);
        if receiver.discarded.is_some() || !self.glance().is_open() {
            scratch.held = 0;
            return self.read_and_discard(receiver, scratch);
        }
        if receiver.partial.is_empty() {
            return self.read_fresh(receiver, scratch);
        }
        self.read_rest(receiver)
    }

    /// Reads as much as there is room for, behind the PDU that the end of the last read cut.
    fn read_fresh(self: &Arc<Self>, receiver: &mut Receiver, scratch: &mut Scratch) -> Read {
        let held = std::mem::take(&mut scratch.held);
        let (before, room) = scratch.receive.split_at_mut(held);
        let read = match self.receive(room) {
            Ok(read) => read,
            Err(Read::Over) => return Read::Over,
            Err(nothing) => {
                self.keep(receiver, before);
                return nothing;
            }
        };
        let is_full = read == room.len();
        let input = scratch.receive.get(..held + read).unwrap_or_default();
        let seen = self.glance();
        let used = self.serve(receiver, input);
        let rest = used..held + read;
        // An A-ASSOCIATE may be longer than all the room there is.
        if is_full && used > 0 && receiver.discarded.is_none() {
            scratch.held = rest.len();
            scratch.receive.copy_within(rest, 0);
            return Read::More;
        }
        self.keep(receiver, scratch.receive.get(rest).unwrap_or_default());
        if is_full { Read::More } else { Read::Drained(seen) }
    }

    /// The turn reads no further, and others need its buffer.
    pub(super) fn give_back(self: &Arc<Self>, scratch: &mut Scratch) {
        let held = std::mem::take(&mut scratch.held);
        if held > 0 {
            let mut receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
            self.keep(&mut receiver, scratch.receive.get(..held).unwrap_or_default());
        }
    }

    /// Keeps the beginning of a PDU until more of it comes.
    fn keep(self: &Arc<Self>, receiver: &mut Receiver, beginning: &[u8]) {
        if !beginning.is_empty() {
            receiver.partial = beginning.to_vec();
            self.look_ahead(receiver);
        }
    }

    /// Reads more of the PDU that has begun, and nothing behind it. The room doubles with
    /// what has come, so that a length field alone allocates nothing.
    fn read_rest(self: &Arc<Self>, receiver: &mut Receiver) -> Read {
        let mut partial = std::mem::take(&mut receiver.partial);
        let have = partial.len();
        let missing = receiver.framer.wanted(&partial).saturating_sub(have).max(1);
        let room = missing.min(have.max(PARTIAL_BYTES_MIN)).min(RECEIVE_BYTES);
        partial.resize(have + room, 0);
        let read = match self.receive(partial.get_mut(have..).unwrap_or_default()) {
            Ok(read) => read,
            Err(over) => {
                partial.truncate(have);
                receiver.partial = partial;
                return over;
            }
        };
        partial.truncate(have + read);
        let seen = self.glance();
        let used = self.serve(receiver, &partial);
        partial.drain(..used);
        receiver.partial = partial;
        self.look_ahead(receiver);
        if read < room { Read::Drained(seen) } else { Read::More }
    }

    fn read_and_discard(self: &Arc<Self>, receiver: &mut Receiver, scratch: &mut Scratch) -> Read {
        receiver.partial = Vec::new();
        let read = match self.receive(&mut scratch.receive) {
            Ok(read) => read,
            Err(over) => return over,
        };
        let discarded = receiver.discarded.unwrap_or(0).saturating_add(read);
        receiver.discarded = Some(discarded);
        if discarded > DISCARDED_BYTES_MAX {
            let mut state = self.state();
            socket::reset_on_drop(self.link.socket());
            self.lose(&mut state, Code::NetConnectionAborted);
            return Read::Over;
        }
        if read < scratch.receive.len() { Read::Drained(self.glance()) } else { Read::More }
    }

    /// Some bytes, or how the reading ended.
    fn receive(self: &Arc<Self>, buffer: &mut [u8]) -> Result<usize, Read> {
        let received = self.link.receive(buffer);
        self.after_records();
        match received {
            Ok(Some(0)) => {
                let mut state = self.state();
                // A reset that a send was told of is not told again.
                let code = state.send_failed.unwrap_or_else(|| code_of_end(state.association.state()));
                self.lose(&mut state, code);
                Err(Read::Over)
            }
            Ok(Some(read)) => Ok(read),
            Ok(None) => Err(Read::Nothing),
            Err(error) => {
                tracing::debug!(net = self.net.id(), %error, "receive");
                self.lose(&mut self.state(), link::code_of(&error));
                Err(Read::Over)
            }
        }
    }

    /// Serves the PDUs at the beginning of `input`, and says how many bytes they were.
    fn serve(self: &Arc<Self>, receiver: &mut Receiver, input: &[u8]) -> usize {
        let (used, gathered) = self.serve_each(receiver, input);
        if gathered {
            self.gathers.store(false, Ordering::Relaxed);
            let mut state = self.state();
            if state.has_gathered {
                self.flush(&mut state);
            }
        }
        used
    }

    /// As [`serve`](Self::serve). A peer with several requests under way has them answered with one
    /// call of the system, as far as they came with one: true if something may wait for that.
    fn serve_each(self: &Arc<Self>, receiver: &mut Receiver, input: &[u8]) -> (usize, bool) {
        let mut used = 0;
        let mut gathered = false;
        while let Some(left @ [_, ..]) = input.get(used..) {
            let served = match receiver.framer.next(left) {
                Ok(None) => break,
                Ok(Some(frame)) => {
                    used += frame.len();
                    receiver.looked_at = 0;
                    let behind = input.get(used..).unwrap_or_default();
                    let gathers = frame.pdu_type() == PduType::DataTf && begins_with_data(behind);
                    if gathers || gathered {
                        self.gathers.store(gathers, Ordering::Relaxed);
                        gathered = true;
                    }
                    self.frame(receiver, &frame)
                }
                Err(PduError::UnrecognizedPdu { .. }) if !self.link.is_secure() && is_tls(left) => {
                    self.break_off_tls(receiver);
                    Ok(())
                }
                Err(error) => Err(error.into()),
            };
            if let Err(broken) = served {
                self.break_off(receiver, &broken);
            }
            self.deliver_new();
            if receiver.discarded.is_some() || !self.glance().is_open() {
                return (input.len(), gathered);
            }
        }
        (used, gathered)
    }

    /// Looks at what has come of a P-DATA-TF that is not whole yet. One that cannot be right is
    /// answered now: its sender may never send the rest, and no timer runs in Sta6.
    fn look_ahead(self: &Arc<Self>, receiver: &mut Receiver) {
        if let Err(broken) = self.check_partial(receiver) {
            self.break_off(receiver, &broken);
            self.deliver();
        }
    }

    fn check_partial(&self, receiver: &mut Receiver) -> Result<(), Broken> {
        // The reader of PDVs is free until the PDU is whole, when it begins again.
        let Receiver { partial, pdvs, looked_at, .. } = receiver;
        let (Some(&DATA_TF), Some(length)) = (partial.first(), crate::pdu::body_length(partial)) else {
            return Ok(());
        };
        let state = self.state();
        if !state.takes_messages() {
            return Ok(());
        }
        if *looked_at == 0 {
            pdvs.begin(length)?;
            *looked_at = HEADER_BYTES;
        }
        let mut input = partial.get(*looked_at..).unwrap_or_default();
        *looked_at = partial.len();
        while let Some(piece) = pdvs.next(&mut input)? {
            check_accepted(state.association.accepted_contexts(), piece.presentation_context_id)?;
        }
        Ok(())
    }

    /// Answers a broken stream; what still comes is thrown away.
    fn break_off(self: &Arc<Self>, receiver: &mut Receiver, broken: &Broken) {
        tracing::warn!(net = self.net.id(), peer = %self.peer, why = broken.why, "the peer broke the protocol");
        receiver.discarded = Some(0);
        receiver.incoming = None;
        let mut state = self.state();
        state.association.handle_protocol_error(broken.reason, clock::now());
        self.carry_out(&mut state);
    }

    /// As [`break_off`](Self::break_off), of a peer that takes this side for one with TLS: its user is told.
    fn break_off_tls(self: &Arc<Self>, receiver: &mut Receiver) {
        let why = "it speaks TLS, and this side does not";
        self.break_off(receiver, &Broken { reason: UNRECOGNIZED_PDU, why: why.into() });
        self.end_for_user(&mut self.state(), Code::BadSecureMode);
    }

    fn frame(self: &Arc<Self>, receiver: &mut Receiver, frame: &Frame<'_>) -> Result<(), Broken> {
        let pdu_type = frame.pdu_type();
        if self.net.debug_mode() & DEBUG_SHOW_RECEIVED != 0 {
            tracing::info!(net = self.net.id(), peer = %self.peer, %pdu_type, bytes = frame.len(), "received");
        }
        self.call_hook(|hooks, net| hooks.on_receive(net, Code::Success, pdu_type as u8, frame.bytes()));
        if !self.glance().is_open() {
            return Ok(());
        }
        match frame {
            Frame::Whole { pdu_type: PduType::DataTf, bytes } => self.data(receiver, bytes, true),
            Frame::Piece { bytes, first, .. } => self.data(receiver, bytes, *first),
            Frame::Whole { pdu_type, bytes } => {
                let mut state = self.state();
                let received = state.association.handle_pdu(*pdu_type, bytes, clock::now());
                tracing::trace!(net = self.net.id(), ?pdu_type, ?received, "received");
                if !awaits_answer(state.association.state()) {
                    state.response_due = None;
                }
                if *pdu_type == PduType::AssociateAc {
                    self.open_window(&mut state);
                }
                self.carry_out(&mut state);
                Ok(())
            }
        }
    }

    /// A P-DATA-TF, or a piece of one.
    fn data(self: &Arc<Self>, receiver: &mut Receiver, bytes: &[u8], first: bool) -> Result<(), Broken> {
        let mut body = bytes;
        if first {
            receiver.skips_data = !self.takes_data(bytes);
            if !receiver.skips_data {
                receiver.pdvs.begin(crate::pdu::body_length(bytes).unwrap_or(0))?;
            }
            body = bytes.get(HEADER_BYTES..).unwrap_or_default();
        }
        if receiver.skips_data {
            return Ok(());
        }
        while let Some(piece) = receiver.pdvs.next(&mut body)? {
            self.piece(receiver, piece)?;
            self.deliver_new();
            if !self.glance().is_open() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Is this P-DATA-TF for the user (PS3.8 Table 9-10, Evt10)?
    fn takes_data(&self, bytes: &[u8]) -> bool {
        // DT-2 and AR-6 change nothing: where they are all that can happen, nothing is asked.
        if self.glance().takes_messages() {
            return true;
        }
        let mut state = self.state();
        let received = state.association.handle_pdu(PduType::DataTf, bytes, clock::now());
        self.carry_out(&mut state);
        received == Received::Data
    }

    fn piece(self: &Arc<Self>, receiver: &mut Receiver, piece: PdvPiece<'_>) -> Result<(), Broken> {
        // A hook may have aborted between two messages of one PDU.
        if !self.glance().takes_messages() {
            return Ok(());
        }
        let contexts = self.contexts.get();
        let accepted = contexts.map_or_else(AcceptedContexts::default, |contexts| contexts.accepted);
        check_accepted(accepted, piece.presentation_context_id)?;
        match receiver.assembler.push(piece)? {
            Step::More => {}
            Step::Command { presentation_context_id, command, has_data_set } => {
                let negotiated = contexts.map(|contexts| &*contexts.negotiated);
                if has_data_set {
                    let incoming = self.begin_incoming(presentation_context_id, command, negotiated);
                    receiver.incoming = Some(Box::new(incoming));
                } else {
                    let transfer_syntax = incoming::transfer_syntax_of(negotiated, presentation_context_id);
                    self.message(&message_of(presentation_context_id, command, None, transfer_syntax));
                }
            }
            Step::Data { bytes, is_last } => {
                if let Some(incoming) = &mut receiver.incoming {
                    incoming.add(bytes, &self.settings);
                }
                if is_last && let Some(incoming) = receiver.incoming.take() {
                    self.complete(*incoming);
                }
            }
        }
        Ok(())
    }

    /// A message is complete whose data set was kept, or was not.
    fn complete(self: &Arc<Self>, incoming: Incoming) {
        let (presentation_context_id, command, transfer_syntax, kept) = incoming.finish(&self.settings);
        match kept {
            Ok(data_set) => {
                self.message(&message_of(presentation_context_id, command, data_set, transfer_syntax));
            }
            Err(refusal) => self.refuse(presentation_context_id, &command, &refusal),
        }
    }

    /// A message is complete.
    fn message(self: &Arc<Self>, message: &Message) {
        let command_field = message.command.command_field().unwrap_or(0);
        if command_field & command_field::RESPONSE != 0 {
            let mut state = self.state();
            if state.window.answered(&message.command) {
                self.send_waiting(&mut state);
            }
        }
        self.request.begin(request_of(message.presentation_context_id, &message.command));
        self.call_hook(|hooks, net| hooks.on_data(net, message));
        // That hook may have ended the association, by its own doing or by failing.
        if !self.glance().takes_messages() {
            return;
        }
        let by_default = self.call_hook(|hooks, net| hooks.on_message(net, message));
        let unanswered = self.request.end();
        if by_default && unanswered {
            self.answer_message(message, dimse::default_status(&message.command, message.fault.as_ref()));
        }
    }

    /// The library's own answer to a request.
    fn answer_message(self: &Arc<Self>, message: &Message, status: u16) {
        if let Some(response) = dimse::response_to(&message.command, status) {
            self.log_unsent(self.send_command(message.presentation_context_id, response, None));
        }
    }

    /// A data set was not kept: a request is told so, and a response, which nobody could be told
    /// of, ends the association.
    fn refuse(self: &Arc<Self>, presentation_context_id: u8, command: &CommandSet, refusal: &Refusal) {
        let Refusal { status, why } = refusal;
        tracing::warn!(net = self.net.id(), peer = %self.peer, status = format_args!("{status:04X}"), why, "a data set was not kept");
        match dimse::response_to(command, *status) {
            Some(response) => self.log_unsent(self.send_command(presentation_context_id, response, None)),
            None => self.log_unsent(self.abort(Abort { source: 0, reason: 0 })),
        }
    }

    /// Calls a hook in the name of this connection. True if it asked for the library's
    /// own answer. One that fails ends the association.
    pub(super) fn call_hook(
        self: &Arc<Self>,
        hook: impl FnOnce(&dyn hooks::Hooks, &crate::engine::net::Net),
    ) -> bool {
        if self.net.is_stale() {
            return false;
        }
        let outcome = hooks::call(&self.net, |hooks| hook(hooks, &self.net));
        if outcome.returned.is_none() {
            self.abort_for_failed_hook();
        }
        outcome.answer_by_default
    }
}

/// `DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO`.
const DEBUG_SHOW_RECEIVED: u32 = 2;

/// PS3.8 Table 9-26.
const UNRECOGNIZED_PDU: u8 = 1;
const INVALID_PARAMETER_VALUE: u8 = 6;

const DATA_TF: u8 = PduType::DataTf as u8;

/// Does a record of TLS begin here: a handshake or an alert, of a version 3 (RFC 8446 5.1)? No type of PDU is
/// such a number, and an error of its first byte alone is told as it is.
fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 3, ..])
}

/// Is there a whole P-DATA-TF?
fn begins_with_data(bytes: &[u8]) -> bool {
    let (Some(&DATA_TF), Some(length)) = (bytes.first(), crate::pdu::body_length(bytes)) else {
        return false;
    };
    bytes.len() as u64 >= HEADER_BYTES as u64 + u64::from(length)
}

fn check_accepted(accepted: AcceptedContexts, presentation_context_id: u8) -> Result<(), Broken> {
    if accepted.contains(presentation_context_id) {
        return Ok(());
    }
    let why = format!("presentation context {presentation_context_id} was not accepted");
    Err(Broken { reason: INVALID_PARAMETER_VALUE, why })
}

/// Does an association's or release's requestor wait for its peer's answer? In Sta9 it is the peer that waits.
fn awaits_answer(state: UlState) -> bool {
    matches!(state, UlState::Sta5 | UlState::Sta7 | UlState::Sta10 | UlState::Sta11)
}

/// What the end of the stream means: an association, or its request, that the peer left
/// unfinished is broken by it; before one and after one it is in order.
fn code_of_end(state: UlState) -> Code {
    match state {
        UlState::Sta1 | UlState::Sta2 | UlState::Sta13 => Code::Success,
        _ => Code::NetConnectionReset,
    }
}

impl State {
    /// Bytes that wait to be sent, those that wait for the window among them.
    pub(super) fn queued_bytes(&self) -> u64 {
        self.out.len() + self.window.waiting_bytes() as u64
    }

    /// May a message be sent now (PS3.8 Table 9-10, Evt9)?
    pub(super) fn sends_messages(&self) -> bool {
        self.phase == Phase::Open
            && self.send_failed.is_none()
            && matches!(self.association.state(), UlState::Sta6 | UlState::Sta8)
    }

    /// Does a message that comes now have a taker (PS3.8 Table 9-10, Evt10)?
    pub(super) fn takes_messages(&self) -> bool {
        self.phase == Phase::Open && matches!(self.association.state(), UlState::Sta6 | UlState::Sta7)
    }
}

/// What must be answered: requests, but for C-CANCEL, which has no answer (PS3.7 9.3.2.3).
fn request_of(presentation_context_id: u8, command: &CommandSet) -> Option<(u8, u16)> {
    let field = command.command_field()?;
    if field & command_field::RESPONSE != 0 || field == command_field::C_CANCEL_RQ {
        return None;
    }
    // One without a message ID is answered as if that were 0.
    Some((presentation_context_id, command.message_id().unwrap_or(0)))
}

fn message_of(
    presentation_context_id: u8,
    command: CommandSet,
    data_set: Option<Content>,
    transfer_syntax: Uid,
) -> Message {
    let fault = dimse::check_message(&command).err();
    Message { presentation_context_id, command, data_set, transfer_syntax, fault }
}
