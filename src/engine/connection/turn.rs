//! A connection's turn: the hooks that wait, then what the socket has.

use super::receive::Read;
use super::{Connection, Event, Phase, State};
use crate::engine::schedule::{Scratch, Task, Turn};
use crate::error::Code;
use crate::net::clock;
use crate::net::readiness::Ready;
use crate::net::socket;
use crate::pdu::{Abort, Associate, Rejection};
use crate::ul::Indication;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// After this many full reads the others get their turn.
const READS_PER_TURN: usize = 8;

impl Task for Connection {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        self.is_pump_mode() && !self.without_hooks.load(Ordering::Acquire)
    }

    fn run(self: Arc<Self>, scratch: &mut Scratch) -> Arc<dyn Task> {
        self.deliver_and_read(scratch);
        self.give_back(scratch);
        if self.glance().has_events() {
            self.turn.ask();
        }
        self
    }

    fn ready(&self, ready: Ready) -> bool {
        if !ready.writable {
            return ready.readable;
        }
        let mut state = self.state();
        if state.phase != Phase::Ended {
            self.flush_when_ready(&mut state);
        }
        ready.readable || !state.events.is_empty()
    }

    fn due(&self) -> bool {
        let now = clock::now();
        let mut state = self.state();
        state.timer = None;
        if state.phase == Phase::Ended {
            return false;
        }
        let has_come = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        if has_come(state.linger_due) {
            self.give_up(&mut state);
        } else if has_come(state.stall_due) {
            tracing::warn!(net = self.net.id(), peer = %self.peer, "the peer reads nothing; the connection is reset");
            socket::reset_on_drop(self.link.socket());
            self.lose(&mut state, Code::NetTimeOut);
        } else if has_come(state.handshake_due) {
            self.handshake_timed_out(&mut state);
        } else if has_come(state.response_due) {
            self.response_timed_out(&mut state, now);
        } else if has_come(state.association.timeout()) {
            self.artim_expired(&mut state, now);
        }
        self.set_timer(&mut state);
        !state.events.is_empty()
    }

    fn pause(&self) {
        self.change_watch(|watched| {
            watched.paused = true;
            self.is_paused.store(true, Ordering::Release);
        });
    }

    fn resume(&self) {
        // After nearly every turn there is nothing to do, and no lock to take.
        if self.is_paused.load(Ordering::Acquire) {
            self.change_watch(|watched| {
                watched.paused = false;
                self.is_paused.store(false, Ordering::Release);
            });
        }
    }

    fn shut_down(&self) {
        self.net.shut_down();
        let mut state = self.state();
        self.give_up(&mut state);
        state.events.clear();
    }
}

impl Connection {
    fn deliver_and_read(self: &Arc<Self>, scratch: &mut Scratch) {
        self.deliver_new();
        for _ in 0..READS_PER_TURN {
            if self.glance().is_ended() {
                return;
            }
            let read = self.read(scratch);
            self.deliver_new();
            match read {
                Read::Over | Read::Nothing => return,
                Read::More => {}
                Read::Drained(seen) => {
                    // What was sent meanwhile has carried the acknowledgement, as the end does.
                    let now = self.glance();
                    if !now.is_ended() && !now.sent_since(seen) {
                        socket::acknowledge_now(self.link.socket());
                    }
                    return;
                }
            }
        }
        // There is more: behind the others.
        self.turn.ask();
    }

    /// Calls the hooks that wait now, in order. Those that come meanwhile are left for later:
    /// threads that send without a pause must not keep the turn from reading.
    pub(super) fn deliver(self: &Arc<Self>) {
        let mut left = usize::MAX;
        while left > 0 {
            let Some((event, behind)) = self.next_event() else { return };
            left = behind.min(left - 1);
            match event {
                Event::Connected => {
                    self.call_hook(|hooks, net| hooks.on_connect(net, Code::Success));
                }
                Event::Secured(code) => {
                    self.call_hook(|hooks, net| hooks.on_secure_link_ready(net, code));
                }
                Event::Indication(indication) => self.deliver_indication(&indication),
                Event::Sent { code, pdu_type, bytes } => {
                    self.call_hook(|hooks, net| hooks.on_send(net, code, pdu_type, bytes));
                }
                Event::SentExtended { code, pdu_type, bytes } => {
                    self.call_hook(|hooks, net| hooks.on_send_ext(net, code, pdu_type, &bytes));
                }
                Event::Closed(code) => self.deliver_closed(code),
            }
            if !self.glance().has_events() {
                return;
            }
        }
    }

