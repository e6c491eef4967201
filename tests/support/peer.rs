//! A peer that is nothing but a socket. Everything it waits for has a deadline, past which
//! the test fails.

use super::{DEADLINE, wire};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
}

impl Peer {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::of(TcpStream::connect_timeout(&address, DEADLINE).expect("connect"))
    }

    /// Connects to one who resets at once, which the system may tell of earlier or later.
    #[track_caller]
    pub(crate) fn is_refused_by(address: SocketAddr) {
        match TcpStream::connect_timeout(&address, DEADLINE) {
            Ok(stream) => Self::of(stream).is_reset(),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
    }

    pub(crate) fn of(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        Self { stream }
    }

    /// One that has associated.
    pub(crate) fn associated(address: SocketAddr) -> Self {
        let mut peer = Self::connect(address);
        peer.associate(&wire::associate_rq());
        peer
    }

    /// Sends this A-ASSOCIATE-RQ, which must be accepted, and gives the answer.
    pub(crate) fn associate(&mut self, request: &[u8]) -> Vec<u8> {
        self.send(request);
        let answer = self.pdu();
        assert_eq!(answer[0], 2, "an A-ASSOCIATE-AC: {answer:02x?}");
        answer
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("send");
    }

    /// The next PDU, whole.
    pub(crate) fn pdu(&mut self) -> Vec<u8> {
        let mut pdu = vec![0; 6];
        self.stream.read_exact(&mut pdu).expect("the header of a PDU");
        let length = u32::from_be_bytes(pdu[2..6].try_into().unwrap()) as usize;
        pdu.resize(6 + length, 0);
        self.stream.read_exact(&mut pdu[6..]).expect("the body of a PDU");
        pdu
    }

    /// These very bytes come next.
    #[track_caller]
    pub(crate) fn is_answered(&mut self, expected: &[u8]) {
        let mut found = vec![0; expected.len()];
        if let Err(error) = self.stream.read_exact(&mut found) {
            panic!("{error} instead of {expected:02x?}, so far {found:02x?}");
        }
        assert!(found == expected, "answered {found:02x?}\nexpected {expected:02x?}");
    }

    /// The stream ends here, in good order.
    #[track_caller]
    pub(crate) fn is_closed(&mut self) {
        match self.stream.read(&mut [0; 64]) {
            Ok(0) => {}
            other => panic!("{other:?} instead of the end of the stream"),
        }
    }

    /// The connection is reset, with nothing to read before.
    #[track_caller]
    pub(crate) fn is_reset(&mut self) {
        match self.stream.read(&mut [0; 64]) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            other => panic!("{other:?} instead of a reset"),
        }
    }

    /// The stream ends, one way or the other; what came before does not matter.
    #[track_caller]
    pub(crate) fn ends(&mut self) {
        let mut bytes = [0; 4096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return,
                Err(error) => panic!("{error} instead of the end of the stream"),
            }
        }
    }

    /// Nothing comes for a while.
    #[track_caller]
    pub(crate) fn is_silent_for(&mut self, time: Duration) {
        self.stream.set_read_timeout(Some(time)).unwrap();
        match self.stream.read(&mut [0; 64]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            other => panic!("{other:?} instead of silence"),
        }
        self.stream.set_read_timeout(Some(DEADLINE)).unwrap();
    }

    /// A C-ECHO on context 1 is answered.
    #[track_caller]
    pub(crate) fn echoes(&mut self, message_id: u16) {
        self.send(&wire::echo_rq(1, message_id));
        self.is_answered(&wire::echo_rsp(1, message_id));
    }

    /// Releases the association in good order.
    #[track_caller]
    pub(crate) fn releases(&mut self) {
        self.send(&wire::release_rq());
        self.is_answered(&wire::release_rp());
    }

    /// Ends the connection with a reset.
    pub(crate) fn reset(self) {
        let socket = socket2::Socket::from(self.stream);
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }
}

/// A listening peer, for objects that connect.
pub(crate) struct Host {
    listener: TcpListener,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    pub(crate) fn port(&self) -> u32 {
        u32::from(self.listener.local_addr().unwrap().port())
    }

    pub(crate) fn accept(&self) -> Peer {
        Peer::of(self.listener.accept().unwrap().0)
    }
}
