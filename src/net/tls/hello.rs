//! The first bytes of a client: is it one of those whose versions are gone (RFC 8996, RFC 7568, RFC 6176)?
//!
//! rustls refuses them too, but as a rule for another reason, since they lack what came with TLS 1.2: the
//! client would be told of a failure that it can do nothing about. It must not judge anything else.

use rustls::CipherSuite;

/// The first bytes, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct FirstBytes {
    bytes: [u8; BYTES],
    length: usize,
}

/// A record's header, a handshake message's header, and the version (RFC 5246 6.2.1, 7.4.1.2).
const BYTES: usize = 5 + 4 + 2;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// A fatal alert, protocol_version, in a record of a version that any client knows (RFC 5246 7.2).
pub(super) const PROTOCOL_VERSION_ALERT: [u8; 7] = [21, 3, 1, 0, 2, 2, 70];

impl FirstBytes {
    /// Takes more of what has come; and says by name what the client speaks, if that is too old.
    pub(super) fn old_version(&mut self, input: &[u8]) -> Option<&'static str> {
        if self.length == BYTES {
            return None;
        }
        for (place, byte) in self.bytes.iter_mut().skip(self.length).zip(input) {
            *place = *byte;
        }
        self.length = (self.length + input.len()).min(BYTES);
        match self.bytes.get(..self.length)? {
            // The length of a message of SSL 2 (RFC 6101 E.1), which any version up to TLS 1.1 may begin with.
            [0x80..=0xFF, _, CLIENT_HELLO, 0 | 3, _, ..] => Some("SSL 2"),
            [HANDSHAKE, 3, _, _, _, CLIENT_HELLO, _, _, _, 3, minor] => match minor {
                0 => Some("SSL 3"),
                1 => Some("TLS 1.0"),
                2 => Some("TLS 1.1"),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Has the suite forward secrecy and authenticated encryption, whether it is here or not (RFC 9325 4.2)?
pub(super) fn is_secure(suite: CipherSuite) -> bool {
    const WITH_DHE: [CipherSuite; 7] = [
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_CCM,
        CipherSuite::TLS_DHE_RSA_WITH_AES_256_CCM,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_CCM_8,
        CipherSuite::TLS_DHE_RSA_WITH_AES_256_CCM_8,
    ];
    super::MODIFIED_SUITES.contains(&suite) || WITH_DHE.contains(&suite)
}
