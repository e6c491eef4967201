//! Sessions that are resumed, by peers that are no LDicomNet and say whether they were: and that nobody comes
//! in by an old session who would not by a new one.

use super::*;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, ServerConfig, ServerConnection,
    StreamOwned, SupportedProtocolVersion,
};
use std::net::TcpListener;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

const ABORT: [u8; 10] = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];

fn certificates(files: &Files, name: &str) -> Vec<CertificateDer<'static>> {
    vec![CertificateDer::from_pem_file(files.path(&format!("{name}.pem"))).unwrap()]
}

fn key(files: &Files, name: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_file(files.path(&format!("{name}.key"))).unwrap()
}

fn roots(files: &Files) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(certificates(files, "ca").remove(0)).unwrap();
    Arc::new(roots)
}

/// A client that keeps its sessions from one connection to the next.
struct Client(Arc<ClientConfig>);

impl Client {
    fn new(files: &Files, version: &'static SupportedProtocolVersion) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_protocol_versions(&[version]).unwrap().with_root_certificates(roots(files));
        let config = config.with_client_auth_cert(certificates(files, "client"), key(files, "client"));
        let mut config = config.unwrap();
        config.resumption = Resumption::in_memory_sessions(8);
        Self(Arc::new(config))
    }

    /// Connects, requests an association and waits for its answer.
    fn handshake(&self, server: &Server) -> std::io::Result<HandshakeKind> {
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let name = ServerName::try_from("server.example").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.0), name).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        stream.write_all(&wire::associate_rq())?;
        stream.read_exact(&mut [0; 6])?;
        Ok(stream.conn.handshake_kind().unwrap())
    }
}

/// A listener that asks its clients for certificates, and whether it takes them in the end.
fn strict_server(files: &Files) -> (Server, Arc<AtomicBool>) {
    let takes = Arc::new(AtomicBool::new(true));
    let taken = Arc::clone(&takes);
    let tls = TlsSettings {
        verify: VerifyMode::PeerRequired,
        authorities: vec![files.path("ca.pem")],
        server: Some(files.identity("server")),
        ..TlsSettings::default()
    };
    let server = Server::with(
        |settings| settings.tls = Some(tls),
        move |_, event| match event {
            Event::Verify(_) if !taken.load(Ordering::SeqCst) => Then::Nothing,
            _ => Then::Usual,
        },
    );
    (server, takes)
}

fn judged(log: &support::hooks::Log) -> usize {
    log.count(|_, event| matches!(event, Event::Verify(0)))
}

#[test]
fn a_client_resumes_its_session_and_is_judged_anew() {
    let files = Files::new();
    for version in VERSIONS {
        let (server, takes) = strict_server(&files);
        let client = Client::new(&files, version);
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Full);
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Resumed, "{version:?}");
        // What the next one is resumed from was resumed itself.
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Resumed, "{version:?}");
        assert_eq!(judged(&server.log), 3);
        // Revoked since, as far as the application is concerned.
        takes.store(false, Ordering::SeqCst);
        client.handshake(&server).unwrap_err();
        until("the server has told", || {
            server.log.count(|_, event| matches!(event, Event::Secured(Code::TlsApplicationVerification)))
                == 1
        });
    }
}

#[test]
fn a_certificate_that_is_replaced_ends_the_sessions_of_the_one_before() {
    let files = Files::new();
    for version in VERSIONS {
        let (server, _) = strict_server(&files);
        let client = Client::new(&files, version);
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Full);
        server.net.set_server_identity(files.identity("server")).unwrap();
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Full, "{version:?}");
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Resumed, "{version:?}");
    }
}

#[test]
fn what_is_revoked_while_listening_counts_when_the_certificate_is_set_again() {
    let files = Files::new();
    for version in VERSIONS {
        let list = files.path("now.crl");
        std::fs::copy(files.path("none.crl"), &list).unwrap();
        let tls = TlsSettings {
            verify: VerifyMode::PeerRequired,
            authorities: vec![files.path("ca.pem")],
            revocation_lists: vec![list.clone()],
            server: Some(files.identity("server")),
            ..TlsSettings::default()
        };
        let server = Server::with_settings(|settings| settings.tls = Some(tls.clone()));
        let client = Client::new(&files, version);
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Full);
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Resumed, "{version:?}");
        // A list that cannot be read changes nothing.
        std::fs::write(&list, b"no list").unwrap();
        server.net.set_server_identity(files.identity("server")).unwrap_err();
        assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Resumed, "{version:?}");
        std::fs::copy(files.path("client.crl"), &list).unwrap();
        server.net.set_server_identity(files.identity("server")).unwrap();
        client.handshake(&server).unwrap_err();
        until("the server has told", || {
            server.log.count(|_, event| matches!(event, Event::Secured(Code::TlsCertRevoked))) == 1
        });
    }
}

