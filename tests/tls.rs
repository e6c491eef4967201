//! Secure connections (PS3.15 Annex B): handshakes that go well and those that do not, over loopback.

mod support;

#[path = "tls/certificates.rs"]
mod certificates;

#[path = "tls/old_peers.rs"]
mod old_peers;

#[path = "tls/resumption.rs"]
mod resumption;

#[path = "tls/tls_1_2.rs"]
mod tls_1_2;

use certificates::Files;
use ldicomnet::Code;
use ldicomnet::dataset::Content;
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, IpType, Net, Requestor, Settings};
use ldicomnet::pdu::{Associate, AssociateForm, Uid};
use ldicomnet::tls::{Identity, PeerCheck, TlsProfile, TlsSettings, TlsVersion, VerifyMode};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use support::child::in_a_process;
use support::hooks::{Event, Recorder, Server, Then};
use support::wire;
use support::{DEADLINE, until};

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";

/// A server that shows a certificate of the authority.
fn server(files: &Files, change: impl FnOnce(&mut TlsSettings)) -> Server {
    let mut tls = TlsSettings { server: Some(files.identity("server")), ..TlsSettings::default() };
    change(&mut tls);
    Server::with_settings(|settings| settings.tls = Some(tls))
}

/// A client that trusts the authority.
fn trusting(files: &Files) -> TlsSettings {
    TlsSettings {
        verify: VerifyMode::Peer,
        authorities: vec![files.path("ca.pem")],
        ..TlsSettings::default()
    }
}

fn connected(server: &Server, tls: Option<TlsSettings>) -> (Net, Arc<Recorder>) {
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<dyn Hooks>);
    net.update_settings(|settings| settings.tls = tls);
    net.connect(b"", 0, b"127.0.0.1", server.address.port().into(), IpType::V4).unwrap();
    let outcome = recorder.log.wait(|_, event| match event {
        Event::Connect(code) => Some(*code),
        _ => None,
    });
    assert_eq!(outcome, Code::Success);
    (net, recorder)
}

/// How the handshake ended for the client, and for the server.
fn secured(recorder: &Recorder) -> Code {
    recorder.log.wait(|_, event| match event {
        Event::Secured(code) => Some(*code),
        _ => None,
    })
}

fn secured_at(server: &Server) -> Code {
    server.log.wait(|_, event| match event {
        Event::Secured(code) => Some(*code),
        _ => None,
    })
}

fn associate(net: &Net) {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, VERIFICATION).unwrap();
    request.add_transfer_syntax(1, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).unwrap();
    request.add_context(3, 0, wire::CT_STORAGE).unwrap();
    request.add_transfer_syntax(3, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).unwrap();
    net.associate_request(&request).unwrap();
}

fn is_accepted(recorder: &Recorder) {
    recorder.log.wait(|_, event| matches!(event, Event::AssociateAccept(_)).then_some(()));
}

/// An echo there and back.
fn echoes(net: &Net, recorder: &Recorder, message_id: u16) {
    net.send_command(1, dimse::c_echo_rq(message_id, VERIFICATION), None).unwrap();
    recorder.log.wait(|_, event| match event {
        Event::Message(message) => {
            (message.command.message_id_being_responded_to() == Some(message_id)).then_some(())
        }
        _ => None,
    });
}

#[test]
fn an_association_from_request_to_release_in_tls_1_3() {
    let files = Files::new();
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let server = server(&files, |tls| tls.minimum_version = version);
        let (net, recorder) = connected(&server, Some(trusting(&files)));
        // Requested before the handshake is over: it waits for that.
        associate(&net);
        assert_eq!((secured(&recorder), secured_at(&server)), (Code::Success, Code::Success));
        is_accepted(&recorder);
        echoes(&net, &recorder, 7);
        let suite = net.cipher_suite().unwrap();
        assert!((0x1301..=0x1303).contains(&suite), "{suite:04x}");
        assert_eq!(server.net.client(0).unwrap().cipher_suite(), Some(suite));
        net.release_request().unwrap();
        recorder.log.wait(|_, event| matches!(event, Event::ReleaseResponse).then_some(()));
        assert_eq!(recorder.log.closed().1, Code::Success);
        net.close();
    }
}

