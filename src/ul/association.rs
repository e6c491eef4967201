//! [`Association`]: one end of an association, from the transport connection's opening to its close.
//!
//! PS3.8 9.2. This file turns what happened into an event of Table 9-10 with what belongs to it;
//! `actions.rs` carries the action out. It must do no I/O, read no clock, and hold no data of messages.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::actions::With;
use super::error::{DataError, RequestError, StateError};
use super::negotiation::{self, AcceptedContexts};
use super::primitives::{Config, Indication, Output, Received, Role};
use super::table::{Action, Event, State, transition};
use crate::pdu::{
    Abort, Associate, AssociateForm, HEADER_BYTES, PduError, PduType, Rejection, decode_abort, decode_reject,
    decode_release, encode_reject,
};

/// Source of an A-ABORT: the service-user (PS3.8 Table 9-26).
const SERVICE_USER: u8 = 0;
/// Source of an A-ABORT: the service-provider.
const SERVICE_PROVIDER: u8 = 2;

/// AA-1 where no user asked for it: "service-user source", whose reason is always 0 (PS3.8 Table 9-26).
const ABORT_AA1: Abort = Abort { source: SERVICE_USER, reason: 0 };
/// AA-7 and AA-8 over a PDU that the state does not allow: unexpected PDU.
const ABORT_UNEXPECTED_PDU: Abort = Abort { source: SERVICE_PROVIDER, reason: 2 };
/// AA-4: the A-P-ABORT indication over a lost transport connection: reason not specified.
const ABORT_TRANSPORT_LOST: Abort = Abort { source: SERVICE_PROVIDER, reason: 0 };

/// What we send at most to a peer whose A-ASSOCIATE has no maximum length, which PS3.8 D.1 wants it to have.
/// 16 KiB is what stacks in the field offer by default, and no peer may mind short PDUs.
const MAXIMUM_LENGTH_OF_SILENT_PEER: u32 = 16_384;

/// Bytes of a P-DATA-TF's body that hold the least PDV: its length, its context's ID, its message control
/// header and one byte (PS3.8 9.3.5, Annex E).
const LEAST_MAXIMUM_LENGTH: u32 = 7;

/// Bytes of an A-ASSOCIATE-RQ that the A-ASSOCIATE-AC gives back: called and calling AE title and 32 reserved
/// bytes (PS3.8 Table 9-17, bytes 11 to 74).
pub(super) const ECHO: std::ops::Range<usize> = 10..74;

/// One Upper Layer endpoint. The module's documentation has the order of calls.
///
/// Small when idle: outputs own memory only until they are polled, and the request is dropped when
/// its answer is there.
#[derive(Debug)]
pub struct Association {
    pub(super) role: Role,
    pub(super) state: State,
    pub(super) transport: Transport,
    pub(super) config: Config,
    /// When ARTIM expires. Invariant: `None` outside Sta2 and Sta13.
    pub(super) artim: Option<Instant>,
    pub(super) outputs: VecDeque<Output>,
    /// The A-ASSOCIATE-RQ. Invariant: `Some` in Sta3, Sta4 and Sta5 only.
    pub(super) requested: Option<Arc<Associate>>,
    pub(super) held: Held,
    negotiated: Option<Arc<Associate>>,
    accepted: AcceptedContexts,
    peer_maximum_length: u32,
    local_maximum_length: u32,
    /// The user answered the release before Table 9-10 lets the answer go. Only ever set in Sta10.
    pub(super) release_response_waits: bool,
    /// AA-7 sent its A-ABORT. Only ever set in Sta13.
    pub(super) aa7_sent: bool,
}

/// The transport connection as far as this endpoint knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// There is none.
    None,
    /// AE-1 asked for it.
    Opening,
    /// It is there.
    Open,
    /// We asked for its end.
    Closing,
}

/// Bytes kept from one event to a later one.
#[derive(Debug)]
pub(super) enum Held {
    Nothing,
    /// In Sta4: the A-ASSOCIATE-RQ to send when the transport connection is there.
    Request(Vec<u8>),
    /// In Sta3: the bytes at [`ECHO`].
    Echo(Box<[u8]>),
}

impl Association {
    /// An endpoint in Sta1, without a transport connection.
    pub fn new(role: Role, config: Config) -> Self {
        Self {
            role,
            state: State::Sta1,
            transport: Transport::None,
            artim: None,
            outputs: VecDeque::new(),
            requested: None,
            held: Held::Nothing,
            negotiated: None,
            accepted: AcceptedContexts::default(),
            peer_maximum_length: 0,
            local_maximum_length: config.maximum_length,
            release_response_waits: false,
            aa7_sent: false,
            config,
        }
    }

