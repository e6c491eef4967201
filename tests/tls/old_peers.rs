//! Peers whose versions or suites are not secure any more, made by hand: what they are told, and what our side
//! is told of them.

use super::*;
use std::net::TcpListener;

/// TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_CBC_SHA: RSA key exchange.
const RSA: [u16; 2] = [0x009C, 0x0035];
const TRIPLE_DES_RSA: [u16; 1] = [0x000A];
const TRIPLE_DES: [u16; 2] = [0x000A, 0xC012];
const RC4: [u16; 2] = [0x0005, 0xC011];
/// With forward secrecy, and with a MAC of its own.
const CBC: [u16; 2] = [0xC013, 0xC027];
/// Secure, and not here: TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 and TLS_ECDHE_ECDSA_WITH_AES_128_CCM.
const DHE: u16 = 0x009E;
const CCM: u16 = 0xC0AC;
const GOOD: [u16; 1] = [0xC02B];

fn with_length<const N: usize>(bytes: &[u8]) -> Vec<u8> {
    let length = (bytes.len() as u32).to_be_bytes();
    [&length[4 - N..], bytes].concat()
}

/// A ClientHello (RFC 5246 7.4.1.2) of a version, with the extensions that came with TLS 1.2 or none.
fn client_hello(minor: u8, suites: &[u16]) -> Vec<u8> {
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    body.push(0);
    let numbers: Vec<u8> = suites.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    body.extend(with_length::<2>(&numbers));
    body.extend([1, 0]);
    // signature_algorithms: ecdsa_secp256r1_sha256; supported_groups: secp256r1; uncompressed points.
    let extensions = [0, 13, 0, 4, 0, 2, 4, 3, 0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0];
    match (minor, suites) {
        (..3, _) => {}
        // As OpenSSL does it, where no suite needs the others.
        (_, suites) if suites == TRIPLE_DES_RSA => body.extend(with_length::<2>(&extensions[..8])),
        _ => body.extend(with_length::<2>(&extensions)),
    }
    let message = [&[1][..], &with_length::<3>(&body)].concat();
    [&[22, 3, minor.min(1)][..], &with_length::<2>(&message)].concat()
}

/// A ClientHello of SSL 2 (RFC 6101 E.1) for this version: one suite, no session, a challenge of 16 bytes.
fn hello_of_ssl_2(version: [u8; 2]) -> Vec<u8> {
    let mut body = vec![1, version[0], version[1], 0, 3, 0, 0, 0, 16, 0, 0, 0x0A];
    body.extend([7; 16]);
    [&[0x80, body.len() as u8][..], &body].concat()
}

/// Sends it, as a whole or byte by byte. The answer, to the end, and what the server was told.
fn answer_to(server: &Server, hello: &[u8], in_bytes: bool) -> (Vec<u8>, Code) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    for piece in hello.chunks(if in_bytes { 1 } else { hello.len() }) {
        // Refused before all of it was sent.
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    // An end in order or a reset; what came before it counts.
    let _end = stream.read_to_end(&mut answer);
    (answer, secured_at(server))
}

/// A fatal alert, whatever the version of its record.
fn alert(answer: &[u8]) -> Option<u8> {
    match answer {
        [21, 3, _, 0, 2, 2, alert] => Some(*alert),
        _ => None,
    }
}

const HANDSHAKE_FAILURE: u8 = 40;
const PROTOCOL_VERSION: u8 = 70;

#[test]
fn a_client_of_an_old_version_is_told_that_it_is_the_version() {
    let files = Files::new();
    let all = [GOOD.as_slice(), &RSA, &TRIPLE_DES, &RC4, &CBC].concat();
    let mut hellos: Vec<_> = [0, 1, 2].map(|minor| client_hello(minor, &all)).into();
    hellos.extend([[0, 2], [3, 0], [3, 1]].map(hello_of_ssl_2));
    for hello in hellos {
        for minimum_version in [TlsVersion::Tls12, TlsVersion::Tls13] {
            let server = server(&files, |tls| tls.minimum_version = minimum_version);
            let (answer, told) = answer_to(&server, &hello, false);
            assert_eq!(alert(&answer), Some(PROTOCOL_VERSION), "{hello:02X?}");
            assert_eq!(told, Code::TlsInsufficientSecurity, "{hello:02X?}");
        }
    }
}