#[test]
fn a_mutual_handshake_needs_a_certificate_of_the_client() {
    let files = Files::new();
    let server = server(&files, |tls| {
        tls.verify = VerifyMode::PeerRequired;
        tls.authorities = vec![files.path("ca.pem")];
    });
    let with = TlsSettings { client: Some(files.identity("client")), ..trusting(&files) };
    let (net, recorder) = connected(&server, Some(with));
    associate(&net);
    is_accepted(&recorder);
    echoes(&net, &recorder, 1);
    net.close();
    let (net, recorder) = connected(&server, Some(trusting(&files)));
    // In TLS 1.3 the client is told after it thinks that it is done.
    assert_eq!(recorder.log.closed().1, Code::TlsHandshakeFailure);
    until("the server has told", || {
        server.log.count(|_, event| matches!(event, Event::Secured(Code::TlsHandshakeFailure))) == 1
    });
    net.close();
}

#[test]
fn a_certificate_of_somebody_else_ends_the_handshake_on_both_sides() {
    let files = Files::new();
    let other = Files::new();
    let server = server(&files, |_| {});
    let (net, recorder) = connected(&server, Some(trusting(&other)));
    assert_eq!(secured(&recorder), Code::TlsUnableToGetIssuerCertLocally);
    assert_eq!(recorder.log.closed().1, Code::TlsUnableToGetIssuerCertLocally);
    assert_eq!(secured_at(&server), Code::TlsUnknownCa);
    net.close();
}

#[test]
fn a_requestor_waits_for_the_handshake_and_is_told_why_it_failed() {
    let (files, other) = (Files::new(), Files::new());
    let server = server(&files, |_| {});
    let requestor = Requestor::new(DEADLINE);
    let associate = |tls| {
        requestor.net().update_settings(|settings| settings.tls = Some(tls));
        let contexts = [(Uid::VERIFICATION, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])];
        let request = Associate::request(b"ANY-SCP", b"ECHO-SCU", contexts).unwrap();
        requestor.associate(b"127.0.0.1", server.address.port().into(), IpType::V4, &request)
    };
    let error = associate(trusting(&other)).unwrap_err();
    assert_eq!(error.code(), Code::TlsUnableToGetIssuerCertLocally);
    associate(trusting(&files)).unwrap();
    assert_eq!(requestor.echo().unwrap(), 0);
    requestor.release().unwrap();
}

#[test]
fn without_verifying_any_certificate_will_do() {
    let files = Files::new();
    let server = server(&files, |_| {});
    let (net, recorder) = connected(&server, Some(TlsSettings::default()));
    assert_eq!(secured(&recorder), Code::Success);
    net.close();
}

#[test]
fn a_name_is_verified_if_it_is_asked_for() {
    let files = Files::new();
    let server = server(&files, |_| {});
    // The certificate is made out to a name, and not to 127.0.0.1.
    let strict = TlsSettings { verify_name: true, ..trusting(&files) };
    let (net, recorder) = connected(&server, Some(strict));
    assert_eq!(secured(&recorder), Code::TlsCertificateVerifyFailed);
    net.close();
}

#[test]
fn a_revoked_certificate_is_not_good() {
    let files = Files::new();
    let server = server(&files, |_| {});
    for (list, expected) in [
        ("none.crl", Code::Success),
        ("server.crl", Code::TlsCertRevoked),
        ("old.crl", Code::TlsCrlHasExpired),
    ] {
        let tls = TlsSettings { revocation_lists: vec![files.path(list)], ..trusting(&files) };
        let (net, recorder) = connected(&server, Some(tls));
        assert_eq!(secured(&recorder), expected, "{list}");
        net.close();
    }
}

