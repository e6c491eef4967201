//! A simulated socket, with the methods of socket2's that the library uses.

use super::stream::{Handle, Kind};
use super::world::{World, with};
use rustix::io::Errno;
use socket2::{Domain, Protocol, SockAddr, Type};
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

/// One descriptor of a socket, which is closed when it is dropped.
#[derive(Debug)]
pub(crate) struct Socket(Handle);

/// A socket of a world that is over is nobody's.
fn on<R>(work: impl FnOnce(&mut World) -> Result<R, Errno>) -> io::Result<R> {
    Ok(with(work).unwrap_or(Err(Errno::BADF))?)
}

impl Socket {
    pub(crate) fn new(_domain: Domain, _kind: Type, _protocol: Option<Protocol>) -> io::Result<Self> {
        on(World::open_socket).map(Self)
    }

    pub(super) fn of(handle: Handle) -> Self {
        Self(handle)
    }

    pub(super) fn handle(&self) -> Handle {
        self.0
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        on(|world| world.duplicate(self.0)).map(Self)
    }

    pub(crate) fn bind(&self, address: &SockAddr) -> io::Result<()> {
        let address = address.as_socket().ok_or(Errno::INVAL)?;
        on(|world| world.bind(self.0, address))
    }

    pub(crate) fn listen(&self, backlog: i32) -> io::Result<()> {
        on(|world| world.listen(self.0, usize::try_from(backlog).unwrap_or(0)))
    }

    pub(crate) fn connect(&self, address: &SockAddr) -> io::Result<()> {
        let address = address.as_socket().ok_or(Errno::INVAL)?;
        on(|world| world.connect(self.0, address))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SockAddr> {
        on(|world| {
            let (_, entry) = world.sockets.entry(self.0).ok_or(Errno::BADF)?;
            let unspecified = SocketAddr::from(([0, 0, 0, 0], 0));
            Ok(SockAddr::from(entry.local.unwrap_or(unspecified)))
        })
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SockAddr> {
        on(|world| {
            let (_, entry) = world.sockets.entry(self.0).ok_or(Errno::BADF)?;
            match &entry.kind {
                Kind::Stream(stream) if stream.is_connected() => Ok(SockAddr::from(stream.remote)),
                _ => Err(Errno::NOTCONN),
            }
        })
    }

    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        on(|world| {
            let (_, entry) = world.sockets.entry(self.0).ok_or(Errno::BADF)?;
            match &mut entry.kind {
                Kind::Stream(stream) => Ok(stream.take_error().map(io::Error::from)),
                _ => Ok(None),
            }
        })
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        on(|world| if how == Shutdown::Read { world.stop_reading(self.0) } else { world.finish(self.0) })
    }

    pub(crate) fn set_linger(&self, _time: Option<Duration>) -> io::Result<()> {
        self.option(|entry| entry.resets_on_close = true)
    }

    pub(crate) fn set_keepalive(&self, _is_on: bool) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_reuse_address(&self, _is_on: bool) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_only_v6(&self, _is_on: bool) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_tcp_nodelay(&self, is_on: bool) -> io::Result<()> {
        self.option(|entry| entry.no_delay = is_on)
    }

    pub(crate) fn tcp_nodelay(&self) -> io::Result<bool> {
        self.option(|entry| entry.no_delay)
    }

    pub(crate) fn set_send_buffer_size(&self, bytes: usize) -> io::Result<()> {
        self.option(|entry| entry.send_bytes = bytes)
    }

    pub(crate) fn send_buffer_size(&self) -> io::Result<usize> {
        self.option(|entry| entry.send_bytes)
    }

    pub(crate) fn set_recv_buffer_size(&self, bytes: usize) -> io::Result<()> {
        self.option(|entry| entry.receive_bytes = bytes)
    }

    pub(crate) fn recv_buffer_size(&self) -> io::Result<usize> {
        self.option(|entry| entry.receive_bytes)
    }

    fn option<R>(&self, work: impl FnOnce(&mut super::stream::Entry) -> R) -> io::Result<R> {
        on(|world| world.sockets.entry(self.0).map(|(_, entry)| work(entry)).ok_or(Errno::BADF))
    }
}

impl Read for &Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        on(|world| world.receive(self.0, buffer))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        with(|world| world.close(self.0));
    }
}
