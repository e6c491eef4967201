//! Whether the peer's certificate is good: what rustls says, and what the application makes of it.

use super::at_work;
use super::depth::DepthLimit;
use super::trusted::Trusted;
use super::{TlsError, TlsSettings, verify_number};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, SignatureScheme};
use std::fmt;
use std::sync::Arc;
use webpki::KeyUsage;

/// What becomes of the peer's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerifyMode {
    /// A listener asks for none; a client takes any.
    #[default]
    None,
    /// One that is not good ends the connection, unless the application takes it. A listener asks for one,
    /// and takes clients that have none.
    Peer,
    /// As `Peer`; a client without a certificate is refused.
    PeerRequired,
}

/// A certificate that was looked at, for the application to judge.
#[derive(Clone, Copy, Debug)]
pub struct PeerCheck<'a> {
    /// The peer's certificate, in DER.
    pub certificate: &'a [u8],
    /// What is wrong with it; `None` if it is good.
    pub error: Option<&'a CertificateError>,
}

impl PeerCheck<'_> {
    /// As OpenSSL numbers it (X509_V_*): 0 if it is good.
    pub fn number(&self) -> i32 {
        self.error.map_or(0, verify_number)
    }
}

/// Asks the application: is the certificate taken? On the thread of the connection's turn.
pub(crate) type Judge = Arc<dyn Fn(&PeerCheck<'_>) -> bool + Send + Sync>;

/// Verifies the certificates of the peers of one object.
pub(super) struct Verifier {
    mode: VerifyMode,
    verifies_name: bool,
    depth: Option<DepthLimit>,
    server: Option<Arc<WebPkiServerVerifier>>,
    client: Option<Arc<dyn ClientCertVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Verifier {
    pub(super) fn new(
        provider: &Arc<CryptoProvider>,
        settings: &TlsSettings,
        trusted: &Trusted,
    ) -> Result<Self, TlsError> {
        let algorithms = provider.signature_verification_algorithms;
        let depth = settings.verify_depth.map(|max| DepthLimit::new(max, trusted, algorithms)).transpose()?;
        let mut verifier = Self {
            mode: settings.verify,
            verifies_name: settings.verify_name,
            depth,
            server: None,
            client: None,
            algorithms,
        };
        let Trusted { roots, lists } = trusted;
        // Without an authority no certificate is good, which rustls has no verifier for.
        if !roots.is_empty() {
            let refused = |error: &dyn fmt::Display| TlsError::Settings(error.to_string());
            let server = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider));
            let server = server.with_crls(lists.iter().cloned()).enforce_revocation_expiration().build();
            verifier.server = Some(server.map_err(|error| refused(&error))?);
            let client = WebPkiClientVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider));
            let client = client.with_crls(lists.iter().cloned()).enforce_revocation_expiration().build();
            verifier.client = Some(client.map_err(|error| refused(&error))?);
        }
        Ok(verifier)
    }

    /// May a client that showed this chain once come in again?
    pub(super) fn takes_client_again(&self, chain: &[CertificateDer<'_>]) -> bool {
        match chain.split_first() {
            None => self.mode != VerifyMode::PeerRequired,
            Some((certificate, issuers)) => {
                self.verify_client_cert(certificate, issuers, UnixTime::now()).is_ok()
            }
        }
    }

    /// Is the chain that a server showed once still good?
    pub(super) fn takes_server_again(&self, chain: &[CertificateDer<'_>], server: &ServerName<'_>) -> bool {
        chain.split_first().is_some_and(|(certificate, issuers)| {
            self.verify_server_cert(certificate, issuers, server, &[], UnixTime::now()).is_ok()
        })
    }

    /// What rustls found, as the mode and the application see it.
    fn judged(
        &self,
        certificate: &CertificateDer<'_>,
        issuers: &[CertificateDer<'_>],
        found: Result<(), rustls::Error>,
    ) -> Result<(), rustls::Error> {
        let chain = || std::iter::once(certificate).chain(issuers).map(|it| it.clone().into_owned());
        let judge = at_work::look(|session| {
            session.chain = chain().collect();
            session.judge.clone()
        });
        if self.mode == VerifyMode::None {
            return Ok(());
        }
        let error = match &found {
            Ok(()) => None,
            Err(rustls::Error::InvalidCertificate(error)) => Some(error.clone()),
            Err(_) => Some(CertificateError::BadEncoding),
        };
        let check = PeerCheck { certificate, error: error.as_ref() };
        let taken = judge.map_or_else(|| error.is_none(), |judge| judge(&check));
        match (taken, error) {
            (true, _) => Ok(()),
            (false, Some(error)) => Err(error.into()),
            (false, None) => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_signature12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_signature13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unknown = || Err(CertificateError::UnknownIssuer.into());
        let found = self.server.as_ref().map_or_else(unknown, |verifier| {
            verifier.verify_server_cert(certificate, intermediates, server_name, ocsp_response, now)
        });
        let found = match found {
            // The chain was looked at before the name.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.verifies_name => Ok(()),
            found => found.map(drop),
        };
        let found = found.and_then(|()| match &self.depth {
            None => Ok(()),
            Some(depth) => depth.check(certificate, intermediates, KeyUsage::server_auth(), now),
        });
        self.judged(certificate, intermediates, found).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_signature12(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_signature13(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Verifier {
    fn offer_client_auth(&self) -> bool {
        self.mode != VerifyMode::None
    }

    fn client_auth_mandatory(&self) -> bool {
        self.mode == VerifyMode::PeerRequired
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.client.as_ref().map_or(&[], |client| client.root_hint_subjects())
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let unknown = || Err(CertificateError::UnknownIssuer.into());
        let found = self
            .client
            .as_ref()
            .map_or_else(unknown, |verifier| verifier.verify_client_cert(certificate, intermediates, now));
        let found = found.and_then(|_| match &self.depth {
            None => Ok(()),
            Some(depth) => depth.check(certificate, intermediates, KeyUsage::client_auth(), now),
        });
        self.judged(certificate, intermediates, found).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_signature12(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_signature13(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
