//! A connection that waits to be accepted, watched for its peer's giving up.

use super::{Listener, NO_KEY};
use crate::engine::runtime::Engine;
use crate::engine::schedule::{Scratch, Task, Turn};
use crate::net::readiness::{Interest, Ready};
use crate::net::socket::Socket;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// A connection left waiting, as the poller watches it.
pub(super) struct Waiting {
    engine: Arc<Engine>,
    listener: Weak<Listener>,
    number: u64,
    /// A second descriptor of the socket: the first goes on to the connection.
    socket: Socket,
    key: AtomicU64,
    turn: Turn,
}

impl Waiting {
    pub(super) fn watch(
        engine: &Arc<Engine>,
        listener: &Arc<Listener>,
        number: u64,
        socket: Socket,
    ) -> Arc<Self> {
        let waiting = Arc::new(Self {
            engine: Arc::clone(engine),
            listener: Arc::downgrade(listener),
            number,
            socket,
            key: AtomicU64::new(NO_KEY),
            turn: Turn::new(),
        });
        let key = engine.registry.insert(Arc::clone(&waiting) as Arc<dyn Task>);
        waiting.key.store(key, Ordering::Release);
        if let Err(error) = engine.poller.add(&waiting.socket, key, Interest::HangUp) {
            tracing::warn!(%error, "a waiting connection cannot be watched");
        }
        waiting
    }

    pub(super) fn release(&self) {
        let key = self.key.swap(NO_KEY, Ordering::AcqRel);
        if key == NO_KEY {
            return;
        }
        drop(self.engine.registry.remove(key));
        if let Err(error) = self.engine.poller.delete(&self.socket) {
            tracing::debug!(%error, "a waiting connection was not watched");
        }
    }
}

impl Task for Waiting {
    fn turn(&self) -> &Turn {
        &self.turn
    }

    fn is_pumped(&self) -> bool {
        false
    }

    fn run(self: Arc<Self>, _scratch: &mut Scratch) -> Arc<dyn Task> {
        self.release();
        if let Some(listener) = self.listener.upgrade() {
            listener.gave_up(self.number);
        }
        self
    }

    fn ready(&self, ready: Ready) -> bool {
        ready.hung_up
    }

    fn due(&self) -> bool {
        false
    }

    fn pause(&self) {}

    fn resume(&self) {}

    fn shut_down(&self) {
        self.release();
    }
}
