//! The calls that `net/socket.rs` makes without socket2, under the names that rustix has for them.

/// `rustix::net`.
pub(crate) mod net {
    use crate::net::simulation::socket::Socket;
    use crate::net::simulation::world::{World, with};
    use rustix::io::Errno;
    pub(crate) use rustix::net::{SendAncillaryBuffer, SendFlags, SocketFlags};
    use std::io::IoSlice;
    use std::net::SocketAddr;

    fn on<R>(work: impl FnOnce(&mut World) -> Result<R, Errno>) -> Result<R, Errno> {
        with(work).unwrap_or(Err(Errno::BADF))
    }

    pub(crate) fn acceptfrom_with(
        listener: &Socket,
        _flags: SocketFlags,
    ) -> Result<(Socket, Option<SocketAddr>), Errno> {
        on(|world| world.accept(listener.handle())).map(|(handle, peer)| (Socket::of(handle), Some(peer)))
    }

    pub(crate) fn send(socket: &Socket, bytes: &[u8], _flags: SendFlags) -> Result<usize, Errno> {
        on(|world| {
            let taken = world.room_to_send(socket.handle(), bytes.len())?;
            world.send(socket.handle(), &bytes[..taken]);
            Ok(taken)
        })
    }

    pub(crate) fn sendmsg(
        socket: &Socket,
        pieces: &[IoSlice<'_>],
        _control: &mut SendAncillaryBuffer<'_, '_, '_>,
        _flags: SendFlags,
    ) -> Result<usize, Errno> {
        on(|world| {
            let wanted = pieces.iter().map(|piece| piece.len()).sum();
            let taken = world.room_to_send(socket.handle(), wanted)?;
            let mut left = taken;
            for piece in pieces {
                let part = left.min(piece.len());
                if part > 0 {
                    world.send(socket.handle(), &piece[..part]);
                }
                left -= part;
            }
            Ok(taken)
        })
    }

    pub(crate) fn connect_unspec(socket: &Socket) -> Result<(), Errno> {
        on(|world| world.disconnect(socket.handle()))
    }

    /// `rustix::net::sockopt`.
    pub(crate) mod sockopt {
        use super::{Errno, Socket};

        pub(crate) fn set_tcp_quickack(_socket: &Socket, _is_on: bool) -> Result<(), Errno> {
            Ok(())
        }
    }
}

/// `rustix::fs`.
pub(crate) mod fs {
    use crate::net::simulation::faults::{FileCall, file_fails};
    use crate::net::simulation::socket::Socket;
    use crate::net::simulation::world::with;
    use rustix::io::Errno;
    use std::fs::File;

    pub(crate) fn sendfile(
        socket: &Socket,
        file: &File,
        offset: Option<&mut u64>,
        length: usize,
    ) -> Result<usize, Errno> {
        let errno = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
        file_fails(FileCall::Read).map_err(errno)?;
        let Some(offset) = offset else { return Err(Errno::INVAL) };
        let room = with(|world| world.room_to_send(socket.handle(), length)).unwrap_or(Err(Errno::BADF))?;
        let mut bytes = vec![0; room];
        let read = rustix::io::pread(file, &mut bytes[..], *offset)?;
        with(|world| world.send(socket.handle(), &bytes[..read]));
        *offset += read as u64;
        Ok(read)
    }
}
