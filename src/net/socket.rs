//! TCP sockets as the engine wants them: non-blocking, close-on-exec, without Nagle's
//! delay, and never raising SIGPIPE, which a C++ host has not ignored.

use super::address::ListenAddress;
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
use super::system;
use socket2::{Domain, Protocol, SockAddr, Type};
use std::io::{self, IoSlice};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

/// A socket of the system's.
#[cfg(ldicomnet_simulation)]
pub(crate) use super::simulation::Socket;
#[cfg(not(ldicomnet_simulation))]
pub(crate) use socket2::Socket;

/// What a socket is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketOptions {
    /// Bytes of the system's send buffer; 0 leaves the system's own choice.
    pub send_buffer_bytes: i32,
    /// Bytes of the system's receive buffer; 0 leaves the system's own choice.
    pub receive_buffer_bytes: i32,
    /// Sends at once, without waiting to fill a segment (TCP_NODELAY). On by default.
    pub no_delay: bool,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self { send_buffer_bytes: 0, receive_buffer_bytes: 0, no_delay: true }
    }
}

impl SocketOptions {
    pub(crate) fn apply(&self, socket: &Socket) -> io::Result<()> {
        socket.set_tcp_nodelay(self.no_delay)?;
        if let Ok(bytes @ 1..) = usize::try_from(self.send_buffer_bytes) {
            socket.set_send_buffer_size(bytes)?;
        }
        if let Ok(bytes @ 1..) = usize::try_from(self.receive_buffer_bytes) {
            socket.set_recv_buffer_size(bytes)?;
        }
        Ok(())
    }
}

fn stream(address: &SocketAddr, options: &SocketOptions) -> io::Result<Socket> {
    // On Linux `Socket::new` asks for close-on-exec in the same call, and here for this too.
    #[cfg(target_os = "linux")]
    let kind = Type::STREAM.nonblocking();
    #[cfg(not(target_os = "linux"))]
    let kind = Type::STREAM;
    let socket = Socket::new(Domain::for_address(*address), kind, Some(Protocol::TCP))?;
    #[cfg(not(target_os = "linux"))]
    socket.set_nonblocking(true)?;
    socket.set_keepalive(true)?;
    options.apply(&socket)?;
    Ok(socket)
}

/// A listening socket. Accepted sockets inherit its options.
pub(crate) fn listen(at: &ListenAddress, backlog: i32, options: &SocketOptions) -> io::Result<Socket> {
    let socket = stream(&at.address, options)?;
    // On Windows the option would let another program take the port over.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    if at.address.is_ipv6() {
        socket.set_only_v6(!at.dual_stack)?;
    }
    socket.bind(&SockAddr::from(at.address))?;
    socket.listen(backlog)?;
    Ok(socket)
}

/// May a connection have arrived? To be asked before [`accept`], which makes a socket before it looks and
/// throws it away where nothing is there: that costs a system ten times as much as this.
#[cfg(all(unix, not(ldicomnet_simulation)))]
pub(crate) fn may_accept(listener: &Socket) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    // Whatever is wrong with the socket, `accept` says.
    poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&now)) != Ok(0)
}

#[cfg(not(all(unix, not(ldicomnet_simulation))))]
pub(crate) fn may_accept(_listener: &Socket) -> bool {
    true
}

/// Takes one connection that has arrived, if there is one.
#[cfg(target_os = "linux")]
#[cfg_attr(ldicomnet_simulation, allow(clippy::useless_conversion))]
pub(crate) fn accept(
    listener: &Socket,
    _options: &SocketOptions,
) -> io::Result<Option<(Socket, SocketAddr)>> {
    use system::net::{SocketFlags, acceptfrom_with};
    // One system call: the flags come with it, and Linux hands the options down.
    match acceptfrom_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
        Ok((socket, address)) => {
            let address = address.and_then(|any| SocketAddr::try_from(any).ok());
            let address = address.ok_or_else(|| io::Error::other("the peer has no IP address"))?;
            Ok(Some((Socket::from(socket), address)))
        }
        Err(error) => accept_failed(error.into()).map(|()| None),
    }
}