#[test]
fn a_chain_may_have_so_many_issuers() {
    let files = Files::new();
    let too_long = Code::TlsCertChainTooLong;
    for (issuers, depth, expected) in [
        (0, Some(0), Code::Success),
        (1, Some(0), too_long),
        (1, Some(1), Code::Success),
        (3, Some(2), too_long),
        (3, Some(9), Code::Success),
        (6, None, Code::Success),
        (7, None, too_long),
        (7, Some(9), too_long),
    ] {
        let shown = files.identity(&format!("deep{issuers}"));
        let strict = TlsSettings {
            verify: VerifyMode::PeerRequired,
            verify_depth: depth,
            server: Some(shown.clone()),
            client: Some(shown),
            ..trusting(&files)
        };
        let server = Server::with_settings(|settings| settings.tls = Some(strict.clone()));
        let (net, recorder) = connected(&server, Some(strict.clone()));
        assert_eq!(secured(&recorder), expected, "{issuers} issuers, {depth:?} allowed");
        // Its own word or the client's.
        secured_at(&server);
        net.close();
        // The same of a client, which takes any server.
        let client = TlsSettings { verify: VerifyMode::None, ..strict };
        let (net, _) = connected(&server, Some(client));
        let mut handshakes = 0;
        let told = server.log.wait(|_, event| match event {
            Event::Secured(code) => {
                handshakes += 1;
                (handshakes == 2).then_some(*code)
            }
            _ => None,
        });
        assert_eq!(told, expected, "{issuers} issuers, {depth:?} allowed");
        let number = if expected == Code::Success { 0 } else { 22 };
        assert!(server.log.count(|_, event| matches!(event, Event::Verify(found) if *found == number)) > 0);
        net.close();
    }
}

/// Judges certificates by a number: 0 refuses all, 1 takes all.
struct Judge {
    takes: bool,
    number: AtomicI32,
    recorder: Arc<Recorder>,
}

impl Hooks for Judge {
    fn on_secure_link_ready(&self, net: &Net, code: Code) {
        self.recorder.on_secure_link_ready(net, code);
    }

    fn on_close(&self, net: &Net, code: Code, client: &Net) {
        self.recorder.on_close(net, code, client);
    }

    fn on_verify(&self, net: &Net, check: &PeerCheck<'_>) -> bool {
        self.number.store(check.number(), Ordering::SeqCst);
        assert!(!check.certificate.is_empty() && net.is_connected());
        // A hook may do everything, with the handshake going on.
        assert!(net.cipher_suite().is_none() && net.queued_bytes() == 0);
        self.takes
    }
}

#[test]
fn the_application_has_the_last_word_on_a_certificate() {
    let files = Files::new();
    let other = Files::new();
    let server = server(&files, |_| {});
    for (authority, takes, number, expected) in [
        (&files, true, 0, Code::Success),
        (&files, false, 0, Code::TlsApplicationVerification),
        (&other, true, 20, Code::Success),
        (&other, false, 20, Code::TlsUnableToGetIssuerCertLocally),
    ] {
        let recorder = Recorder::usual();
        let judge = Arc::new(Judge { takes, number: AtomicI32::new(-1), recorder: Arc::clone(&recorder) });
        let net = Net::new(Arc::clone(&judge) as Arc<dyn Hooks>);
        net.update_settings(|settings| settings.tls = Some(trusting(authority)));
        net.connect(b"", 0, b"127.0.0.1", server.address.port().into(), IpType::V4).unwrap();
        assert_eq!(secured(&recorder), expected);
        assert_eq!(judge.number.load(Ordering::SeqCst), number);
        net.close();
    }
}

#[test]
fn a_plain_peer_on_a_secure_port_and_the_reverse_end_with_an_error_on_both_sides() {
    let files = Files::new();
    let secure = server(&files, |_| {});
    let (net, recorder) = connected(&secure, None);
    associate(&net);
    assert_eq!(secured_at(&secure), Code::TlsDecodeError);
    // An alert is no PDU: AA-8.
    let abort = recorder.log.wait(|_, event| match event {
        Event::Abort(abort) => Some(*abort),
        _ => None,
    });
    assert_eq!((abort.source, abort.reason), (2, 1));
    assert_eq!(recorder.log.closed().1, Code::BadSecureMode);
    net.close();

    let plain = Server::start();
    let (net, recorder) = connected(&plain, Some(trusting(&files)));
    // An A-ABORT is no record of TLS.
    assert_eq!(secured(&recorder), Code::TlsDecodeError);
    assert_eq!(recorder.log.closed().1, Code::TlsDecodeError);
    assert_eq!(plain.log.closed().1, Code::BadSecureMode);
    net.close();
    // Nobody else is taken for one.
    plain.peer().send(&[0x16, 4, 0, 0]);
    let mut closes = 0;
    let code = plain.log.wait(|_, event| match event {
        Event::Close(code, _) => {
            closes += 1;
            (closes == 2).then_some(*code)
        }
        _ => None,
    });
    assert_ne!(code, Code::BadSecureMode);
}

