//! One TLS session over a socket that never blocks.

use super::at_work::{self, AtWork};
use super::hello::{self, FirstBytes};
use super::resume::{ClientSessions, ServerSessions};
use super::verify::{Judge, Verifier};
use super::{Failure, Identity, PeerCheck, TlsContext, TlsError, TlsVersion, VerifyMode};
use crate::net::socket::{self, Socket};
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Connection, HandshakeKind, KeyLog,
    KeyLogFile, PeerIncompatible, ServerConfig, ServerConnection,
};
use std::cell::RefCell;
use std::io::{self, IoSlice, Read, Write};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

/// Which side of the handshake this is.
pub(crate) enum Side {
    /// A client of the server that goes by this name or address.
    Client {
        /// What it was connected to, for Server Name Indication and for verifying the name.
        server: String,
        /// Its address, where that is no name.
        address: IpAddr,
    },
    Server,
}

/// A session, its handshake included.
pub(crate) struct Session {
    connection: Connection,
    /// What was read from the socket and there was no room for yet.
    unread: Option<Unread>,
    at_work: AtWork,
    minimum_version: TlsVersion,
    /// A server's, of its client.
    first_bytes: Option<FirstBytes>,
    /// The application is still to be asked about the certificate of a session that was resumed.
    asks_again: bool,
}

/// The records from `place` to `end`, in the buffer they were read to.
struct Unread {
    records: Vec<u8>,
    place: usize,
    end: usize,
}

/// What one read takes from the socket: some records.
const READ_BYTES: usize = 64 << 10;

/// What the session encrypts before the system takes it: as much as a socket usually holds.
const QUEUE_BYTES: usize = 256 << 10;

thread_local! {
    /// Where records are read to. A connection without traffic owns no buffer.
    static RECORDS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
struct Fixed(Option<Arc<CertifiedKey>>);

impl ResolvesServerCert for Fixed {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let is_secure = hello.cipher_suites().iter().copied().any(hello::is_secure);
        at_work::look(|session| session.is_weak = !is_secure);
        self.0.clone()
    }
}

impl rustls::client::ResolvesClientCert for Fixed {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

impl TlsContext {
    fn key_log(&self) -> Option<Arc<dyn KeyLog>> {
        self.settings.key_log.then(|| Arc::new(KeyLogFile::new()) as Arc<dyn KeyLog>)
    }

    pub(super) fn server_config(
        &self,
        identity: &Identity,
        verifier: &Arc<Verifier>,
    ) -> Result<ServerConfig, TlsError> {
        let sessions = Arc::new(ServerSessions::new(Arc::clone(verifier)));
        let verifier = Arc::clone(verifier) as Arc<dyn ClientCertVerifier>;
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider));
        let config = config.with_protocol_versions(self.versions()).map_err(refused)?;
        let shown = Arc::new(Fixed(Some(identity.certified_key())));
        let mut config = config.with_client_cert_verifier(verifier).with_cert_resolver(shown);
        config.session_storage = sessions;
        config.ignore_client_order = !self.settings.cipher_suites.is_empty();
        config.key_log = self.key_log().unwrap_or(config.key_log);
        Ok(config)
    }

    pub(super) fn client_config(&self) -> Result<ClientConfig, TlsError> {
        let verifier = Arc::clone(&self.verifier) as Arc<dyn ServerCertVerifier>;
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let config = config.with_protocol_versions(self.versions()).map_err(refused)?;
        let shown = Arc::new(Fixed(self.settings.client.as_ref().map(Identity::certified_key)));
        let config = config.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = config.with_client_cert_resolver(shown);
        config.resumption = Resumption::store(Arc::new(ClientSessions::new(Arc::clone(&self.verifier))));
        config.key_log = self.key_log().unwrap_or(config.key_log);
        Ok(config)
    }

    /// A session that has not begun. `judge` is asked about the peer's certificate.
    ///
    /// # Errors
    ///
    /// What rustls refuses.
    pub(crate) fn session(&self, side: &Side, judge: Judge) -> Result<Session, TlsError> {
        let mut at_work = AtWork::default();
        let missing = || TlsError::Settings(String::from("made for the other side"));
        let (connection, asks_again): (Connection, bool) = match side {
            Side::Server => {
                let config = self.server.read().unwrap_or_else(PoisonError::into_inner).clone();
                (ServerConnection::new(config.ok_or_else(missing)?).map_err(refused)?.into(), false)
            }
            Side::Client { server, address } => {
                let name = ServerName::try_from(server.clone());
                let name = name.unwrap_or_else(|_| ServerName::IpAddress((*address).into()));
                let config = Arc::clone(self.client.as_ref().ok_or_else(missing)?);
                // A session to resume is looked for here, before there is anybody to ask about it.
                let connection = at_work::with(&mut at_work, || ClientConnection::new(config, name));
                (connection.map_err(refused)?.into(), self.settings.verify != VerifyMode::None)
            }
        };
        at_work.judge = Some(judge);
        let mut session = Session {
            connection,
            unread: None,
            at_work,
            minimum_version: self.settings.minimum_version,
            first_bytes: matches!(side, Side::Server).then(FirstBytes::default),
            asks_again,
        };
        session.connection.set_buffer_limit(Some(QUEUE_BYTES));
        Ok(session)
    }
}

