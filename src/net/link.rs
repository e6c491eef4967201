//! What a connection's bytes go over: a socket, plain or under TLS. Non-blocking throughout.

use super::content::FileRange;
use super::socket::{self, Socket};
use super::tls::{Failure, Session};
use crate::error::{Code, code_of_io};
use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) struct Link {
    socket: Socket,
    secure: Option<Secure>,
}

struct Secure {
    /// Empty while its handshake goes on in the turn, which may ask the application about a certificate
    /// and must hold no lock then.
    session: Mutex<Option<Box<Session>>>,
    is_ready: AtomicBool,
    /// The system has not taken all that was encrypted.
    has_pending: AtomicBool,
}

impl Link {
    pub(crate) fn plain(socket: Socket) -> Self {
        Self { socket, secure: None }
    }

    pub(crate) fn secure(socket: Socket, session: Session) -> Self {
        let secure = Secure {
            session: Mutex::new(Some(Box::new(session))),
            is_ready: AtomicBool::new(false),
            has_pending: AtomicBool::new(false),
        };
        Self { socket, secure: Some(secure) }
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.secure.is_some()
    }

    /// May bytes of the user's go over it? Not before the handshake is over.
    pub(crate) fn is_ready(&self) -> bool {
        self.secure.as_ref().is_none_or(|secure| secure.is_ready.load(Ordering::Acquire))
    }

    /// Has the system yet to take something that was sent?
    pub(crate) fn has_pending(&self) -> bool {
        self.secure.as_ref().is_some_and(|secure| secure.has_pending.load(Ordering::Acquire))
    }

    /// The suite that was negotiated, by its number on the wire.
    pub(crate) fn cipher_suite(&self) -> Option<u16> {
        self.secure.as_ref()?.session().as_ref()?.cipher_suite()
    }

    /// Reads what is there. `Ok(None)`: nothing now; `Ok(Some(0))`: the peer has closed. For the running
    /// turn alone.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(secure) = &self.secure else { return socket::receive(&self.socket, buffer) };
        let mut place = secure.session();
        if secure.is_ready.load(Ordering::Acquire) {
            return match &mut *place {
                Some(session) => secure.noting(session, |session| session.receive(&self.socket, buffer)),
                None => Ok(None),
            };
        }
        let Some(mut session) = place.take() else { return Ok(None) };
        drop(place);
        let received = secure.noting(&mut session, |session| session.receive(&self.socket, buffer));
        secure.is_ready.store(received.is_ok() && !session.is_handshaking(), Ordering::Release);
        *secure.session() = Some(session);
        received
    }

    /// Begins the handshake, or goes on with what has to be sent.
    pub(crate) fn write_out(&self) -> io::Result<()> {
        let Some(secure) = &self.secure else { return Ok(()) };
        match &mut *secure.session() {
            Some(session) => secure.noting(session, |session| session.write_out(&self.socket)),
            None => Ok(()),
        }
    }

    /// Sends as much as is taken now, which may be nothing; with `more`, the system may wait for what is
    /// sent next.
    pub(crate) fn send(&self, bytes: &[u8], more: bool) -> io::Result<usize> {
        let Some(secure) = &self.secure else { return socket::send_with_more(&self.socket, bytes, more) };
        match &mut *secure.session() {
            Some(session) => secure.noting(session, |session| session.send(&self.socket, bytes)),
            None => Ok(0),
        }
    }

    /// As [`send`](Self::send), of several pieces.
    pub(crate) fn send_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.secure.is_none() {
            return socket::send_vectored(&self.socket, pieces);
        }
        let mut total = 0;
        for piece in pieces {
            let sent = self.send(piece, true)?;
            total += sent;
            if sent < piece.len() {
                break;
            }
        }
        Ok(total)
    }

    /// Can the system send files over it by itself?
    pub(crate) fn sends_files(&self) -> bool {
        cfg!(target_os = "linux") && self.secure.is_none()
    }

    /// Sends a part of a file inside the system: see [`socket::send_file`].
    #[cfg(target_os = "linux")]
    pub(crate) fn send_file(
        &self,
        range: &FileRange,
        offset: u64,
        length: usize,
        quiet: &super::sigpipe::Blocked,
    ) -> io::Result<Option<usize>> {
        socket::send_file(&self.socket, range.file.file(), range.start + offset, length, quiet)
    }

    /// Tells the peer that nothing more comes.
    pub(crate) fn finish_sending(&self) {
        if let Some(secure) = &self.secure
            && let Some(session) = &mut *secure.session()
            && let Err(error) = secure.noting(session, |session| session.finish(&self.socket))
        {
            tracing::trace!(%error, "close_notify");
        }
        if !self.has_pending() {
            socket::finish_sending(&self.socket);
        }
    }
}

impl Secure {
    fn session(&self) -> MutexGuard<'_, Option<Box<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noting<R>(&self, session: &mut Session, work: impl FnOnce(&mut Session) -> R) -> R {
        let result = work(session);
        self.has_pending.store(session.wants_write(), Ordering::Release);
        result
    }
}

/// Does the error say that the connection itself is broken, so that receiving finds it too?
pub(crate) fn is_broken(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::BrokenPipe
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::NotConnected
            | Kind::TimedOut
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
    )
}

/// The code of an error of [`Link::receive`] or [`Link::send`].
pub(crate) fn code_of(error: &io::Error) -> Code {
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Failure>());
    of_tls.map_or_else(|| code_of_io(error), Failure::code)
}
