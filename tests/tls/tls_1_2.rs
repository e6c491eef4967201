//! TLS 1.2 and its suites, with a client that is no LDicomNet and speaks nothing else.

use super::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const AES_128_GCM: u16 = 0xC02B;
const AES_256_GCM: u16 = 0xC02C;
const CHACHA20: u16 = 0xCCA9;

/// A client that is no LDicomNet, and speaks nothing but TLS 1.2 with these suites (ECDHE-ECDSA), in this
/// order.
fn client(files: &Files, server: &Server, suites: &[u16]) -> StreamOwned<ClientConnection, TcpStream> {
    let mut provider = rustls::crypto::ring::default_provider();
    let all = std::mem::take(&mut provider.cipher_suites);
    let named = |suite: &u16| all.iter().copied().find(|one| u16::from(one.suite()) == *suite);
    provider.cipher_suites = suites.iter().filter_map(named).collect();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(files.path("ca.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(provider));
    let config = config.with_protocol_versions(&[&rustls::version::TLS12]).unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("server.example").unwrap();
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

/// How the handshake with such a client ends for the server.
fn outcome(files: &Files, server: &Server, suite: u16) -> Code {
    let mut client = client(files, server, &[suite]);
    // A refusal is an error here too, whose words are the other library's.
    let _written = client.write_all(&wire::associate_rq());
    secured_at(server)
}

#[test]
fn it_carries_an_association() {
    let files = Files::new();
    let server = server(&files, |_| {});
    let mut client = client(&files, &server, &[AES_256_GCM]);
    client.write_all(&wire::associate_rq()).unwrap();
    let mut accept = [0; 6];
    client.read_exact(&mut accept).unwrap();
    let mut rest = vec![0; u32::from_be_bytes(accept[2..].try_into().unwrap()) as usize];
    client.read_exact(&mut rest).unwrap();
    assert_eq!(accept[0], 2);
    client.write_all(&wire::echo_rq(1, 9)).unwrap();
    let expected = wire::echo_rsp(1, 9);
    let mut answer = vec![0; expected.len()];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(answer, expected);
    assert_eq!(server.net.client(0).unwrap().cipher_suite(), Some(AES_256_GCM));
}

#[test]
fn each_profile_has_its_suites() {
    let files = Files::new();
    for profile in [TlsProfile::Bcp195Rfc8996, TlsProfile::ModifiedBcp195Rfc8996] {
        let server = server(&files, |tls| tls.profile = profile);
        for suite in [AES_128_GCM, AES_256_GCM, CHACHA20] {
            let mut client = client(&files, &server, &[suite]);
            client.write_all(&wire::associate_rq()).unwrap();
            client.read_exact(&mut [0; 6]).unwrap();
            let negotiated = client.conn.negotiated_cipher_suite().map(|it| u16::from(it.suite()));
            assert_eq!(negotiated, Some(suite), "{profile:?}");
        }
    }
}

#[test]
fn a_list_of_suites_is_in_the_servers_order() {
    let files = Files::new();
    for (own, expected) in [
        (vec![], AES_128_GCM),
        (vec![AES_256_GCM, AES_128_GCM], AES_256_GCM),
        (vec![AES_128_GCM, AES_256_GCM], AES_128_GCM),
    ] {
        let server = server(&files, |tls| tls.cipher_suites = own.clone());
        let mut client = client(&files, &server, &[AES_128_GCM, AES_256_GCM]);
        client.write_all(&wire::associate_rq()).unwrap();
        client.read_exact(&mut [0; 6]).unwrap();
        let negotiated = client.conn.negotiated_cipher_suite().map(|it| u16::from(it.suite()));
        assert_eq!(negotiated, Some(expected), "{own:04X?}");
    }
}

#[test]
fn a_list_of_suites_is_all_that_is_spoken() {
    let files = Files::new();
    for (suite, expected) in [(AES_256_GCM, Code::Success), (AES_128_GCM, Code::TlsHandshakeFailure)] {
        let server = server(&files, |tls| tls.cipher_suites = vec![AES_256_GCM]);
        assert_eq!(outcome(&files, &server, suite), expected, "{suite:04X}");
    }
}

#[test]
fn it_is_refused_where_tls_1_3_is_the_least() {
    let files = Files::new();
    let server = server(&files, |tls| tls.minimum_version = TlsVersion::Tls13);
    assert_eq!(outcome(&files, &server, AES_256_GCM), Code::TlsProtocolVersion);
}
