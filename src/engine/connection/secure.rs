//! A connection under TLS: its handshake, within its own time, on the workers (PS3.15 Annex B).
//!
//! The peer's association request is waited for when the handshake is over. What this side sends before
//! waits in the queue.

use super::{Connection, Event, Phase, State};
use crate::error::Code;
use crate::net::clock;
use crate::net::link::Link;
use crate::net::socket::Socket;
use crate::net::tls::{Judge, PeerCheck, Side, TlsContext, TlsError};
use std::sync::{Arc, OnceLock, Weak};

/// What a connection is made secure with.
pub(crate) struct Secured<'a> {
    pub(crate) context: &'a TlsContext,
    pub(crate) side: Side,
}

/// How far a TLS handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// It goes on, and this side is the client.
    OfClient,
    /// It goes on, and this side is the server.
    OfServer,
    /// The connection is secure.
    Done,
}

/// The connection that a certificate is judged for; there once it is made.
#[derive(Default)]
pub(super) struct Judged(Arc<OnceLock<Weak<Connection>>>);

impl Judged {
    pub(super) fn set(self, connection: &Arc<Connection>) {
        // Nobody has set it before: this takes the only one there is.
        let _ = self.0.set(Arc::downgrade(connection));
    }

    fn judge(&self) -> Judge {
        let place = Arc::clone(&self.0);
        Arc::new(move |check| {
            let connection = place.get().and_then(Weak::upgrade);
            connection.is_some_and(|connection| connection.judge(check))
        })
    }
}

/// The link of a new connection.
pub(super) fn link(socket: Socket, secure: Option<Secured<'_>>) -> Result<(Link, Judged), TlsError> {
    let judged = Judged::default();
    let Some(Secured { context, side }) = secure else { return Ok((Link::plain(socket), judged)) };
    let session = context.session(&side, judged.judge())?;
    Ok((Link::secure(socket, session), judged))
}

impl Connection {
    /// Asks the application about the peer's certificate. In the turn, without a lock.
    fn judge(self: &Arc<Self>, check: &PeerCheck<'_>) -> bool {
        let mut taken = false;
        self.call_hook(|hooks, net| taken = hooks.on_verify(net, check));
        // A hook that closes its object wants no link any more.
        taken && !self.net.is_stale()
    }

    pub(crate) fn cipher_suite(&self) -> Option<u16> {
        self.link.cipher_suite()
    }

    pub(crate) fn handshake(&self) -> Option<Handshake> {
        self.link.is_secure().then(|| match (self.link.is_ready(), self.accepted.is_some()) {
            (true, _) => Handshake::Done,
            (false, true) => Handshake::OfServer,
            (false, false) => Handshake::OfClient,
        })
    }

    /// The transport connection indication of PS3.8: an association may be requested from now on.
    pub(super) fn open_for_peer(&self, state: &mut State) {
        if self.accepted.is_some() {
            state.association.handle_transport_open(clock::now());
        }
    }

    pub(super) fn begin_handshake(&self, state: &mut State) {
        let time = self.settings.tls.as_ref().map(|tls| tls.handshake_timeout).unwrap_or_default();
        state.handshake_due = clock::now().checked_add(time);
    }

    /// After each read, whatever it gave: is the handshake over, and is there something to send?
    pub(super) fn after_records(self: &Arc<Self>) {
        if !self.link.is_secure() {
            return;
        }
        let mut state = self.state();
        if state.handshake_due.is_some() && self.link.is_ready() && state.phase == Phase::Open {
            state.handshake_due = None;
            self.open_for_peer(&mut state);
            state.events.push_back(Event::Secured(Code::Success));
            self.set_timer(&mut state);
            self.flush(&mut state);
        }
        if self.link.has_pending() {
            self.wait_to_flush(&mut state);
        }
    }

    /// The connection breaks: a handshake that is not over has failed.
    pub(super) fn fail_handshake(&self, state: &mut State, code: Code) {
        if state.handshake_due.take().is_some() && state.phase == Phase::Open {
            // The peer closed, or was closed, before its time.
            let code = if code == Code::Success { Code::NetConnectionReset } else { code };
            state.events.push_back(Event::Secured(code));
        }
    }

    pub(super) fn handshake_timed_out(&self, state: &mut State) {
        tracing::warn!(net = self.net.id(), peer = %self.peer, "no TLS handshake in time");
        self.lose(state, Code::NetTimeOut);
    }

    /// Is there something that should reach the peer yet?
    pub(super) fn owes(&self, state: &State) -> bool {
        self.link.has_pending() || (self.link.is_ready() && !state.out.is_empty())
    }
}