    /// As [`deliver`](Self::deliver), without the lock where there is none: one that another
    /// thread leaves from now on asks for one more turn.
    pub(super) fn deliver_new(self: &Arc<Self>) {
        if self.glance().has_events() {
            self.deliver();
        }
    }

    /// The hook to call next, and how many wait behind it.
    fn next_event(&self) -> Option<(Event, usize)> {
        let mut state = self.state();
        if self.net.is_stale() {
            state.events.clear();
        }
        let event = state.events.pop_front()?;
        if state.events.is_empty() && state.events.capacity() > EVENTS_KEPT {
            state.events.shrink_to(EVENTS_KEPT);
        }
        Some((event, state.events.len()))
    }

    fn deliver_indication(self: &Arc<Self>, indication: &Indication) {
        match indication {
            Indication::AssociateRequest(associate) => {
                if let Err(rejection) = self.admit(associate) {
                    return self.log_unsent(self.associate_reject(rejection));
                }
                if self.call_hook(|hooks, net| hooks.on_associate_request(net, associate)) {
                    self.answer_association_by_default();
                }
            }
            Indication::AssociateAccept(associate) => {
                self.call_hook(|hooks, net| hooks.on_associate_accept(net, associate));
            }
            Indication::AssociateReject(rejection) => {
                self.call_hook(|hooks, net| hooks.on_associate_reject(net, *rejection));
            }
            Indication::ReleaseRequest => {
                if self.call_hook(|hooks, net| hooks.on_release_request(net)) {
                    self.answer_release_by_default();
                }
            }
            Indication::ReleaseConfirm => {
                self.call_hook(|hooks, net| hooks.on_release_response(net));
            }
            Indication::Abort(abort) | Indication::ProviderAbort(abort) => {
                self.call_hook(|hooks, net| hooks.on_abort(net, *abort));
            }
            Indication::TransportClosed => {}
        }
    }

    /// Takes a place among the listener's associations, or says how the request is rejected.
    fn admit(&self, associate: &Associate) -> Result<(), Rejection> {
        let Some(listener) = self.listener() else { return Ok(()) };
        let admitted = listener.gate().admit(&self.settings.limits, self.peer.ip(), associate, clock::now());
        let admission = admitted.inspect_err(|rejection| {
            tracing::warn!(net = self.net.id(), peer = %self.peer, calling = %associate.calling_ae_title, ?rejection, "a limit rejects an association");
        })?;
        let mut state = self.state();
        if state.phase == Phase::Open {
            state.admission = admission;
        }
        Ok(())
    }

    /// The answer to an association or release request did not come in time.
    fn response_timed_out(&self, state: &mut State, now: Instant) {
        tracing::warn!(net = self.net.id(), peer = %self.peer, "no answer in time; the association is aborted");
        state.response_due = None;
        if let Err(error) = state.association.abort(Abort { source: 0, reason: 0 }, now) {
            tracing::debug!(%error, "the association had ended already");
        }
        self.carry_out(state);
        self.end_for_user(state, Code::NetTimeOut);
    }

    fn artim_expired(&self, state: &mut State, now: Instant) {
        use crate::ul::State as UlState;
        let idle = state.association.state() == UlState::Sta2;
        if idle {
            tracing::info!(net = self.net.id(), peer = %self.peer, "no association was requested in time");
        }
        state.association.handle_timeout(now);
        // The output is to close; what for is known here alone.
        while state.association.poll_output().is_some() {}
        self.end_for_user(state, if idle { Code::NetTimeOut } else { Code::Success });
        self.give_up(state);
    }
}

/// Places for hooks that a connection keeps: those of an ordinary message.
const EVENTS_KEPT: usize = 8;