#[test]
fn a_handshake_that_stalls_has_its_own_time_and_keeps_nobody_else_waiting() {
    let files = Files::new();
    let server = server(&files, |tls| tls.handshake_timeout = Duration::from_millis(300));
    let begun = Instant::now();
    // Nothing at all, and the beginning of a ClientHello.
    let mut silent =
        [TcpStream::connect(server.address).unwrap(), TcpStream::connect(server.address).unwrap()];
    silent[1].write_all(&[0x16, 3, 1, 2, 0, 1, 0, 1]).unwrap();
    let (net, recorder) = connected(&server, Some(trusting(&files)));
    associate(&net);
    is_accepted(&recorder);
    echoes(&net, &recorder, 3);
    for stream in &mut silent {
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut rest = Vec::new();
        // An orderly end or a reset, but an end.
        let _end = stream.read_to_end(&mut rest);
    }
    assert!(begun.elapsed() >= Duration::from_millis(300));
    until("both were told of", || {
        server.log.count(|_, event| matches!(event, Event::Secured(Code::NetTimeOut))) == 2
    });
    net.close();
}

#[test]
fn a_client_that_leaves_in_the_middle_of_its_handshake_is_told_of_once() {
    let files = Files::new();
    let server = server(&files, |_| {});
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(&[0x16, 3, 1]).unwrap();
    drop(stream);
    assert_ne!(secured_at(&server), Code::Success);
    assert_ne!(server.log.closed().1, Code::Success);
    assert_eq!(server.log.count(|_, event| matches!(event, Event::Secured(_) | Event::Close(..))), 2);
}

#[test]
fn large_data_sets_arrive_whole_from_memory_and_from_files() {
    const BYTES: usize = 9_000_001;
    let files = Files::new();
    let server = Server::with(
        |settings: &mut Settings| {
            settings.tls =
                Some(TlsSettings { server: Some(files.identity("server")), ..TlsSettings::default() });
            settings.memory_bytes_max = 2 << 20;
        },
        |_, _| Then::Usual,
    );
    let (net, recorder) = connected(&server, Some(trusting(&files)));
    associate(&net);
    is_accepted(&recorder);
    let bytes: Vec<u8> = (0..BYTES).map(|index| (index % 251) as u8).collect();
    std::fs::write(files.path("object"), &bytes).unwrap();
    let contents = [Content::from(bytes.clone()), Content::open(&files.path("object")).unwrap()];
    for (message_id, content) in (1..).zip(contents) {
        let request = dimse::c_store_rq(message_id, wire::CT_STORAGE, b"1.2.3", 0, None);
        net.send_command(3, request, Some(content)).unwrap();
        let got = server.log.wait(|_, event| match event {
            Event::Message(message) if message.command.message_id() == Some(message_id) => {
                message.data_set.clone()
            }
            _ => None,
        });
        assert!(got.to_bytes(u64::MAX).unwrap() == bytes, "message {message_id}");
    }
    echoes(&net, &recorder, 9);
    net.close();
}

#[test]
fn a_certificate_can_be_replaced_while_listening() {
    let files = Files::new();
    let other = Files::new();
    let server = server(&files, |_| {});
    server.net.set_server_identity(other.identity("server")).unwrap();
    let (net, recorder) = connected(&server, Some(trusting(&other)));
    assert_eq!(secured(&recorder), Code::Success);
    net.close();
    let plain = Server::start();
    let refused = plain.net.set_server_identity(other.identity("server")).unwrap_err();
    assert_eq!(refused.code(), Code::Parameter);
}

