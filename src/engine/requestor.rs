//! [`Requestor`]: an association for programs that ask and wait. It stands on [`Net`] and its hooks alone.

use super::hooks::{Hooks, Message};
use super::net::Net;
use crate::dataset::Content;
use crate::dimse::{self, CommandSet, StatusClass, command_field};
use crate::error::{Code, Error};
use crate::net::address::IpType;
use crate::net::clock;
use crate::pdu::{Abort, Associate, Rejection, Uid};
use std::cell::Cell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// An association-requestor (PS3.8) whose every call waits for its outcome: one request after the other, on the
/// thread that asks.
///
/// Requests of the peer, as those of a C-GET, are answered as the library does by itself; whoever serves them
/// implements [`Hooks`] and uses [`Net`]. Dropping a requestor aborts an association that was not released.
pub struct Requestor {
    net: Net,
    told: Receiver<(u32, Told)>,
    timeout: Duration,
    /// The life of `net` that is waited for.
    generation: Cell<u32>,
    last_message_id: Cell<u16>,
}

/// What a hook was told, of what is waited for.
enum Told {
    Accepted,
    Rejected(Rejection),
    Message(Box<Message>),
    Released,
    Aborted(Abort),
    Closed(Code),
}

impl Requestor {
    /// One that is not connected, and waits at most this long for each outcome: of connecting, of an
    /// association or release requested, and for each response.
    pub fn new(timeout: Duration) -> Self {
        let (teller, told) = channel();
        let net = Net::new(Arc::new(Teller(Mutex::new(teller))));
        let generation = Cell::new(net.generation());
        Self { net, told, timeout, generation, last_message_id: Cell::new(0) }
    }

    /// The object under it, for its settings, and for what else can be asked or sent. Its hooks must run on the
    /// library's threads, as they do unless set otherwise.
    pub fn net(&self) -> &Net {
        &self.net
    }

    /// Connects to a peer from any local address, and associates; gives what was negotiated.
    ///
    /// # Errors
    ///
    /// Those of [`Net::connect_wait`], of the TLS handshake and of [`Net::associate_request`];
    /// `NetConnectionRefused` for an association that was rejected, with the reason in words;
    /// `NetConnectionAborted` for one that was aborted; `NetTimeOut`. The connection is closed then.
    pub fn associate(
        &self,
        peer_host: &[u8],
        peer_port: u32,
        ip: IpType,
        request: &Associate,
    ) -> Result<Arc<Associate>, Error> {
        self.net.connect_wait(b"", 0, peer_host, peer_port, ip, Some(self.timeout))?;
        self.generation.set(self.net.current_generation());
        let outcome = self.negotiate(request);
        if outcome.is_err() {
            self.net.close();
        }
        outcome
    }

    fn negotiate(&self, request: &Associate) -> Result<Arc<Associate>, Error> {
        match self.net.associate_request(request) {
            // It has ended already, and why is still to be told: a TLS handshake that failed, say.
            Err(error) if error.code() == Code::NetNotConnected => {}
            outcome => outcome?,
        }
        self.wait_for("the association", |told| match told {
            Told::Accepted => Some(Ok(())),
            Told::Rejected(rejection) => {
                Some(Err(Error::new(Code::NetConnectionRefused, format!("association {rejection}"))))
            }
            _ => None,
        })?;
        self.net.negotiated().ok_or_else(|| Error::of(Code::NetNotConnected))
    }

    /// Sends a request that has a [message ID](Self::message_id), and waits for its final response. Responses that say
    /// that more follow (PS3.7 9.1.2.2) go to `pending`, which may also send a C-CANCEL.
    ///
    /// # Errors
    ///
    /// Those of [`Net::send_command`]; `Parameter` for a command set without a message ID, and for one that
    /// announces a data set without one, or the reverse; `NetTimeOut`;
    /// `NetConnectionAborted` and others for an association that has ended.
    pub fn exchange(
        &self,
        presentation_context_id: u8,
        request: CommandSet,
        data_set: Option<Content>,
        mut pending: impl FnMut(Message),
    ) -> Result<Message, Error> {
        let Some(message_id) = request.message_id() else {
            return Err(Error::new(Code::Parameter, "a request without a message ID"));
        };
        // The peer would wait for what does not come, or abort at what nobody announced.
        if request.has_data_set() != data_set.is_some() {
            let why = "the Command Data Set Type (0000,0800) says otherwise than the data set";
            return Err(Error::new(Code::Parameter, why));
        }
        self.net.send_command(presentation_context_id, request, data_set)?;
        loop {
            let response = self.wait_for("a response", |told| match told {
                // One that came after its time was over is passed over.
                Told::Message(it) if it.command.message_id_being_responded_to() == Some(message_id) => {
                    Some(Ok(*it))
                }
                _ => None,
            })?;
            match response.command.status().map(StatusClass::of) {
                Some(StatusClass::Pending) => pending(response),
                _ => return Ok(response),
            }
        }
    }

