//! TLS 1.2 and 1.3 over rustls: what a secure connection is made with (PS3.15 Annex B).
//!
//! What rustls does not have is refused by name: SSL, TLS 1.0 and 1.1, suites without forward secrecy or
//! without authenticated encryption. It must know nothing of DICOM's messages.

mod at_work;
mod depth;
mod failure;
mod hello;
mod identity;
mod resume;
mod session;
mod trusted;
mod verify;

pub(crate) use failure::Failure;
pub use failure::{TlsError, verify_number};
pub use identity::{Encoding, Identity};
pub(crate) use session::{Session, Side};
pub(crate) use verify::Judge;
pub use verify::{PeerCheck, VerifyMode};

use rustls::crypto::{CryptoProvider, ring};
use rustls::{CipherSuite, ClientConfig, ServerConfig, SupportedProtocolVersion};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use trusted::Trusted;
use verify::Verifier;

/// A profile of PS3.15 Annex B.
///
/// Either way keys are exchanged by ECDHE over X25519, P-256 or P-384, certificates have RSA keys of 2048 bits
/// at least, or ECDSA or Ed25519 keys of 256, and signatures with SHA-256 or better, and there is no
/// renegotiation, compression or early data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsProfile {
    /// PS3.15 B.12, BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile: TLS 1.2, and 1.3, which is
    /// preferred. The suites are what RFC 9325 section 4.2 recommends (ECDHE with AES-GCM) and those that are
    /// not weaker (ECDHE with ChaCha20-Poly1305).
    #[default]
    Bcp195Rfc8996,
    /// PS3.15 B.13, Modified BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile: no suite but those
    /// it names. rustls has six of the ten of TLS 1.2 and three of the five of TLS 1.3: not those in CCM mode,
    /// which the profile asks a server for too.
    ModifiedBcp195Rfc8996,
}

/// The suites that a server of PS3.15 B.13 has, those of TLS 1.3 first.
const MODIFIED_SUITES: [CipherSuite; 15] = [
    CipherSuite::TLS13_AES_256_GCM_SHA384,
    CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS13_AES_128_GCM_SHA256,
    CipherSuite::TLS13_AES_128_CCM_SHA256,
    CipherSuite::TLS13_AES_128_CCM_8_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CCM,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
];

/// The least version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// RFC 5246.
    #[default]
    Tls12,
    /// RFC 8446.
    Tls13,
}

/// What secure connections are made with. Read when an object listens or connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The profile.
    pub profile: TlsProfile,
    /// The least version.
    pub minimum_version: TlsVersion,
    /// The suites of TLS 1.2 by their numbers on the wire, the preferred first; empty for those of the
    /// profile. Those of TLS 1.3 are not chosen: all of them are good. A listener with a list goes by its own
    /// order, else by the client's.
    pub cipher_suites: Vec<u16>,
    /// Whether the peer's certificate is asked for and what becomes of one that is not good.
    pub verify: VerifyMode,
    /// How many issuers may stand between the peer's certificate and the authority, 0 for none; more are wrong
    /// as OpenSSL's 22 (certificate chain too long). Six at most, and if there is no limit here.
    pub verify_depth: Option<u32>,
    /// A client's: the server's certificate must be for the name or the address that was connected to. Off
    /// by default: certificates of DICOM devices are rarely made out to the names they are called by.
    pub verify_name: bool,
    /// Files of certificates, PEM, of the authorities that are trusted, each of any number; or directories of
    /// such files, where others are left alone.
    pub authorities: Vec<PathBuf>,
    /// Files of revocation lists, PEM or DER. With any, a certificate whose state none of them tells is
    /// not good, nor is one that only a list tells of whose next was due.
    pub revocation_lists: Vec<PathBuf>,
    /// What a listener shows.
    pub server: Option<Identity>,
    /// What a client shows if it is asked.
    pub client: Option<Identity>,
    /// Whether the secrets of each connection go to the file that SSLKEYLOGFILE names, for debugging:
    /// whoever has it reads everything.
    pub key_log: bool,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self {
            profile: TlsProfile::default(),
            minimum_version: TlsVersion::default(),
            cipher_suites: Vec::new(),
            verify: VerifyMode::default(),
            verify_depth: None,
            verify_name: false,
            authorities: Vec::new(),
            revocation_lists: Vec::new(),
            server: None,
            client: None,
            key_log: false,
            // A handshake is two round trips and some milliseconds of work.
            handshake_timeout: Duration::from_secs(20),
        }
    }
}

