//! How connections end.
//!
//! For the user a connection ends once: by its own `close`, which is followed by no hook,
//! or by anything else, which is told by one `on_close`. The socket may outlive that for
//! the linger time, so that what was sent reaches a peer that still has to read it.

use super::{Connection, Event, NO_KEY, Phase, State};
use crate::engine::hooks;
use crate::engine::net::Net;
use crate::engine::runtime::Engine;
use crate::engine::schedule::{Scratch, Task, Turn};
use crate::engine::settings::DispatchMode;
use crate::error::Code;
use crate::net::clock;
use crate::net::readiness::Ready;
use crate::net::socket;
use crate::ul::State as UlState;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Connection {
    /// The user closes: no hook comes from now on.
    pub(crate) fn close_by_user(self: &Arc<Self>, forced: bool) {
        self.without_hooks.store(true, Ordering::Release);
        let mut state = self.state();
        state.events.clear();
        if state.phase == Phase::Ended {
            return;
        }
        if forced {
            self.drop_queue(&mut state);
            self.give_up(&mut state);
            socket::reset(self.link.socket());
            return;
        }
        // A peer that has nothing more to say cannot lose what it has not read yet.
        let is_over = matches!(state.association.state(), UlState::Sta1) || !self.link.is_ready();
        let finished = is_over && !self.owes(&state);
        if finished {
            self.give_up(&mut state);
        } else {
            self.linger(&mut state);
            drop(state);
            // What has come meanwhile is thrown away, and the end of the stream is seen.
            self.engine.schedule(Arc::clone(self) as Arc<dyn Task>);
        }
    }

    /// The association closes the transport connection (PS3.8 AR-3, AE-4, AA-2 ...).
    pub(super) fn close_transport(&self, state: &mut State) {
        if state.phase != Phase::Open {
            return;
        }
        self.end_for_user(state, Code::Success);
        if !self.owes(state) {
            self.give_up(state);
        }
    }

    /// The transport connection is lost or closed by the peer (PS3.8 Evt17).
    pub(super) fn lose(&self, state: &mut State, code: Code) {
        self.fail_handshake(state, code);
        match state.phase {
            Phase::Ended => return,
            Phase::Lingering => {}
            Phase::Open => {
                state.association.handle_transport_closed(clock::now());
                // The end is told by on_close, with its cause: no abort was received.
                while state.association.poll_output().is_some() {}
                self.drop_queue(state);
                state.events.push_back(Event::Closed(code));
            }
        }
        self.give_up(state);
    }

    /// The connection has ended for the user, who is told so; the socket lingers.
    pub(super) fn end_for_user(&self, state: &mut State, code: Code) {
        if state.phase == Phase::Open {
            state.events.push_back(Event::Closed(code));
            self.linger(state);
        }
    }

    fn linger(&self, state: &mut State) {
        state.phase = Phase::Lingering;
        state.response_due = None;
        state.linger_due = clock::now().checked_add(self.settings.linger);
        self.drained.ring();
        if !self.owes(state) {
            self.link.finish_sending();
        }
        self.set_timer(state);
    }

    /// Gives the socket up. The descriptor is closed with the last reference, which the
    /// running turn may hold.
    pub(super) fn give_up(&self, state: &mut State) {
        if state.phase == Phase::Ended {
            return;
        }
        state.phase = Phase::Ended;
        state.admission = None;
        self.drop_queue(state);
        self.drained.ring();
        self.unwatch();
        if let Some(timer) = state.timer.take() {
            self.engine.watch.cancel(timer);
        }
        let key = self.key.swap(NO_KEY, Ordering::AcqRel);
        if key != NO_KEY {
            // Dropped by the caller's reference at the earliest.
            drop(self.engine.registry.remove(key));
        }
        self.net.connection_ended(self, state.association.negotiated().cloned());
    }

    /// Tells the listener, or the object itself where there is none any more.
    pub(super) fn deliver_closed(self: &Arc<Self>, code: Code) {
        self.without_hooks.store(true, Ordering::Release);
        if self.net.is_stale() {
            return;
        }
        if let Some(listener) = self.listener()
            && listener.client_closed(self.net.clone(), self.client_number(), code)
        {
            return;
        }
        tell_closed(&self.net, code);
    }
}

/// `on_close` on the object itself.
fn tell_closed(net: &Net, code: Code) {
    hooks::call(net, |hooks| hooks.on_close(net, code, net));
}

/// Tells an object of its end after its listener, which should have told it, has closed.
pub(crate) struct EndNotice {
    net: Net,
    code: Code,
    pumped: bool,
    turn: Turn,
}

impl EndNotice {
    pub(crate) fn send(engine: &Engine, net: Net, code: Code) {
        let pumped = net.settings().dispatch_mode == DispatchMode::Pump;
        engine.schedule(Arc::new(Self { net, code, pumped, turn: Turn::new() }));
    }
}

impl Task for EndNotice {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        self.pumped
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) -> Arc<dyn Task> {
        if !self.net.is_stale() {
            tell_closed(&self.net, self.code);
        }
        self
    }

    fn ready(&self, _ready: Ready) -> bool {
        false
    }

    fn due(&self) -> bool {
        false
    }

    fn pause(&self) {}

    fn resume(&self) {}

    fn shut_down(&self) {}
}
