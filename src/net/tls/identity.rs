//! A certificate with its private key, from files.

use super::TlsError;
use super::trusted::read_file;
use pkcs8::der::Decode;
use pkcs8::{EncryptedPrivateKeyInfo, SecretDocument};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// How a file of certificates or keys is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Text, of any number of certificates and a key (RFC 7468).
    Pem,
    /// One certificate, or one key, in DER.
    Der,
}

/// A certificate, those of its issuers, and its private key. Cloning shares them.
#[derive(Clone)]
pub struct Identity(Arc<CertifiedKey>);

/// The same one: loaded once.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Identity {}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The key is nobody's to print.
        write!(f, "Identity of {} certificates", self.0.cert.len())
    }
}

/// Room for a password.
const PASSWORD_BYTES_MAX: usize = 1024;

const ENCRYPTED_BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const ENCRYPTED_END: &str = "-----END ENCRYPTED PRIVATE KEY-----";

impl Identity {
    /// Loads a certificate with the ones of its issuers behind it, and its key; without `key` that is in
    /// the file of the certificate. For a key that is encrypted (PKCS #8, PBES2) `password` is asked once:
    /// it fills the buffer and says how many bytes it has put there.
    ///
    /// # Errors
    ///
    /// Files that cannot be read or hold something else, a password that is not the right one, a kind of
    /// key that TLS does not use, and a key that is not the certificate's.
    pub fn load(
        certificate: &Path,
        key: Option<&Path>,
        encoding: Encoding,
        password: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> Result<Self, TlsError> {
        let bytes = read_file(certificate)?;
        let broken = || TlsError::NotCertificates { path: certificate.to_path_buf() };
        let chain: Vec<_> = match encoding {
            Encoding::Der => vec![CertificateDer::from(bytes.clone())],
            Encoding::Pem => {
                CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|_| broken())?
            }
        };
        if chain.is_empty() {
            return Err(broken());
        }
        let key_path = key.unwrap_or(certificate);
        let key_bytes = if key.is_some() { read_file(key_path)? } else { bytes };
        let key = private_key(&key_bytes, encoding, password)
            .ok_or_else(|| TlsError::NotPrivateKey { path: key_path.to_path_buf() })?;
        let key =
            any_supported_type(&key).map_err(|_| TlsError::NotPrivateKey { path: key_path.to_path_buf() })?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            // Some kinds of keys cannot be compared; the handshake would fail.
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {}
            Err(rustls::Error::InconsistentKeys(_)) => return Err(TlsError::KeysMismatch),
            Err(_) => return Err(broken()),
        }
        Ok(Self(Arc::new(certified)))
    }

    pub(super) fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0)
    }
}

fn private_key(
    bytes: &[u8],
    encoding: Encoding,
    password: &mut dyn FnMut(&mut [u8]) -> usize,
) -> Option<PrivateKeyDer<'static>> {
    match encoding {
        Encoding::Pem => match PrivateKeyDer::from_pem_slice(bytes) {
            Ok(key) => Some(key),
            Err(_) => decrypted(&encrypted_document(bytes)?, password),
        },
        Encoding::Der => {
            let plain = PrivateKeyDer::try_from(bytes.to_vec()).ok();
            plain.or_else(|| decrypted(&SecretDocument::try_from(bytes.to_vec()).ok()?, password))
        }
    }
}

/// The first encrypted key of a PEM file, whatever stands around it.
fn encrypted_document(bytes: &[u8]) -> Option<SecretDocument> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, behind) = text.split_once(ENCRYPTED_BEGIN)?;
    let (inside, _) = behind.split_once(ENCRYPTED_END)?;
    let whole = format!("{ENCRYPTED_BEGIN}{inside}{ENCRYPTED_END}\n");
    SecretDocument::from_pem(&whole.replace("\r\n", "\n")).ok().map(|(_, document)| document)
}

fn decrypted(
    document: &SecretDocument,
    password: &mut dyn FnMut(&mut [u8]) -> usize,
) -> Option<PrivateKeyDer<'static>> {
    let encrypted = EncryptedPrivateKeyInfo::from_der(document.as_bytes()).ok()?;
    let mut buffer = [0; PASSWORD_BYTES_MAX];
    let length = password(&mut buffer).min(PASSWORD_BYTES_MAX);
    let plain = encrypted.decrypt(buffer.get(..length).unwrap_or_default());
    buffer.fill(0);
    std::hint::black_box(&buffer);
    let plain = plain.ok()?;
    Some(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(plain.as_bytes().to_vec())))
}