/// Takes one connection that has arrived, if there is one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn accept(listener: &Socket, options: &SocketOptions) -> io::Result<Option<(Socket, SocketAddr)>> {
    match listener.accept() {
        Ok((socket, address)) => {
            socket.set_nonblocking(true)?;
            socket.set_keepalive(true)?;
            options.apply(&socket)?;
            let address =
                address.as_socket().ok_or_else(|| io::Error::other("the peer has no IP address"))?;
            Ok(Some((socket, address)))
        }
        Err(error) => accept_failed(error).map(|()| None),
    }
}

/// Errors of a connection that went before it was accepted are that connection's, not the
/// listener's (accept(2), "Error handling").
fn accept_failed(error: io::Error) -> io::Result<()> {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::WouldBlock | Kind::Interrupted | Kind::ConnectionAborted | Kind::NetworkDown => Ok(()),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::TimedOut | Kind::PermissionDenied => Ok(()),
        _ => Err(error),
    }
}

/// Begins to connect; the outcome is there once the socket is writable.
pub(crate) fn connect(
    local: Option<SocketAddr>,
    peer: SocketAddr,
    options: &SocketOptions,
) -> io::Result<Socket> {
    let socket = stream(&peer, options)?;
    if let Some(local) = local {
        // A client that asks for a fixed port wants it again at once, TIME_WAIT or not.
        #[cfg(not(windows))]
        if local.port() != 0 {
            socket.set_reuse_address(true)?;
        }
        socket.bind(&SockAddr::from(local))?;
    }
    match socket.connect(&SockAddr::from(peer)) {
        Ok(()) => Ok(socket),
        Err(error) if in_progress(&error) => Ok(socket),
        Err(error) => Err(error),
    }
}

fn in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    let begun = error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error());
    #[cfg(not(unix))]
    let begun = false;
    begun || error.kind() == io::ErrorKind::WouldBlock
}