#[test]
fn a_client_names_the_server_that_it_was_given_the_name_of() {
    let files = Files::new();
    for (host, named) in [("localhost", Some("localhost")), ("127.0.0.1", None)] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let net = Net::new(Recorder::usual());
        net.update_settings(|settings| settings.tls = Some(trusting(&files)));
        net.connect(b"", 0, host.as_bytes(), port.into(), IpType::V4).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut acceptor = rustls::server::Acceptor::default();
        let accepted = loop {
            acceptor.read_tls(&mut stream).unwrap();
            if let Some(accepted) = acceptor.accept().unwrap_or_else(|(error, _)| panic!("{error}")) {
                break accepted;
            }
        };
        // RFC 6066 3: an address is no name.
        assert_eq!(accepted.client_hello().server_name(), named);
        net.close();
    }
}

#[test]
fn secrets_are_logged_when_that_is_asked_for_and_not_by_the_environment_alone() {
    let test = secrets_are_logged_when_that_is_asked_for_and_not_by_the_environment_alone;
    in_a_process(test, "export SSLKEYLOGFILE=$(mktemp)", || {
        let log = std::env::var("SSLKEYLOGFILE").unwrap();
        let written = || std::fs::read_to_string(&log).unwrap();
        let files = Files::new();
        for key_log in [false, true] {
            let server = server(&files, |_| {});
            let (net, recorder) = connected(&server, Some(TlsSettings { key_log, ..trusting(&files) }));
            assert_eq!(secured(&recorder), Code::Success);
            net.close();
            assert_eq!(written().contains("CLIENT_TRAFFIC_SECRET_0 "), key_log);
            assert!(key_log || written().is_empty());
        }
        std::fs::remove_file(&log).unwrap();
    });
}

#[test]
fn settings_that_cannot_be_are_refused_before_anything_is_opened() {
    let files = Files::new();
    let identity = Some(files.identity("server"));
    let bad = [
        (TlsSettings::default(), Code::CertificateLoadFailed),
        // TLS_RSA_WITH_AES_128_CBC_SHA and TLS_RSA_WITH_3DES_EDE_CBC_SHA.
        (
            TlsSettings { cipher_suites: vec![0x002F], server: identity.clone(), ..TlsSettings::default() },
            Code::TlsInsufficientSecurity,
        ),
        (
            TlsSettings {
                cipher_suites: vec![0xC02F, 0x000A],
                server: identity.clone(),
                ..TlsSettings::default()
            },
            Code::TlsInsufficientSecurity,
        ),
        (
            TlsSettings {
                authorities: vec![files.path("nowhere")],
                server: identity.clone(),
                ..TlsSettings::default()
            },
            Code::Open,
        ),
        (
            TlsSettings {
                authorities: vec![files.path("server.key")],
                server: identity.clone(),
                ..TlsSettings::default()
            },
            Code::TlsInvalidContextCaFile,
        ),
    ];
    for (tls, expected) in bad {
        let net = Net::new(Recorder::usual());
        net.update_settings(|settings| settings.tls = Some(tls.clone()));
        let refused = net.listen(b"127.0.0.1", 0, 5, IpType::V4).unwrap_err();
        assert_eq!(refused.code(), expected, "{refused}");
        assert!(!net.is_activated());
    }
}

