//! How many issuers may stand between a peer's certificate and the authority that is trusted.
//!
//! rustls keeps the path that it found to itself, so that one within the limit is looked for beside it, by the
//! same rules.

use super::TlsError;
use super::trusted::Trusted;
use rustls::CertificateError;
use rustls::OtherError;
use rustls::RootCertStore;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};
use std::sync::Arc;
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy,
    ExtendedKeyUsageValidator, RevocationOptionsBuilder, VerifiedPath,
};

/// No path within the limit leads to an authority.
#[derive(Debug, thiserror::Error)]
#[error("the chain of certificates is longer than {max} issuers")]
pub(super) struct TooLong {
    max: u32,
}

/// As OpenSSL counts it: issuers between the certificate and the trusted one.
pub(super) struct DepthLimit {
    max: u32,
    roots: Arc<RootCertStore>,
    lists: Vec<CertRevocationList<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl DepthLimit {
    pub(super) fn new(
        max: u32,
        trusted: &Trusted,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Result<Self, TlsError> {
        let parsed = trusted.lists.iter().map(|list| {
            let list = BorrowedCertRevocationList::from_der(list).and_then(|list| list.to_owned());
            list.map(CertRevocationList::from).map_err(|error| TlsError::Settings(error.to_string()))
        });
        Ok(Self {
            max,
            roots: Arc::clone(&trusted.roots),
            lists: parsed.collect::<Result<_, _>>()?,
            algorithms,
        })
    }

    /// Of a chain that is good otherwise.
    pub(super) fn check(
        &self,
        certificate: &CertificateDer<'_>,
        issuers: &[CertificateDer<'_>],
        usage: impl ExtendedKeyUsageValidator,
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let max = self.max;
        let too_long = || CertificateError::Other(OtherError(Arc::new(TooLong { max })));
        let is_short = |path: &VerifiedPath<'_>| match u32::try_from(path.intermediate_certificates().count())
        {
            Ok(depth) if depth <= max => Ok(()),
            _ => Err(webpki::Error::MaximumPathDepthExceeded),
        };
        let lists: Vec<_> = self.lists.iter().collect();
        // It fails for want of any list alone, and then none is asked.
        let revocation = RevocationOptionsBuilder::new(&lists).ok();
        let revocation = revocation.map(|it| it.with_expiration_policy(ExpirationPolicy::Enforce).build());
        let certificate = EndEntityCert::try_from(certificate).map_err(|_| CertificateError::BadEncoding)?;
        let algorithms = self.algorithms.all;
        let found = certificate.verify_for_usage(
            algorithms,
            &self.roots.roots,
            issuers,
            now,
            usage,
            revocation,
            Some(&is_short),
        );
        found.map(drop).map_err(|_| too_long().into())
    }
}
