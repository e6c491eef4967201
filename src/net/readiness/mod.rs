//! Waiting for many sockets at once, level-triggered.
//!
//! Linux has a backend of its own: one wait is one system call there, while `polling`
//! (the backend of every other system) makes four more each time, to arm its timer and
//! its notifier, which is a fifth of the cost of a whole C-ECHO. The configuration
//! `ldicomnet_portable` (`RUSTFLAGS="--cfg ldicomnet_portable"`) takes the portable
//! backend on Linux too, so that it can be tested there.

#[cfg(all(target_os = "linux", not(ldicomnet_portable), not(ldicomnet_simulation)))]
mod epoll;
#[cfg(all(target_os = "linux", not(ldicomnet_portable), not(ldicomnet_simulation)))]
pub(crate) use epoll::{Events, Poller};

#[cfg(not(any(all(target_os = "linux", not(ldicomnet_portable)), ldicomnet_simulation)))]
mod portable;
#[cfg(not(any(all(target_os = "linux", not(ldicomnet_portable)), ldicomnet_simulation)))]
pub(crate) use portable::{Events, Poller};

#[cfg(ldicomnet_simulation)]
pub(crate) use super::simulation::{Events, Poller};

/// What a socket waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interest {
    /// The peer's hanging up only. Told by Linux's own backend alone.
    HangUp,
    /// Something to read, or the end of the stream.
    Read,
    /// Room to write.
    Write,
    /// Both.
    ReadWrite,
}

/// One report: the key the socket was registered under, and what it is ready for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    pub(crate) key: u64,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) hung_up: bool,
}

/// The key of the poller's own wake-up, never reported.
#[cfg(all(target_os = "linux", not(ldicomnet_portable), not(ldicomnet_simulation)))]
const WAKE_KEY: u64 = u64::MAX;

/// How many sockets one wait reports at most.
#[cfg(not(ldicomnet_simulation))]
const EVENTS_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (near, listener.accept().unwrap().0)
    }

    #[test]
    fn a_readable_socket_is_reported_until_it_is_read() {
        let poller = Poller::new().unwrap();
        let (mut near, mut far) = pair();
        poller.add(&near, 7, Interest::Read).unwrap();
        far.write_all(b"x").unwrap();
        let mut events = Events::new();
        for _ in 0..2 {
            poller.wait(&mut events).unwrap();
            assert_eq!(events.iter().map(|ready| ready.key).collect::<Vec<_>>(), [7]);
        }
        near.read_exact(&mut [0]).unwrap();
        poller.modify(&near, 7, Interest::ReadWrite).unwrap();
        poller.wait(&mut events).unwrap();
        assert!(events.iter().all(|ready| ready.writable));
        poller.delete(&near).unwrap();
    }

    #[test]
    fn a_wake_ends_a_wait_with_nothing_to_report() {
        let poller = Arc::new(Poller::new().unwrap());
        let waiter = {
            let poller = Arc::clone(&poller);
            std::thread::spawn(move || {
                let mut events = Events::new();
                poller.wait(&mut events).unwrap();
                events.iter().count()
            })
        };
        poller.wake();
        assert_eq!(waiter.join().unwrap(), 0);
    }

    #[cfg(all(target_os = "linux", not(ldicomnet_portable), not(ldicomnet_simulation)))]
    #[test]
    fn a_hang_up_is_told_to_one_who_does_not_read() {
        let poller = Poller::new().unwrap();
        let (near, mut far) = pair();
        poller.add(&near, 7, Interest::HangUp).unwrap();
        far.write_all(b"unread").unwrap();
        drop(far);
        let mut events = Events::new();
        poller.wait(&mut events).unwrap();
        assert!(events.iter().all(|ready| ready.key == 7 && ready.hung_up));
        assert_eq!(events.iter().count(), 1);
    }
}