#[test]
fn authorities_come_from_files_of_several_from_several_files_and_from_directories() {
    let (files, other) = (Files::new(), Files::new());
    let server = server(&files, |_| {});
    let directory = files.path("authorities");
    std::fs::create_dir_all(directory.join("further")).unwrap();
    std::fs::copy(other.path("ca.pem"), directory.join("1.pem")).unwrap();
    std::fs::copy(files.path("server.key"), directory.join("2.key")).unwrap();
    let both = [other.path("ca.pem"), files.path("ca.pem")].map(|path| std::fs::read(path).unwrap());
    let outcome = |authorities: Vec<_>, lists: &[&str]| {
        let revocation_lists = lists.iter().map(|list| files.path(list)).collect();
        let tls = TlsSettings { authorities, revocation_lists, ..trusting(&files) };
        let (net, recorder) = connected(&server, Some(tls));
        let code = secured(&recorder);
        net.close();
        code
    };
    let unknown = Code::TlsUnableToGetIssuerCertLocally;
    assert_eq!(outcome(vec![directory.clone()], &[]), unknown);
    assert_eq!(outcome(vec![directory.clone(), files.path("ca.pem")], &[]), Code::Success);
    std::fs::write(directory.join("3.pem"), both.concat()).unwrap();
    assert_eq!(outcome(vec![directory.clone()], &[]), Code::Success);
    assert_eq!(outcome(vec![directory.join("3.pem")], &["client.crl"]), Code::Success);
    // The newer of an authority's lists counts.
    for lists in [["client.crl", "server.crl"], ["server.crl", "client.crl"]] {
        assert_eq!(outcome(vec![directory.join("3.pem")], &lists), Code::TlsCertRevoked);
    }
    for (path, expected) in [("further", Code::TlsInvalidContextCaFile), ("nowhere", Code::Open)] {
        let net = Net::new(Recorder::usual());
        let tls = TlsSettings { authorities: vec![directory.join(path)], ..trusting(&files) };
        net.update_settings(|settings| settings.tls = Some(tls));
        let refused = net.connect(b"", 0, b"127.0.0.1", 1, IpType::V4).unwrap_err();
        assert_eq!(refused.code(), expected, "{refused}");
    }
}

mod identities {
    use super::*;
    use ldicomnet::tls::{Encoding, TlsError};

    fn never(_: &mut [u8]) -> usize {
        panic!("no password is needed")
    }

    #[test]
    fn a_certificate_and_its_key_are_loaded_from_one_file_or_two_in_both_encodings() {
        let files = Files::new();
        let load = |certificate: &str, key: Option<&str>, encoding| {
            let key = key.map(|key| files.path(key));
            Identity::load(&files.path(certificate), key.as_deref(), encoding, &mut never)
        };
        load("server.pem", Some("server.key"), Encoding::Pem).unwrap();
        load("server.der", Some("server.key.der"), Encoding::Der).unwrap();
        load("both.pem", None, Encoding::Pem).unwrap();
        let missing = load("nowhere.pem", None, Encoding::Pem).unwrap_err();
        assert!(matches!(missing, TlsError::File { .. }) && missing.code() == Code::Open, "{missing}");
        let other = load("server.pem", Some("client.key"), Encoding::Pem).unwrap_err();
        assert_eq!(other.code(), Code::KeysMismatch);
        let no_key = load("server.pem", None, Encoding::Pem).unwrap_err();
        assert_eq!(no_key.code(), Code::PrivateKeyLoadFailed);
        let no_certificate = load("server.key", None, Encoding::Pem).unwrap_err();
        assert_eq!(no_certificate.code(), Code::CertificateLoadFailed);
    }

    #[test]
    fn an_encrypted_key_asks_for_its_password() {
        let files = Files::new();
        let load = |password: &'static [u8]| {
            let mut asked = 0;
            let outcome = Identity::load(
                &files.path("server.pem"),
                Some(&files.path("server.key.encrypted")),
                Encoding::Pem,
                &mut |buffer| {
                    asked += 1;
                    buffer[..password.len()].copy_from_slice(password);
                    password.len()
                },
            );
            (outcome.map(drop).map_err(|error| error.code()), asked)
        };
        assert_eq!(load(b"secret"), (Ok(()), 1));
        assert_eq!(load(b"secreT"), (Err(Code::PrivateKeyLoadFailed), 1));
        assert_eq!(load(b""), (Err(Code::PrivateKeyLoadFailed), 1));
    }

    #[test]
    fn a_key_is_never_printed() {
        let files = Files::new();
        let tls = TlsSettings { server: Some(files.identity("server")), ..TlsSettings::default() };
        let printed = format!("{tls:?}");
        assert!(printed.contains("Identity of 1 certificates"), "{printed}");
    }
}
