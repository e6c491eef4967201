//! What is queued goes out: by the thread that queued it, by the poller as the system gets room,
//! and where files are read, which may take as long as a disk does, by a task of its own.

use super::out_queue::{Failure, Gone, Progress};
use super::{Connection, Event, Phase, State};
use crate::engine::schedule::{Scratch, Task, Turn};
use crate::error::Code;
use crate::net::clock;
use crate::net::link;
use crate::net::readiness::Ready;
use crate::net::socket;
use std::sync::Arc;

impl Connection {
    /// Sends what is queued, as far as the system takes it, and sees to it that the rest follows.
    pub(super) fn flush(&self, state: &mut State) {
        if state.phase == Phase::Ended || !self.owes(state) {
            return;
        }
        state.has_gathered = false;
        state.sends = state.sends.wrapping_add(1);
        self.glances.publish(state);
        let before = state.queued_bytes();
        let mut gone = Vec::new();
        let written = self.link.write_out().map_err(Failure::Socket);
        let progress = written.and_then(|()| match self.link.is_ready() {
            true => state.out.send(&self.link, &mut gone),
            false => Ok(Progress::Empty),
        });
        let progress = progress.map(|progress| match progress {
            // Taken, but not by the system.
            Progress::Empty if self.link.has_pending() => Progress::Blocked,
            progress => progress,
        });
        note_gone(state, gone, Code::Success);
        let progress = match progress {
            Ok(progress) => progress,
            Err(Failure::Socket(error)) => return self.sending_failed(state, link::code_of(&error), &error),
            Err(Failure::Content(error)) => return self.content_failed(state, &error),
        };
        if progress == Progress::Empty {
            state.stall_due = None;
            self.watch_for_writing(state, false);
            if state.phase == Phase::Lingering {
                self.link.finish_sending();
            }
        } else {
            if state.queued_bytes() != before || state.stall_due.is_none() {
                state.stall_due = clock::now().checked_add(self.settings.stall_timeout);
            }
            let by_task = progress == Progress::Paused && state.out.reads_a_file();
            self.watch_for_writing(state, !by_task);
            if by_task {
                self.ask_to_flush();
            }
        }
        self.ring_if_drained(state);
        self.set_timer(state);
    }

    /// Less is queued, or waits for the window: those who wait with more look whether they may send it.
    pub(super) fn ring_if_drained(&self, state: &State) {
        if state.out.len() <= self.settings.queue_bytes_soft as u64 {
            self.drained.ring();
        }
    }

    /// The socket has room. On the polling thread, which no file may keep.
    pub(super) fn flush_when_ready(&self, state: &mut State) {
        if state.out.reads_a_file() {
            self.watch_for_writing(state, false);
            self.ask_to_flush();
        } else {
            self.flush(state);
        }
    }

    fn ask_to_flush(&self) {
        // Whoever calls holds it.
        if let Some(connection) = self.this.upgrade() {
            self.engine.schedule(Arc::new(Flush(connection)));
        }
    }

    /// The peer has gone, as a rule. The receiving side finds the same, after what was still to be
    /// read; only what could not be sent is reported here.
    pub(super) fn sending_failed(&self, state: &mut State, code: Code, error: &std::io::Error) {
        tracing::debug!(net = self.net.id(), %error, "send");
        if !link::is_broken(error) {
            // The system has no memory, perhaps. Nothing can follow what is missing, and nobody else says so.
            socket::give_up(self.link.socket());
        }
        state.send_failed = Some(code);
        let unsent = state.out.take_unsent();
        note_gone(state, unsent, code);
        state.stall_due = None;
        self.watch_for_writing(state, false);
        self.drained.ring();
    }

    /// A file cannot be read to its end. The peer has been promised more bytes, so that nothing
    /// else can be said to it.
    fn content_failed(&self, state: &mut State, error: &std::io::Error) {
        tracing::error!(net = self.net.id(), peer = %self.peer, %error, "a data set could not be read; the connection is reset");
        socket::reset_on_drop(self.link.socket());
        self.lose(state, Code::Read);
    }

    /// What is queued will not go out any more.
    pub(super) fn drop_queue(&self, state: &mut State) {
        let unsent = state.out.take_unsent();
        note_gone(state, unsent, Code::NetConnectionAborted);
        state.window.clear();
        state.stall_due = None;
        self.drained.ring();
    }
}

/// PDUs have gone out, or will not. What goes while the connection lingers is not told: `on_close` was
/// the last hook.
pub(super) fn note_gone(state: &mut State, gone: impl IntoIterator<Item = Gone>, code: Code) {
    if state.phase != Phase::Open {
        return;
    }
    for Gone { length, pdu_type, copy } in gone {
        let bytes = u32::try_from(length).unwrap_or(u32::MAX);
        state.events.push_back(Event::Sent { code, pdu_type, bytes });
        if let Some(bytes) = copy {
            state.events.push_back(Event::SentExtended { code, pdu_type, bytes });
        }
    }
}

/// Goes on sending from files, on a thread that may wait for a disk.
struct Flush(Arc<Connection>);

impl Task for Flush {
    #[expect(clippy::misnamed_getters, reason = "this task's turn is the connection's second one")]
    fn turn(&self) -> &Turn {
        &self.0.flush_turn
    }

    fn is_pumped(&self) -> bool {
        false
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) -> Arc<dyn Task> {
        let mut state = self.0.state();
        self.0.flush(&mut state);
        self.0.schedule_events(&state);
        drop(state);
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