fn refused(error: rustls::Error) -> TlsError {
    TlsError::Settings(error.to_string())
}

impl Session {
    pub(crate) fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    /// Is there something that the system has not taken yet?
    pub(crate) fn wants_write(&self) -> bool {
        self.connection.wants_write()
    }

    /// The suite that was negotiated, by its number on the wire.
    pub(crate) fn cipher_suite(&self) -> Option<u16> {
        self.connection.negotiated_cipher_suite().map(|suite| u16::from(suite.suite()))
    }

    /// Reads what is there, to the end of `buffer`. `Ok(None)`: nothing now; `Ok(Some(0))`: the peer has
    /// closed. Less than there is room for: that was all. What the handshake has to say goes out.
    pub(crate) fn receive(&mut self, socket: &Socket, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let mut filled = 0;
        loop {
            match self.connection.reader().read(buffer.get_mut(filled..).unwrap_or_default()) {
                Ok(0) if filled < buffer.len() => return Ok(Some(filled)),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The end of the stream without its announcement: what DICOM's own lengths tell as well.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Some(filled)),
                Err(error) => return Err(error),
            }
            if filled == buffer.len() {
                return Ok(Some(filled));
            }
            match self.take_records(socket)? {
                Taken::Some => {}
                Taken::Nothing => {
                    self.write_out(socket)?;
                    return Ok((filled > 0).then_some(filled));
                }
                Taken::End if self.connection.is_handshaking() => {
                    return Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the peer closed during the TLS handshake",
                    ));
                }
                Taken::End => return Ok(Some(filled)),
            }
        }
    }

    /// Takes some records, from what is left of the last read or from the socket.
    fn take_records(&mut self, socket: &Socket) -> io::Result<Taken> {
        let mut unread = match self.unread.take() {
            Some(unread) => unread,
            None => {
                // Made when a thread first needs it, or when a connection has kept the one there was.
                let mut records = RECORDS.take();
                records.resize(READ_BYTES, 0);
                match socket::receive(socket, &mut records) {
                    Ok(Some(read @ 1..)) => Unread { records, place: 0, end: read },
                    other => {
                        RECORDS.set(records);
                        return other.map(|read| if read.is_none() { Taken::Nothing } else { Taken::End });
                    }
                }
            }
        };
        let left = self.take(socket, unread.records.get(unread.place..unread.end).unwrap_or_default())?;
        unread.place = unread.end - left;
        if left > 0 {
            self.unread = Some(unread);
        } else {
            RECORDS.set(unread.records);
        }
        Ok(Taken::Some)
    }

    /// Takes records until one has given plaintext; how many bytes are left then.
    fn take(&mut self, socket: &Socket, mut records: &[u8]) -> io::Result<usize> {
        if let Some(version) = self.first_bytes.as_mut().and_then(|first| first.old_version(records)) {
            if let Err(unsent) = socket::send(socket, &hello::PROTOCOL_VERSION_ALERT) {
                tracing::debug!(error = %unsent, "an alert could not be sent");
            }
            return Err(io::Error::new(io::ErrorKind::InvalidData, Failure::OldClient(version)));
        }
        while !records.is_empty() {
            self.connection.read_tls(&mut records)?;
            match self.process() {
                // What was decrypted is read before there is more of it.
                Ok(state) if state.plaintext_bytes_to_read() > 0 || state.peer_has_closed() => break,
                Ok(_) => {}
                Err(error) => {
                    // The alert tells the peer why. It is not waited for.
                    if let Err(unsent) = self.write_out(socket) {
                        tracing::debug!(error = %unsent, "an alert could not be sent");
                    }
                    return Err(io::Error::new(io::ErrorKind::InvalidData, self.failure(error)));
                }
            }
        }
        Ok(records.len())
    }

    fn process(&mut self) -> Result<rustls::IoState, rustls::Error> {
        let state = at_work::with(&mut self.at_work, || self.connection.process_new_packets())?;
        if self.asks_again && !self.connection.is_handshaking() {
            self.asks_again = false;
            self.ask_again()?;
        }
        Ok(state)
    }

    /// What an error says of the peer. A client that is offered all versions from 1.2 on is refused for its
    /// version by a server that has none of them.
    fn failure(&self, error: rustls::Error) -> Failure {
        use rustls::Error as Tls;
        let is_server = self.first_bytes.is_some();
        match error {
            // It may be refused for lacking what only better suites need.
            Tls::PeerIncompatible(_) if self.at_work.is_weak => Failure::WeakClient,
            Tls::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => Failure::OldServer,
            Tls::AlertReceived(AlertDescription::ProtocolVersion)
                if !is_server && self.minimum_version == TlsVersion::Tls12 =>
            {
                Failure::OldServer
            }
            error => Failure::Rustls(error),
        }
    }

    /// Asks about the certificate that a resumed session has not shown again.
    fn ask_again(&mut self) -> Result<(), rustls::Error> {
        let resumed = self.connection.handshake_kind() == Some(HandshakeKind::Resumed);
        let (Some(judge), Some(certificate)) = (&self.at_work.judge, self.at_work.chain.first()) else {
            return Ok(());
        };
        if !resumed || judge(&PeerCheck { certificate, error: None }) {
            return Ok(());
        }
        self.connection.send_close_notify();
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    /// Encrypts and sends as much as the system takes now. What it says was taken may still be under way:
    /// [`wants_write`](Self::wants_write).
    pub(crate) fn send(&mut self, socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        loop {
            self.write_out(socket)?;
            if self.wants_write() || self.is_handshaking() || taken == bytes.len() {
                return Ok(taken);
            }
            taken += self.connection.writer().write(bytes.get(taken..).unwrap_or_default())?;
        }
    }

    /// Sends what was encrypted, as far as the system takes it.
    pub(crate) fn write_out(&mut self, socket: &Socket) -> io::Result<()> {
        while self.connection.wants_write() {
            if self.connection.write_tls(&mut Records(socket))? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&mut self, socket: &Socket) -> io::Result<()> {
        self.connection.send_close_notify();
        self.write_out(socket)
    }
}

enum Taken {
    Some,
    Nothing,
    End,
}

/// The socket as rustls writes to it: several records in a call, and nothing where it is full.
struct Records<'a>(&'a Socket);

impl Write for Records<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        socket::send(self.0, bytes)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        socket::send_vectored(self.0, pieces)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