/// Reads what is there. `Ok(None)`: nothing now; `Ok(Some(0))`: the peer has closed.
pub(crate) fn receive(socket: &Socket, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    loop {
        match receive_once(socket, buffer) {
            Ok(read) => return Ok(Some(read)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Without the C library's recv(2), where a thread that has others beside it may be cancelled: two locked
/// instructions a call.
#[cfg(all(target_os = "linux", not(ldicomnet_simulation)))]
fn receive_once(socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let (received, _) = rustix::net::recv(socket, buffer, rustix::net::RecvFlags::empty())?;
    Ok(received)
}

#[cfg(not(all(target_os = "linux", not(ldicomnet_simulation))))]
fn receive_once(socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    io::Read::read(&mut &*socket, buffer)
}

/// Writes as much as the system takes now, which may be nothing.
pub(crate) fn send(socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
    send_with_more(socket, bytes, false)
}

/// As [`send`], of several pieces in one call.
pub(crate) fn send_vectored(socket: &Socket, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    nothing_if_blocked(|| send_vectored_once(socket, pieces))
}

/// As [`send`]; with `more`, the system may wait for what is sent next, to send both together.
pub(crate) fn send_with_more(socket: &Socket, bytes: &[u8], more: bool) -> io::Result<usize> {
    nothing_if_blocked(|| send_once(socket, bytes, more))
}

/// Sends a part of a file without bringing it into this process. `Ok(None)`: the system takes
/// nothing now; `Ok(Some(0))`: the file ends there. `quiet` because sendfile(2) raises SIGPIPE for a
/// peer that has gone, and has no flag against it.
#[cfg(target_os = "linux")]
pub(crate) fn send_file(
    socket: &Socket,
    file: &std::fs::File,
    mut offset: u64,
    length: usize,
    quiet: &super::sigpipe::Blocked,
) -> io::Result<Option<usize>> {
    loop {
        match system::fs::sendfile(socket, file, Some(&mut offset), length) {
            Ok(sent) => return Ok(Some(sent)),
            Err(rustix::io::Errno::AGAIN) => return Ok(None),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                if error == rustix::io::Errno::PIPE {
                    quiet.raised();
                }
                return Err(error.into());
            }
        }
    }
}

fn nothing_if_blocked(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Ok(sent) => return Ok(sent),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn send_vectored_once(socket: &Socket, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    use system::net::{SendAncillaryBuffer, SendFlags, sendmsg};
    Ok(sendmsg(socket, pieces, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn send_vectored_once(socket: &Socket, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    socket.send_vectored(pieces)
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn send_once(socket: &Socket, bytes: &[u8], more: bool) -> io::Result<usize> {
    use system::net::SendFlags;
    #[cfg(target_os = "linux")]
    let more = if more { SendFlags::MORE } else { SendFlags::empty() };
    #[cfg(not(target_os = "linux"))]
    let more = SendFlags::empty();
    Ok(system::net::send(socket, bytes, SendFlags::NOSIGNAL | more)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn send_once(socket: &Socket, bytes: &[u8], _more: bool) -> io::Result<usize> {
    // macOS has SO_NOSIGPIPE, which socket2 sets on every socket; Windows has no SIGPIPE.
    socket.send(bytes)
}

/// Acknowledges at once what was read. A peer that sends a message in two writes with
/// Nagle's algorithm on keeps the second back until the first is acknowledged, which the
/// system would otherwise put off for 40 ms.
pub(crate) fn acknowledge_now(socket: &Socket) {
    #[cfg(target_os = "linux")]
    if let Err(error) = system::net::sockopt::set_tcp_quickack(socket, true) {
        tracing::trace!(%error, "TCP_QUICKACK");
    }
    #[cfg(not(target_os = "linux"))]
    let _no_such_option = socket;
}

/// Makes dropping the socket a reset instead of an orderly end.
pub(crate) fn reset_on_drop(socket: &Socket) {
    if let Err(error) = socket.set_linger(Some(Duration::ZERO)) {
        tracing::debug!(%error, "SO_LINGER");
    }
}

/// Resets the connection at once, whoever else holds the socket for a moment longer; where the
/// system has no way to do that, when it is dropped.
pub(crate) fn reset(socket: &Socket) {
    reset_on_drop(socket);
    #[cfg(target_os = "linux")]
    if let Err(error) = system::net::connect_unspec(socket) {
        tracing::trace!(%error, "disconnect");
    }
}

/// The connection is of no use any more: what has come is read to its end, which is now, and dropping the
/// socket resets it.
pub(crate) fn give_up(socket: &Socket) {
    reset_on_drop(socket);
    if let Err(error) = socket.shutdown(Shutdown::Read) {
        tracing::trace!(%error, "shutdown");
    }
}

/// Tells the peer that nothing more comes. One that has gone already needs no telling.
pub(crate) fn finish_sending(socket: &Socket) {
    if let Err(error) = socket.shutdown(Shutdown::Write) {
        tracing::trace!(%error, "shutdown");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::TcpStream;

    fn listening() -> (Socket, SocketAddr) {
        let at = ListenAddress { address: "127.0.0.1:0".parse().unwrap(), dual_stack: false };
        let listener = listen(&at, 8, &SocketOptions::default()).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        (listener, address)
    }

    #[test]
    fn accepted_sockets_are_ready_for_the_engine() {
        let (listener, address) = listening();
        assert!(accept(&listener, &SocketOptions::default()).unwrap().is_none());
        let mut peer = TcpStream::connect(address).unwrap();
        let (socket, from) = loop {
            if let Some(accepted) = accept(&listener, &SocketOptions::default()).unwrap() {
                break accepted;
            }
            std::thread::yield_now();
        };
        assert_eq!(from, peer.local_addr().unwrap());
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        #[cfg(unix)]
        {
            let flags = rustix::io::fcntl_getfd(&socket).unwrap();
            assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
        }
        assert_eq!(receive(&socket, &mut [0; 4]).unwrap(), None);
        peer.write_all(b"ab").unwrap();
        let mut buffer = [0; 4];
        let read = loop {
            if let Some(read) = receive(&socket, &mut buffer).unwrap() {
                break read;
            }
            std::thread::yield_now();
        };
        assert_eq!(&buffer[..read], b"ab");
    }

    #[cfg(unix)]
    #[test]
    fn writing_to_a_peer_that_has_gone_is_an_error_and_no_signal() {
        let (listener, address) = listening();
        let socket = connect(None, address, &SocketOptions::default()).unwrap();
        drop(listener);
        let mut outcome = Ok(0);
        for _ in 0..100_000 {
            outcome = send(&socket, b"x");
            if outcome.is_err() {
                break;
            }
            std::thread::yield_now();
        }
        // The default action of SIGPIPE in a test harness is ignored by Rust's runtime; the
        // C++ tests prove the flag in a host that has not ignored it.
        assert!(outcome.is_err());
    }
}