static TLS_1_3: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

/// Settings that were looked through, and what the connections of one object share.
pub(crate) struct TlsContext {
    pub(crate) settings: TlsSettings,
    trusted: Trusted,
    provider: Arc<CryptoProvider>,
    verifier: Arc<Verifier>,
    /// What a client's sessions are made with, among it those it may resume.
    client: Option<Arc<ClientConfig>>,
    /// The same of a listener. Another may be put in its place while it listens.
    server: RwLock<Option<Arc<ServerConfig>>>,
}

impl std::fmt::Debug for TlsContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsContext").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl TlsContext {
    /// # Errors
    ///
    /// Suites that rustls does not have, authorities and revocation lists that cannot be read, a listener
    /// without a certificate.
    pub(crate) fn for_listener(settings: &TlsSettings) -> Result<Arc<Self>, TlsError> {
        let Some(identity) = &settings.server else { return Err(TlsError::NoCertificate) };
        let context = Self::new(settings, Trusted::read(settings)?)?;
        let config = context.server_config(identity, &context.verifier)?;
        Ok(Arc::new(Self { server: RwLock::new(Some(Arc::new(config))), ..context }))
    }

    /// That of a connection; the one of the `last` before, whose session can be resumed, if neither the
    /// settings nor what their files say have changed.
    ///
    /// # Errors
    ///
    /// As [`for_listener`](Self::for_listener).
    pub(crate) fn for_client(
        settings: &TlsSettings,
        last: Option<&Arc<Self>>,
    ) -> Result<Arc<Self>, TlsError> {
        let trusted = Trusted::read(settings)?;
        if let Some(last) = last.filter(|last| last.settings == *settings && last.trusted == trusted) {
            return Ok(Arc::clone(last));
        }
        let mut context = Self::new(settings, trusted)?;
        context.client = Some(Arc::new(context.client_config()?));
        Ok(Arc::new(context))
    }

    fn new(settings: &TlsSettings, trusted: Trusted) -> Result<Self, TlsError> {
        let provider = Arc::new(provider(settings)?);
        let verifier = Arc::new(Verifier::new(&provider, settings, &trusted)?);
        Ok(Self {
            settings: settings.clone(),
            trusted,
            provider,
            verifier,
            client: None,
            server: RwLock::default(),
        })
    }

    /// What connections that come from now on are shown. The files of authorities and revocation lists are
    /// read anew for them, and they do not resume older sessions.
    ///
    /// # Errors
    ///
    /// Files that cannot be read: all stays as it is. What rustls refuses.
    pub(crate) fn replace_server_identity(&self, identity: &Identity) -> Result<(), TlsError> {
        let trusted = Trusted::read(&self.settings)?;
        let verifier = Arc::new(Verifier::new(&self.provider, &self.settings, &trusted)?);
        let config = Arc::new(self.server_config(identity, &verifier)?);
        *self.server.write().unwrap_or_else(PoisonError::into_inner) = Some(config);
        Ok(())
    }

    fn versions(&self) -> &'static [&'static SupportedProtocolVersion] {
        match self.settings.minimum_version {
            TlsVersion::Tls12 => rustls::ALL_VERSIONS,
            TlsVersion::Tls13 => TLS_1_3,
        }
    }
}

fn provider(settings: &TlsSettings) -> Result<CryptoProvider, TlsError> {
    let mut provider = ring::default_provider();
    let is_tls13 = |suite: &rustls::SupportedCipherSuite| suite.tls13().is_some();
    if settings.cipher_suites.is_empty() {
        if settings.profile == TlsProfile::ModifiedBcp195Rfc8996 {
            provider.cipher_suites.retain(|suite| MODIFIED_SUITES.contains(&suite.suite()));
        }
        return Ok(provider);
    }
    let (mut suites, tls12): (Vec<_>, Vec<_>) = provider.cipher_suites.iter().copied().partition(is_tls13);
    for number in &settings.cipher_suites {
        let found = tls12.iter().find(|suite| u16::from(suite.suite()) == *number);
        suites.push(*found.ok_or(TlsError::CipherSuite { number: *number })?);
    }
    provider.cipher_suites = suites;
    Ok(provider)
}