#[test]
fn who_listens_anew_with_other_authorities_or_lists_resumes_nothing() {
    let files = Files::new();
    let other = Files::new();
    for version in VERSIONS {
        for (authorities, lists) in [(&other, "none.crl"), (&files, "client.crl")] {
            let (server, _) = strict_server(&files);
            let client = Client::new(&files, version);
            assert_eq!(client.handshake(&server).unwrap(), HandshakeKind::Full);
            server.net.close();
            server.net.update_settings(|settings| {
                if let Some(tls) = &mut settings.tls {
                    tls.authorities = vec![authorities.path("ca.pem")];
                    tls.revocation_lists = vec![authorities.path(lists)];
                }
            });
            server.net.listen(b"127.0.0.1", server.address.port().into(), 5, IpType::V4).unwrap();
            client.handshake(&server).unwrap_err();
            until("the server has told", || {
                server.log.count(|_, event| {
                    let expected = [Code::TlsUnableToGetIssuerCertLocally, Code::TlsCertRevoked];
                    matches!(event, Event::Secured(code) if expected.contains(code))
                }) == 1
            });
        }
    }
}

/// A server of another kind: how the handshakes of its clients went, one after the other.
fn other_server(
    files: &Files,
    version: &'static SupportedProtocolVersion,
    connections: usize,
) -> (u32, JoinHandle<Vec<Option<HandshakeKind>>>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots(files), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let config = config.with_client_cert_verifier(verifier.build().unwrap());
    let config =
        Arc::new(config.with_single_cert(certificates(files, "server"), key(files, "server")).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().into();
    let serve = move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        // A client that refuses sends no request; its own tests say so.
        stream.read_exact(&mut [0; 6]).ok()?;
        stream.write_all(&ABORT).ok()?;
        stream.conn.handshake_kind()
    };
    (port, std::thread::spawn(move || (0..connections).map(|_| serve()).collect()))
}

/// An object that connects again and again, and asks for an association each time.
struct Again {
    net: Net,
    recorder: Arc<Recorder>,
    takes: Arc<AtomicBool>,
    closes: usize,
}

impl Again {
    fn new(tls: TlsSettings) -> Self {
        let takes = Arc::new(AtomicBool::new(true));
        let taken = Arc::clone(&takes);
        let recorder = Recorder::new(move |net, event| match event {
            Event::Secured(Code::Success) => {
                associate(net);
                Then::Usual
            }
            Event::Verify(_) if !taken.load(Ordering::SeqCst) => Then::Nothing,
            _ => Then::Usual,
        });
        let net = Net::new(Arc::clone(&recorder) as Arc<dyn Hooks>);
        net.update_settings(|settings| settings.tls = Some(tls));
        Self { net, recorder, takes, closes: 0 }
    }

    /// What became of the handshake, and how often the application was asked about a good certificate.
    fn connect(&mut self, port: u32) -> (Code, usize) {
        let before = self.recorder.log.all().len();
        self.net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
        self.closes += 1;
        let mut closes = 0;
        self.recorder.log.wait(|_, event| {
            closes += usize::from(matches!(event, Event::Close(..)));
            (closes == self.closes).then_some(())
        });
        self.net.close();
        let since = self.recorder.log.all().split_off(before);
        let code = since.iter().find_map(|entry| match entry.event {
            Event::Secured(code) => Some(code),
            _ => None,
        });
        (code.unwrap(), since.iter().filter(|entry| matches!(entry.event, Event::Verify(0))).count())
    }
}

fn known(files: &Files) -> TlsSettings {
    TlsSettings { client: Some(files.identity("client")), ..trusting(files) }
}

const FULL: Option<HandshakeKind> = Some(HandshakeKind::Full);
const RESUMED: Option<HandshakeKind> = Some(HandshakeKind::Resumed);

#[test]
fn an_object_that_connects_again_resumes_its_session_and_judges_anew() {
    let files = Files::new();
    for version in VERSIONS {
        let (port, server) = other_server(&files, version, 4);
        let mut client = Again::new(known(&files));
        for _ in 0..3 {
            assert_eq!(client.connect(port), (Code::Success, 1));
        }
        client.takes.store(false, Ordering::SeqCst);
        assert_eq!(client.connect(port), (Code::TlsApplicationVerification, 1));
        let kinds = server.join().unwrap();
        assert_eq!(kinds[..3], [FULL, RESUMED, RESUMED], "{version:?}");
    }
}

#[test]
fn an_object_whose_settings_or_files_have_changed_resumes_nothing() {
    let files = Files::new();
    let other = Files::new();
    for version in VERSIONS {
        let (port, server) = other_server(&files, version, 5);
        let path = files.path("trusted.pem");
        std::fs::copy(files.path("ca.pem"), &path).unwrap();
        let mut client = Again::new(TlsSettings { authorities: vec![path.clone()], ..known(&files) });
        assert_eq!(client.connect(port), (Code::Success, 1));
        // Another certificate of this side.
        client.net.update_settings(|settings| {
            settings.tls.as_mut().unwrap().client = Some(files.identity("client"));
        });
        assert_eq!(client.connect(port), (Code::Success, 1));
        // The same authority among others.
        let both = [files.path("ca.pem"), other.path("ca.pem")].map(|it| std::fs::read(it).unwrap());
        std::fs::write(&path, both.concat()).unwrap();
        assert_eq!(client.connect(port), (Code::Success, 1));
        client.net.update_settings(|settings| {
            settings.tls.as_mut().unwrap().revocation_lists = vec![files.path("server.crl")];
        });
        assert_eq!(client.connect(port), (Code::TlsCertRevoked, 0));
        std::fs::copy(other.path("ca.pem"), &path).unwrap();
        assert_eq!(client.connect(port), (Code::TlsUnableToGetIssuerCertLocally, 0));
        assert_eq!(server.join().unwrap()[..3], [FULL; 3], "{version:?}");
    }
}