#[test]
fn an_old_version_is_seen_in_bytes_that_come_one_by_one() {
    let files = Files::new();
    let server = server(&files, |_| {});
    assert_eq!(answer_to(&server, &client_hello(1, &RSA), true).1, Code::TlsInsufficientSecurity);
}

#[test]
fn a_client_without_a_secure_suite_is_told_of_as_that() {
    let files = Files::new();
    for (suites, expected) in [
        (RSA.as_slice(), Code::TlsInsufficientSecurity),
        (&TRIPLE_DES_RSA, Code::TlsInsufficientSecurity),
        (&TRIPLE_DES, Code::TlsInsufficientSecurity),
        (&RC4, Code::TlsInsufficientSecurity),
        (&CBC, Code::TlsInsufficientSecurity),
        (&[RSA[0], DHE], Code::TlsHandshakeFailure),
        (&[RSA[0], CCM], Code::TlsHandshakeFailure),
    ] {
        let server = server(&files, |_| {});
        let (answer, told) = answer_to(&server, &client_hello(3, suites), false);
        assert_eq!((alert(&answer), told), (Some(HANDSHAKE_FAILURE), expected), "{suites:04X?}");
    }
    // What is wrong with the others is their suites alone: with a good one the server goes on.
    let server = server(&files, |_| {});
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(&client_hello(3, &[&RSA[..], &GOOD].concat())).unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!((answer[0], answer[5]), (22, 2), "a ServerHello");
}

/// A server that answers any ClientHello with these bytes.
fn answering(answer: Vec<u8>) -> u32 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut header = [0; 5];
        stream.read_exact(&mut header).unwrap();
        let mut hello = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        stream.read_exact(&mut hello).unwrap();
        stream.write_all(&answer).unwrap();
        // Open until the client has had enough.
        let _end = stream.read(&mut header);
    });
    port.into()
}

#[test]
fn a_server_without_anything_secure_is_told_of_as_that_where_it_can_be_known() {
    let files = Files::new();
    let alert = |code| vec![21, 3, 1, 0, 2, 2, code];
    // A ServerHello of TLS 1.0 with TLS_RSA_WITH_AES_256_CBC_SHA, and one of TLS 1.2.
    let hello = |minor| {
        let body = [&[3, minor][..], &[7; 32], &[0, 0, 0x35, 0]].concat();
        let message = [&[2][..], &with_length::<3>(&body)].concat();
        [&[22, 3, minor][..], &with_length::<2>(&message)].concat()
    };
    for (answer, minimum_version, expected) in [
        (alert(PROTOCOL_VERSION), TlsVersion::Tls12, Code::TlsInsufficientSecurity),
        // It may speak TLS 1.2, which this side does not here.
        (alert(PROTOCOL_VERSION), TlsVersion::Tls13, Code::TlsProtocolVersion),
        (hello(1), TlsVersion::Tls12, Code::TlsInsufficientSecurity),
        (hello(3), TlsVersion::Tls13, Code::TlsProtocolVersion),
        // RSA key exchange alone: the server does not say what it is that does not suit.
        (alert(HANDSHAKE_FAILURE), TlsVersion::Tls12, Code::TlsHandshakeFailure),
        (alert(71), TlsVersion::Tls12, Code::TlsInsufficientSecurity),
        // One that takes a suite it was not offered.
        (hello(3), TlsVersion::Tls12, Code::TlsIllegalParameter),
    ] {
        let port = answering(answer.clone());
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<dyn Hooks>);
        net.update_settings(|settings| {
            settings.tls = Some(TlsSettings { minimum_version, ..trusting(&files) });
        });
        net.connect(b"", 0, b"127.0.0.1", port, IpType::V4).unwrap();
        assert_eq!(secured(&recorder), expected, "{answer:02X?}");
        assert_eq!(recorder.log.closed().1, expected);
        net.close();
    }
}