    // From the network and the clock.

    /// The transport connection is open.
    ///
    /// An acceptor's is Evt5: Sta2, and ARTIM runs. A requestor in Sta4 sends its A-ASSOCIATE-RQ (Evt2). A requestor
    /// in Sta1 stays there until [`associate_request`](Self::associate_request): connecting and
    /// associating are two steps for the user, which PS3.8 takes in one.
    pub fn handle_transport_open(&mut self, now: Instant) {
        match (self.state, self.role, self.transport) {
            (State::Sta1, Role::Acceptor, Transport::None) => {
                self.transport = Transport::Open;
                self.run(Event::Evt5, With::Nothing, now);
            }
            (State::Sta1, Role::Requestor, Transport::None) => self.transport = Transport::Open,
            (State::Sta4, ..) => {
                self.transport = Transport::Open;
                self.send_held_request(now);
            }
            _ => {}
        }
    }

    /// The transport connection is gone, or could not be opened, whoever the cause (Evt17).
    ///
    /// Call it too when an [`Output::CloseTransport`] has been carried out. A second call does nothing.
    pub fn handle_transport_closed(&mut self, now: Instant) {
        if self.transport == Transport::None {
            return;
        }
        self.transport = Transport::None;
        let lost = With::Indication(Indication::ProviderAbort(ABORT_TRANSPORT_LOST));
        self.run(Event::Evt17, lost, now);
        self.outputs.push_back(Output::Indicate(Indication::TransportClosed));
    }

