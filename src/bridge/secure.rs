//! TLS as `LDicomNet` works with it: settings, certificates, what a handshake tells.

use super::ffi::TlsView;
use super::net::{NetHandle, path_of};
use super::{code, guard};
use crate::engine::Handshake;
use crate::error::Code;
use crate::tls::{Encoding, Identity, PeerCheck, TlsProfile, TlsSettings, TlsVersion, VerifyMode};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use x509_cert::der::Decode;

/// The certificates of an object.
#[derive(Default)]
pub(super) struct Identities(Mutex<Pair>);

#[derive(Clone, Default)]
struct Pair {
    server: Option<Identity>,
    client: Option<Identity>,
}

impl NetHandle {
    /// Connections are secure from now on, in this way.
    pub(super) fn set_tls(&self, view: &TlsView<'_>) -> i32 {
        code(|| {
            let pair = self.identities.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let tls = TlsSettings {
                profile: match view.profile {
                    0 => TlsProfile::Bcp195Rfc8996,
                    _ => TlsProfile::ModifiedBcp195Rfc8996,
                },
                minimum_version: if view.minimum_version > 12 {
                    TlsVersion::Tls13
                } else {
                    TlsVersion::Tls12
                },
                cipher_suites: view.cipher_suites.to_vec(),
                // L_SSL_VERIFY_PEER and L_SSL_VERIFY_FAIL_IF_NO_PEER_CERT.
                verify: match (view.verify & 1, view.verify & 2) {
                    (0, _) => VerifyMode::None,
                    (_, 0) => VerifyMode::Peer,
                    _ => VerifyMode::PeerRequired,
                },
                verify_name: view.verify_name,
                verify_depth: (view.verify_depth != u32::MAX).then_some(view.verify_depth),
                authorities: paths_of(view.authorities),
                revocation_lists: paths_of(view.revocation_lists),
                server: pair.server,
                client: pair.client,
                key_log: view.key_log,
                handshake_timeout: Duration::from_millis(view.handshake_timeout_ms.into()),
            };
            self.net.update_settings(|settings| settings.tls = Some(tls));
            Ok(())
        })
    }

    /// Loads the certificate of the server's or the client's side; an empty `key` is in the same file. A
    /// listener shows the new one from now on.
    pub(super) fn load_identity(&self, is_server: bool, certificate: &[u8], key: &[u8], is_der: bool) -> i32 {
        code(|| {
            let encoding = if is_der { Encoding::Der } else { Encoding::Pem };
            let key = (!key.is_empty()).then(|| path_of(key));
            let mut password = |buffer: &mut [u8]| {
                let length = self.sink().on_private_key_password(self.net.current_generation(), buffer);
                usize::try_from(length).unwrap_or(0)
            };
            let identity = Identity::load(&path_of(certificate), key.as_deref(), encoding, &mut password)?;
            let mut pair = self.identities.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !is_server {
                pair.client = Some(identity);
                return Ok(());
            }
            pair.server = Some(identity.clone());
            drop(pair);
            match self.net.set_server_identity(identity) {
                // It is not secure yet: what it listens with later has it.
                Err(error) if error.code() == Code::Parameter => Ok(()),
                outcome => outcome,
            }
        })
    }

    /// The suite of a secure connection by its number on the wire; 0 without one.
    pub(super) fn cipher_suite(&self) -> u16 {
        guard(0, || self.net.cipher_suite().unwrap_or(0))
    }

    /// How far the handshake is, in the numbers of GetTLSStatus.
    pub(super) fn handshake(&self) -> u32 {
        guard(0, || match self.net.handshake() {
            None => 0,
            Some(Handshake::OfClient) => 1,
            Some(Handshake::OfServer) => 2,
            Some(Handshake::Done) => 3,
        })
    }
}

/// Paths that are each ended by a NUL.
fn paths_of(bytes: &[u8]) -> Vec<PathBuf> {
    bytes.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(path_of).collect()
}

/// What OnVerify is told: the subject of a certificate, in words.
pub(super) fn subject_of(check: &PeerCheck<'_>) -> String {
    match x509_cert::Certificate::from_der(check.certificate) {
        Ok(certificate) => certificate.tbs_certificate.subject.to_string(),
        Err(_) => String::from("a certificate that cannot be read"),
    }
}

/// What is wrong with it, in words.
pub(super) fn verdict_of(check: &PeerCheck<'_>) -> String {
    check.error.map_or_else(|| String::from("ok"), |error| error.to_string())
}
