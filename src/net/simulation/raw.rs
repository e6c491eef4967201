//! A socket for peers that speak nothing of ours: they send what they like.

use super::stream::Handle;
use super::world::{World, with};
use rustix::io::Errno;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// One end of a connection in the simulation, or a listening socket of it. Closed when dropped.
pub struct RawSocket(Handle);

impl fmt::Debug for RawSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawSocket").field(&self.0).finish()
    }
}

/// Its own calls are spared the faults that a program must expect: they are not what is looked at.
fn spared<R>(work: impl FnOnce(&mut World) -> Result<R, Errno>) -> io::Result<R> {
    let outcome = with(|world| {
        let faults = std::mem::take(&mut world.faults);
        let outcome = work(world);
        world.faults = faults;
        outcome
    });
    Ok(outcome.unwrap_or(Err(Errno::BADF))?)
}

impl RawSocket {
    /// Begins to connect; sends and receives would block until the connection stands.
    ///
    /// # Errors
    ///
    /// None in a world that runs.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let socket = Self(spared(World::open_socket)?);
        match spared(|world| world.connect(socket.0, address)) {
            Err(error) if Errno::from_io_error(&error) != Some(Errno::INPROGRESS) => Err(error),
            _ => Ok(socket),
        }
    }

    /// Listens.
    ///
    /// # Errors
    ///
    /// `AddrInUse`.
    pub fn listen(address: SocketAddr) -> io::Result<Self> {
        let socket = Self(spared(World::open_socket)?);
        spared(|world| world.bind(socket.0, address))?;
        spared(|world| world.listen(socket.0, 128))?;
        Ok(socket)
    }

    /// Takes a connection that has come.
    ///
    /// # Errors
    ///
    /// `WouldBlock` without one.
    pub fn accept(&self) -> io::Result<Self> {
        spared(|world| world.accept(self.0)).map(|(handle, _)| Self(handle))
    }

    /// Sends what there is room for.
    ///
    /// # Errors
    ///
    /// `WouldBlock`, and what has become of the connection.
    pub fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        spared(|world| {
            let taken = world.room_to_send(self.0, bytes.len())?;
            world.send(self.0, &bytes[..taken]);
            Ok(taken)
        })
    }

    /// Receives what is there; 0 at the end.
    ///
    /// # Errors
    ///
    /// `WouldBlock`, and what has become of the connection.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        spared(|world| world.receive(self.0, buffer))
    }

    /// Sends nothing more.
    ///
    /// # Errors
    ///
    /// `NotConnected`.
    pub fn finish(&self) -> io::Result<()> {
        spared(|world| world.finish(self.0))
    }

    /// Closes with a reset.
    pub fn reset(self) {
        with(|world| {
            if let Some((_, entry)) = world.sockets.entry(self.0) {
                entry.resets_on_close = true;
            }
        });
    }
}

impl Drop for RawSocket {
    fn drop(&mut self) {
        with(|world| world.close(self.0));
    }
}