    /// ARTIM expired, if it did (Evt18); nothing otherwise, so that a late or stale wake-up does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.artim.is_some_and(|due| due <= now) {
            self.run(Event::Evt18, With::Nothing, now);
        }
    }

    /// A PDU arrived. `bytes` is all of it, header included; of a P-DATA-TF only the type is looked at, and it is
    /// reported once, when it begins.
    ///
    /// A PDU whose content counts and cannot be read is Evt19.
    pub fn handle_pdu(&mut self, pdu_type: PduType, bytes: &[u8], now: Instant) -> Received {
        if self.is_idle_requestor() {
            return self.pdu_before_request(pdu_type, now);
        }
        let event = match pdu_type {
            PduType::AssociateAc => Event::Evt3,
            PduType::AssociateRj => Event::Evt4,
            PduType::AssociateRq => Event::Evt6,
            PduType::DataTf => Event::Evt10,
            PduType::ReleaseRq => Event::Evt12,
            PduType::ReleaseRp => Event::Evt13,
            PduType::Abort => Event::Evt16,
        };
        let Some(cell) = transition(self.state, event) else {
            return Received::Ignored;
        };
        let body = bytes.get(HEADER_BYTES..).unwrap_or_default();
        // The content is read only where the action needs it: in Sta13 nothing a peer sends costs anything.
        let with = match cell.action {
            Action::DT2 | Action::AR6 => {
                self.run(event, With::Nothing, now);
                return Received::Data;
            }
            Action::AA6 => return Received::Ignored,
            Action::AE3 => self.receive_accept(body),
            Action::AE4 => {
                decode_reject(body).map(|rejection| With::Indication(Indication::AssociateReject(rejection)))
            }
            Action::AE6 => self.receive_request(bytes, body),
            Action::AR2 | Action::AR3 | Action::AR8 | Action::AR10 => {
                decode_release(body).map(|()| With::Nothing)
            }
            Action::AA3 => decode_abort(body).map(|abort| With::Indication(Indication::Abort(abort))),
            Action::AA1 => Ok(With::Abort(ABORT_AA1)),
            Action::AA7 if self.aa7_sent => return Received::Ignored,
            Action::AA7 | Action::AA8 => Ok(With::Abort(ABORT_UNEXPECTED_PDU)),
            _ => Ok(With::Nothing),
        };
        match with {
            Ok(with) => self.run(event, with, now),
            Err(error) => self.handle_invalid_pdu(&error, now),
        }
        Received::Done
    }

    /// Bytes arrived that are no PDU, or a PDU whose content is not valid (Evt19): the framing or the reading of PDVs
    /// found it. An A-ABORT by the provider carries the error's reason.
    pub fn handle_invalid_pdu(&mut self, error: &PduError, now: Instant) {
        self.handle_protocol_error(error.abort_reason(), now);
    }

    /// As [`handle_invalid_pdu`](Self::handle_invalid_pdu), for layers with errors of their own, such as the assembly of
    /// messages. `reason` is one of PS3.8 Table 9-26.
    pub fn handle_protocol_error(&mut self, reason: u8, now: Instant) {
        let abort = Abort { source: SERVICE_PROVIDER, reason };
        if self.is_idle_requestor() {
            return self.perform(Action::AA8, With::Abort(abort), now);
        }
        match transition(self.state, Event::Evt19).map(|cell| cell.action) {
            Some(Action::AA1) => self.run(Event::Evt19, With::Abort(ABORT_AA1), now),
            Some(Action::AA7) if self.aa7_sent => {}
            _ => self.run(Event::Evt19, With::Abort(abort), now),
        }
    }

    // Commands of the user.

    /// A-ASSOCIATE request (Evt1). The object is copied; a missing maximum length, implementation class UID and version
    /// name are filled in from the [`Config`].
    ///
    /// With a transport connection the A-ASSOCIATE-RQ goes out at once: Sta5. Without one it is kept, Sta4, and the
    /// driver, who knows where to, has to open one: AE-1 has no [`Output`].
    ///
    /// # Errors
    /// [`RequestError::State`] for an acceptor and outside Sta1; [`RequestError::Form`] for an accept-form object;
    /// [`RequestError::NoPresentationContext`] and [`RequestError::PresentationContext`] for contexts that PS3.8
    /// 9.3.2.2 forbids; [`RequestError::Encoding`] for what does not fit into a PDU.
    pub fn associate_request(&mut self, request: &Associate, now: Instant) -> Result<(), RequestError> {
        self.check(Event::Evt1)?;
        let request = negotiation::complete_request(request, &self.config)?;
        self.held = Held::Request(request.encode()?);
        self.begin(request);
        self.run(Event::Evt1, With::Nothing, now);
        if self.transport == Transport::Open {
            self.send_held_request(now);
        } else {
            self.transport = Transport::Opening;
        }
        Ok(())
    }

    /// A-ASSOCIATE response, accept (Evt7, Sta3). The object is copied.
    ///
    /// Contexts that it leaves out are answered with result 2 (no reason, provider rejection). AE titles and reserved
    /// bytes are sent as they were received, as PS3.8 Table 9-17 wants it.
    ///
    /// # Errors
    /// [`RequestError::State`] outside Sta3; [`RequestError::Form`] for a request-form object;
    /// [`RequestError::PresentationContext`] for a context that was not proposed, that comes twice, that has a result
    /// above 4, or that is accepted without one of the proposed transfer syntaxes; [`RequestError::Encoding`].
    pub fn associate_accept(&mut self, accept: &Associate, now: Instant) -> Result<(), RequestError> {
        self.check(Event::Evt7)?;
        let Some(requested) = self.requested.clone() else {
            return Err(self.refusal(Event::Evt7).into());
        };
        let accept = negotiation::complete_accept(accept, &requested, &self.config)?;
        let mut bytes = accept.encode()?;
        if let (Held::Echo(echo), Some(field)) = (&self.held, bytes.get_mut(ECHO)) {
            for (to, from) in field.iter_mut().zip(echo.iter()) {
                *to = *from;
            }
        }
        self.local_maximum_length = own_maximum_length(&accept, &self.config);
        self.establish(accept, requested.maximum_length);
        self.run(Event::Evt7, With::Pdu(PduType::AssociateAc, bytes), now);
        Ok(())
    }

    /// A-ASSOCIATE response, reject (Evt8, Sta3).
    ///
    /// # Errors
    /// [`RequestError::State`] outside Sta3; [`RequestError::Rejection`] for numbers that are no row of PS3.8
    /// Table 9-21.
    pub fn associate_reject(&mut self, rejection: Rejection, now: Instant) -> Result<(), RequestError> {
        self.check(Event::Evt8)?;
        if !negotiation::is_rejection(rejection) {
            return Err(RequestError::Rejection {
                result: rejection.result,
                source_number: rejection.source,
                reason: rejection.reason,
            });
        }
        let bytes = encode_reject(rejection).to_vec();
        self.run(Event::Evt8, With::Pdu(PduType::AssociateRj, bytes), now);
        Ok(())
    }

    /// A-RELEASE request (Evt11, Sta6).
    ///
    /// # Errors
    /// The state is not Sta6.
    pub fn release_request(&mut self, now: Instant) -> Result<(), StateError> {
        self.check(Event::Evt11)?;
        self.run(Event::Evt11, With::Nothing, now);
        Ok(())
    }

    /// A-RELEASE response (Evt14, Sta8, Sta9, Sta12).
    ///
    /// In Sta10, the acceptor's side of a release collision, the response has to wait for the peer's own. The user cannot
    /// tell this indication from any other, and answers it when it comes; so the answer is taken once, and goes
    /// out as soon as Sta12 allows it.
    ///
    /// # Errors
    /// The state is none of these, or the answer was given.
    pub fn release_response(&mut self, now: Instant) -> Result<(), StateError> {
        if self.state == State::Sta10 && !self.release_response_waits {
            self.release_response_waits = true;
            return Ok(());
        }
        self.check(Event::Evt14)?;
        self.run(Event::Evt14, With::Nothing, now);
        Ok(())
    }

    /// A-ABORT request (Evt15, Sta3 to Sta12). In Sta4, where nothing can be sent, it ends the opening.
    ///
    /// With source 0 the reason goes out as 0, whatever it was: PS3.8 Table 9-26 gives it no meaning.
    ///
    /// # Errors
    /// [`RequestError::State`] in Sta1, Sta2 and Sta13; [`RequestError::Abort`] unless the source is 0, or 2 with
    /// reason 0, 1, 2, 4, 5 or 6 (PS3.8 Table 9-26).
    pub fn abort(&mut self, abort: Abort, now: Instant) -> Result<(), RequestError> {
        self.check(Event::Evt15)?;
        let abort = match (abort.source, abort.reason) {
            (SERVICE_USER, _) => ABORT_AA1,
            (SERVICE_PROVIDER, 0..=2 | 4..=6) => abort,
            (source_number, reason) => {
                return Err(RequestError::Abort { source_number, reason });
            }
        };
        self.run(Event::Evt15, With::Abort(abort), now);
        Ok(())
    }

    /// May a P-DATA-TF go out on this presentation context now (Evt9: DT-1, AR-7)?
    ///
    /// Gives the peer's maximum length: how many bytes may follow the header of each P-DATA-TF, 0 for any number. It is
    /// 16384 for a peer that gave none.
    ///
    /// # Errors
    /// [`DataError::State`] outside Sta6 and Sta8; [`DataError::NotAccepted`]; and
    /// [`DataError::PeerMaximumLengthTooSmall`] when it is 1 to 6, which no PDV fits into.
    pub fn check_data(&self, presentation_context_id: u8) -> Result<u32, DataError> {
        if transition(self.state, Event::Evt9).is_none() {
            return Err(self.refusal(Event::Evt9).into());
        }
        if !self.is_accepted(presentation_context_id) {
            return Err(DataError::NotAccepted { presentation_context_id });
        }
        match self.peer_maximum_length {
            maximum_length @ 1..LEAST_MAXIMUM_LENGTH => {
                Err(DataError::PeerMaximumLengthTooSmall { maximum_length })
            }
            maximum_length => Ok(maximum_length),
        }
    }

    // What to do next.

    /// The next thing to do, `None` when all is done.
    pub fn poll_output(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front();
        if output.is_none() {
            // An association is silent for most of its life, and then owns no queue.
            self.outputs = VecDeque::new();
        }
        output
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due; `None`: never, as things are.
    pub fn timeout(&self) -> Option<Instant> {
        self.artim
    }

    // Getters.

    /// The state of PS3.8 9.2.1.
    pub fn state(&self) -> State {
        self.state
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Is there an association that P-DATA may be sent on? Sta6, and Sta8, where answers may still go out before
    /// the release is answered.
    pub fn is_associated(&self) -> bool {
        transition(self.state, Event::Evt9).is_some()
    }

    /// The A-ASSOCIATE-RQ, sent or received, until its answer is there (Sta3, Sta4, Sta5).
    pub fn requested(&self) -> Option<&Arc<Associate>> {
        self.requested.as_ref()
    }

    /// The answer, with abstract syntaxes and AE titles of the request. It stays after the association's
    /// end until the next one is requested.
    pub fn negotiated(&self) -> Option<&Arc<Associate>> {
        self.negotiated.as_ref()
    }

    /// Was this presentation context accepted?
    pub fn is_accepted(&self, presentation_context_id: u8) -> bool {
        self.accepted.contains(presentation_context_id)
    }

    /// The presentation contexts that were accepted; none before there is an association.
    pub fn accepted_contexts(&self) -> AcceptedContexts {
        self.accepted
    }

    /// The maximum length of P-DATA-TFs that we advertised, or will: bytes after the header, 0 for any number.
    pub fn local_maximum_length(&self) -> u32 {
        self.local_maximum_length
    }

    // Inside.

    /// Is this a requestor that is connected and has not asked for an association yet? PS3.8 knows no such state.
    fn is_idle_requestor(&self) -> bool {
        self.state == State::Sta1 && self.role == Role::Requestor && self.transport == Transport::Open
    }

    /// A PDU that comes before our A-ASSOCIATE-RQ, which Table 9-10 does not provide for. An A-ABORT ends it as in
    /// Sta2 (AA-2); anything else is as unexpected as it would be in Sta5 (AA-8).
    fn pdu_before_request(&mut self, pdu_type: PduType, now: Instant) -> Received {
        match pdu_type {
            PduType::Abort => self.perform(Action::AA2, With::Nothing, now),
            _ => self.perform(Action::AA8, With::Abort(ABORT_UNEXPECTED_PDU), now),
        }
        Received::Done
    }

    /// AE-2, with the A-ASSOCIATE-RQ that waited for the transport connection.
    fn send_held_request(&mut self, now: Instant) {
        if let Held::Request(bytes) = std::mem::replace(&mut self.held, Held::Nothing) {
            self.run(Event::Evt2, With::Pdu(PduType::AssociateRq, bytes), now);
        }
    }

    /// What AE-6 does with an A-ASSOCIATE-RQ: to the user, or rejected.
    fn receive_request(&mut self, bytes: &[u8], body: &[u8]) -> Result<With, PduError> {
        let request = Associate::decode(AssociateForm::Request, body)?;
        if let Err(rejection) = negotiation::check_request(&request) {
            let bytes = encode_reject(rejection).to_vec();
            return Ok(With::Pdu(PduType::AssociateRj, bytes));
        }
        let request = self.begin(request);
        self.held = Held::Echo(bytes.get(ECHO).unwrap_or_default().into());
        Ok(With::Indication(Indication::AssociateRequest(request)))
    }

    /// What AE-3 does with an A-ASSOCIATE-AC.
    fn receive_accept(&mut self, body: &[u8]) -> Result<With, PduError> {
        let accept = Associate::decode(AssociateForm::Accept, body)?;
        let accept = match &self.requested {
            Some(request) => negotiation::merge_accept(accept, request)?,
            None => accept,
        };
        let maximum_length = accept.maximum_length;
        let negotiated = self.establish(accept, maximum_length);
        Ok(With::Indication(Indication::AssociateAccept(negotiated)))
    }

    /// A new association is asked for; what is left of an earlier one goes.
    fn begin(&mut self, request: Associate) -> Arc<Associate> {
        self.negotiated = None;
        self.accepted = AcceptedContexts::default();
        self.local_maximum_length = match self.role {
            Role::Requestor => own_maximum_length(&request, &self.config),
            Role::Acceptor => self.config.maximum_length,
        };
        let request = Arc::new(request);
        self.requested = Some(Arc::clone(&request));
        request
    }

    /// The association is accepted: what data transfer looks at.
    fn establish(&mut self, negotiated: Associate, peer_maximum_length: Option<u32>) -> Arc<Associate> {
        self.accepted = AcceptedContexts::of(&negotiated);
        self.peer_maximum_length = peer_maximum_length.unwrap_or(MAXIMUM_LENGTH_OF_SILENT_PEER);
        let negotiated = Arc::new(negotiated);
        self.negotiated = Some(Arc::clone(&negotiated));
        negotiated
    }

    /// Does Table 9-10 have an action for this command, and is it for this side?
    fn check(&self, command: Event) -> Result<(), StateError> {
        let in_table = transition(self.state, command).is_some();
        // Sta1 is the start of both sides; its Evt1 is the requestor's, and needs a connection that is not ending.
        let may_request = command != Event::Evt1
            || (self.role == Role::Requestor && matches!(self.transport, Transport::None | Transport::Open));
        if in_table && may_request { Ok(()) } else { Err(self.refusal(command)) }
    }

    fn refusal(&self, command: Event) -> StateError {
        StateError { state: self.state, command }
    }
}

/// What an A-ASSOCIATE of ours advertises; the user's object was completed, so the second case does not occur.
fn own_maximum_length(own: &Associate, config: &Config) -> u32 {
    own.maximum_length.unwrap_or(config.maximum_length)
}