    /// A message ID for the next request: each time another one, until all were used.
    pub fn message_id(&self) -> u16 {
        self.last_message_id.set(self.last_message_id.get().wrapping_add(1));
        self.last_message_id.get()
    }

    /// Verifies the association (C-ECHO, PS3.7 9.1.5): the status that the peer answers.
    ///
    /// # Errors
    ///
    /// `PduId` if the Verification SOP class was not accepted; those of [`exchange`](Self::exchange).
    pub fn echo(&self) -> Result<u16, Error> {
        let negotiated = self.net.negotiated().ok_or_else(|| Error::of(Code::NetNotConnected))?;
        let contexts = &negotiated.presentation_contexts;
        let found = contexts.iter().find(|it| it.result == 0 && it.abstract_syntax == Uid::VERIFICATION);
        let context =
            found.ok_or_else(|| Error::new(Code::PduId, "the Verification SOP class was not accepted"))?;
        let request = dimse::c_echo_rq(self.message_id(), Uid::VERIFICATION.as_bytes());
        let response = self.exchange(context.id, request, None, |_| ())?;
        response.command.status().ok_or_else(|| Error::new(Code::Format, "a response without a status"))
    }

    /// Releases the association, and closes the connection.
    ///
    /// # Errors
    ///
    /// Those of [`Net::release_request`], and `NetTimeOut`.
    pub fn release(&self) -> Result<(), Error> {
        let released = self.net.release_request().and_then(|()| {
            self.wait_for("the release", |told| match told {
                Told::Released => Some(Ok(())),
                _ => None,
            })
        });
        self.net.close();
        released
    }

    /// Waits until what is told is what `wanted` has an outcome for, or until the association has ended.
    fn wait_for<T>(
        &self,
        what: &str,
        mut wanted: impl FnMut(Told) -> Option<Result<T, Error>>,
    ) -> Result<T, Error> {
        let deadline = clock::now().checked_add(self.timeout);
        loop {
            let left = deadline.map_or(Duration::MAX, |it| it.saturating_duration_since(clock::now()));
            let (generation, told) = self.told.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => Error::new(Code::NetTimeOut, format!("waiting for {what}")),
                RecvTimeoutError::Disconnected => Error::of(Code::NetNotConnected),
            })?;
            if generation != self.generation.get() {
                continue;
            }
            match told {
                Told::Aborted(abort) => {
                    return Err(Error::new(Code::NetConnectionAborted, abort.to_string()));
                }
                Told::Closed(Code::Success) => {
                    return Err(Error::new(Code::NetNotConnected, "the peer closed the connection"));
                }
                Told::Closed(code) => return Err(Error::of(code)),
                told => {
                    if let Some(outcome) = wanted(told) {
                        return outcome;
                    }
                }
            }
        }
    }
}

impl Drop for Requestor {
    fn drop(&mut self) {
        if self.net.is_associated()
            && let Err(error) = self.net.abort(Abort { source: 0, reason: 0 })
        {
            tracing::debug!(%error, "aborting an association that was not released");
        }
        self.net.close();
    }
}

/// The hooks of a requestor: they hand on what they are told.
struct Teller(Mutex<Sender<(u32, Told)>>);

impl Teller {
    fn tell(&self, net: &Net, told: Told) {
        let teller = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if teller.send((net.generation(), told)).is_err() {
            tracing::trace!("a requestor was dropped before it was told");
        }
    }
}

impl Hooks for Teller {
    fn on_associate_accept(&self, net: &Net, _: &Arc<Associate>) {
        self.tell(net, Told::Accepted);
    }

    fn on_associate_reject(&self, net: &Net, rejection: Rejection) {
        self.tell(net, Told::Rejected(rejection));
    }

    fn on_message(&self, net: &Net, message: &Message) {
        if message.command.command_field().is_some_and(command_field::is_response) {
            self.tell(net, Told::Message(Box::new(message.clone())));
        } else {
            net.answer_by_default();
        }
    }

    fn on_release_response(&self, net: &Net) {
        self.tell(net, Told::Released);
    }

    fn on_abort(&self, net: &Net, abort: Abort) {
        self.tell(net, Told::Aborted(abort));
    }

    fn on_close(&self, net: &Net, code: Code, _: &Net) {
        self.tell(net, Told::Closed(code));
    }
}
