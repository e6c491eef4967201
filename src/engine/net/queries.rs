//! What an object can be asked about itself, and the options of its socket.

use super::{Net, Role};
use crate::error::{Code, Error};
use crate::net::address;
use crate::net::socket::{Socket, SocketOptions};
use crate::pdu::{Associate, Uid};
use std::net::SocketAddr;
use std::sync::Arc;

impl Net {
    /// Does it listen, connect, or is it connected?
    pub fn is_activated(&self) -> bool {
        !matches!(&*self.role(), Role::Idle | Role::Ended(_))
    }

    /// Is it one end of a connection?
    pub fn is_connected(&self) -> bool {
        self.connection().is_some_and(|connection| connection.is_open())
    }

    /// Is there an association that messages may be sent on?
    pub fn is_associated(&self) -> bool {
        self.connection().is_some_and(|connection| connection.is_associated())
    }

    /// Those of the bytes queued that wait for the system, and not for the window.
    #[cfg(ldicomnet_simulation)]
    pub fn unsent_bytes(&self) -> u64 {
        self.connection().map_or(0, |connection| connection.unsent_bytes())
    }

    /// Bytes queued for the peer.
    pub fn queued_bytes(&self) -> u32 {
        let bytes = self.connection().map_or(0, |connection| connection.queued_bytes());
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// The listener that accepted this connection, while it listens.
    pub fn server(&self) -> Option<Self> {
        let listener = match &*self.role() {
            Role::Connected(connection) => connection.listener().cloned(),
            Role::Ended(ended) => ended.listener.clone(),
            _ => None,
        }?;
        (!listener.is_closed()).then(|| listener.net().clone())
    }

    /// Accepted connections of this listener, or of the one that accepted this connection.
    pub fn client_count(&self) -> u32 {
        self.own_or_accepting_listener().map_or(0, |listener| narrow(listener.client_count()))
    }

    /// One of them, in order of acceptance.
    pub fn client(&self, index: u32) -> Option<Self> {
        self.own_or_accepting_listener()?.client(index as usize)
    }

    /// The local address and port.
    ///
    /// # Errors
    ///
    /// `NetNotConnected` for an object that neither listens nor was connected.
    pub fn host_info(&self) -> Result<(String, u16), Error> {
        let local = match &*self.role() {
            Role::Listening(listener) => Some(listener.address()),
            Role::Connected(connection) => connection.local(),
            Role::Ended(ended) => ended.local,
            _ => None,
        };
        named(local)
    }

    /// The peer's address and port.
    ///
    /// # Errors
    ///
    /// `NetNotConnected` for an object that was not connected.
    pub fn peer_info(&self) -> Result<(String, u16), Error> {
        let peer = match &*self.role() {
            Role::Connected(connection) => Some(connection.peer()),
            Role::Ended(ended) => Some(ended.peer),
            _ => None,
        };
        named(peer)
    }

    /// The transfer syntax that was negotiated for a presentation context.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` without an association; `PduId` for a context that was not
    /// accepted.
    pub fn accepted_transfer_syntax(&self, presentation_context_id: u8) -> Result<Uid, Error> {
        let Some(negotiated) = self.negotiated() else {
            return Err(Error::of(if self.is_connected() {
                Code::NetInvalid
            } else {
                Code::NetNotConnected
            }));
        };
        let context = negotiated.context(presentation_context_id).filter(|context| context.result == 0);
        let transfer_syntax = context.and_then(|context| context.transfer_syntaxes.first().copied());
        transfer_syntax.ok_or_else(|| {
            let why = format!("presentation context {presentation_context_id} was not accepted");
            Error::new(Code::PduId, why)
        })
    }

    /// What was negotiated: the answer, with the abstract syntaxes of the request.
    pub fn negotiated(&self) -> Option<Arc<Associate>> {
        // Not asked with the role locked: a connection that ends locks its state first, and the role then.
        let connection = match &*self.role() {
            Role::Connected(connection) => Arc::clone(connection),
            Role::Ended(ended) => return ended.negotiated.clone(),
            _ => return None,
        };
        connection.negotiated()
    }

    /// The options of the object's socket, as the system has them.
    ///
    /// # Errors
    ///
    /// `NetNotConnected` without a socket; the system's.
    pub fn socket_options(&self) -> Result<SocketOptions, Error> {
        let read = |socket: &Socket| -> std::io::Result<SocketOptions> {
            let bytes = |size: usize| i32::try_from(size).unwrap_or(i32::MAX);
            Ok(SocketOptions {
                send_buffer_bytes: bytes(socket.send_buffer_size()?),
                receive_buffer_bytes: bytes(socket.recv_buffer_size()?),
                no_delay: socket.tcp_nodelay()?,
            })
        };
        self.with_socket(read)
    }

    /// Sets the options: of the object's socket, if it has one, and of those it will make.
    ///
    /// # Errors
    ///
    /// The system's; `Parameter` for negative sizes.
    pub fn set_socket_options(&self, options: SocketOptions) -> Result<(), Error> {
        if options.send_buffer_bytes < 0 || options.receive_buffer_bytes < 0 {
            return Err(Error::new(Code::Parameter, "a negative buffer size"));
        }
        match self.with_socket(|socket| options.apply(socket)) {
            Err(error) if error.code() != Code::NetNotConnected => return Err(error),
            _ => {}
        }
        self.update_settings(|settings| settings.socket = options);
        Ok(())
    }

    fn with_socket<R>(&self, work: impl FnOnce(&Socket) -> std::io::Result<R>) -> Result<R, Error> {
        let outcome = match (self.connection(), self.listener()) {
            (Some(connection), _) => work(connection.socket()),
            (None, Some(listener)) => match listener.with_socket(work) {
                Some(outcome) => outcome,
                None => return Err(Error::of(Code::NetNotConnected)),
            },
            (None, None) => return Err(Error::of(Code::NetNotConnected)),
        };
        outcome.map_err(|error| Error::io("socket options", &error))
    }
}

pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn named(address: Option<SocketAddr>) -> Result<(String, u16), Error> {
    let address = address.ok_or_else(|| Error::of(Code::NetNotConnected))?;
    Ok((address::text(&address), address.port()))
}
