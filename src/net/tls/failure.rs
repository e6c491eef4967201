//! What goes wrong with TLS, in words and in the interface's numbers.

use super::depth::TooLong;
use crate::error::{Code, Error};
use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why secure connections cannot be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// Where it lies.
        path: PathBuf,
        /// Why.
        error: Arc<io::Error>,
    },
    /// A file of certificates holds none, or one that is broken.
    #[error("{}: not a file of certificates", path.display())]
    NotCertificates {
        /// Where it lies.
        path: PathBuf,
    },
    /// A file of authorities holds no certificate, or one that is broken.
    #[error("{}: not a file of authorities' certificates", path.display())]
    NotAuthorities {
        /// Where it lies.
        path: PathBuf,
    },
    /// A file of revocation lists holds something else.
    #[error("{}: not a file of revocation lists", path.display())]
    NotRevocationLists {
        /// Where it lies.
        path: PathBuf,
    },
    /// A file of a private key holds none that can be used, or its password is another.
    #[error("{}: no private key, not of a kind for TLS, or encrypted with another password", path.display())]
    NotPrivateKey {
        /// Where it lies.
        path: PathBuf,
    },
    /// The private key is not that of the certificate.
    #[error("the private key is not the certificate's")]
    KeysMismatch,
    /// A listener has no certificate.
    #[error("a server must have a certificate")]
    NoCertificate,
    /// A suite that is not offered for being weak, or that rustls does not have.
    #[error("cipher suite {number:04X}H is not among those that are secure")]
    CipherSuite {
        /// Its number on the wire.
        number: u16,
    },
    /// rustls refused the settings.
    #[error("TLS: {0}")]
    Settings(String),
}

impl TlsError {
    /// The code of it.
    pub fn code(&self) -> Code {
        match self {
            Self::File { error, .. } if error.kind() == io::ErrorKind::NotFound => Code::Open,
            Self::File { .. } | Self::NotCertificates { .. } => Code::CertificateLoadFailed,
            Self::NotAuthorities { .. } => Code::TlsInvalidContextCaFile,
            Self::NotRevocationLists { .. } => Code::TlsInvalidContext,
            Self::NotPrivateKey { .. } => Code::PrivateKeyLoadFailed,
            Self::KeysMismatch => Code::KeysMismatch,
            Self::NoCertificate => Code::CertificateLoadFailed,
            Self::CipherSuite { .. } => Code::TlsInsufficientSecurity,
            Self::Settings(_) => Code::TlsInvalidContext,
        }
    }
}

impl From<TlsError> for Error {
    fn from(error: TlsError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// Why a handshake failed or a link broke.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The client's versions are no more secure.
    #[error("the client speaks {0} and nothing newer")]
    OldClient(&'static str),
    /// The client has a version, but no suite, that is secure.
    #[error("the client offers no cipher suite with forward secrecy and authenticated encryption")]
    WeakClient,
    /// The server speaks none of the versions that are secure.
    #[error("the server speaks nothing newer than TLS 1.1")]
    OldServer,
    /// What rustls found.
    #[error("{0}")]
    Rustls(rustls::Error),
}

impl Failure {
    /// The code of it.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::OldClient(_) | Self::WeakClient | Self::OldServer => Code::TlsInsufficientSecurity,
            Self::Rustls(error) => code_of(error),
        }
    }
}

fn code_of(error: &rustls::Error) -> Code {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(error) => code_of_certificate(error),
        Tls::AlertReceived(alert) => code_of_alert(*alert),
        Tls::NoCertificatesPresented => Code::TlsHandshakeFailure,
        // Plain DICOM, HTTP or anything else on a TLS port.
        Tls::InvalidMessage(_) => Code::TlsDecodeError,
        Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } => {
            Code::TlsUnexpectedMessage
        }
        Tls::DecryptError => Code::TlsBadRecordMac,
        Tls::PeerSentOversizedRecord => Code::TlsRecordOverflow,
        Tls::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::SupportedVersionsExtensionRequired
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::Tls13RequiredForQuic
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => Code::TlsProtocolVersion,
        Tls::PeerIncompatible(_) => Code::TlsHandshakeFailure,
        Tls::PeerMisbehaved(_) => Code::TlsIllegalParameter,
        _ => Code::TlsInternalError,
    }
}

fn code_of_alert(alert: AlertDescription) -> Code {
    use AlertDescription as Alert;
    match alert {
        Alert::CloseNotify => Code::TlsCloseNotify,
        Alert::UnexpectedMessage => Code::TlsUnexpectedMessage,
        Alert::BadRecordMac | Alert::DecryptionFailed => Code::TlsBadRecordMac,
        Alert::RecordOverflow => Code::TlsRecordOverflow,
        Alert::BadCertificate => Code::TlsBadCertificate,
        Alert::UnsupportedCertificate => Code::TlsUnsupportedCertificate,
        Alert::CertificateRevoked => Code::TlsCertificateRevoked,
        Alert::CertificateExpired => Code::TlsCertificateExpired,
        Alert::CertificateUnknown => Code::TlsCertificateUnknown,
        Alert::IllegalParameter => Code::TlsIllegalParameter,
        Alert::UnknownCA => Code::TlsUnknownCa,
        Alert::AccessDenied => Code::TlsAccessDenied,
        Alert::DecodeError => Code::TlsDecodeError,
        Alert::DecryptError => Code::TlsDecryptError,
        Alert::ProtocolVersion => Code::TlsProtocolVersion,
        Alert::InsufficientSecurity => Code::TlsInsufficientSecurity,
        Alert::InternalError => Code::TlsInternalError,
        Alert::UserCanceled => Code::TlsUserCanceled,
        Alert::NoRenegotiation => Code::TlsNoRenegotiation,
        _ => Code::TlsHandshakeFailure,
    }
}

fn code_of_certificate(error: &CertificateError) -> Code {
    match verify_number(error) {
        10 => Code::TlsCertHasExpired,
        9 => Code::TlsCertNotYetValid,
        22 => Code::TlsCertChainTooLong,
        23 => Code::TlsCertRevoked,
        20 => Code::TlsUnableToGetIssuerCertLocally,
        7 => Code::TlsCertSignatureFailure,
        3 => Code::TlsUnableToGetCrl,
        12 => Code::TlsCrlHasExpired,
        26 => Code::TlsInvalidPurpose,
        50 => Code::TlsApplicationVerification,
        _ => Code::TlsCertificateVerifyFailed,
    }
}

/// The number that OpenSSL has for it (X509_V_ERR_*).
pub fn verify_number(error: &CertificateError) -> i32 {
    use CertificateError as Certificate;
    match error {
        Certificate::Expired | Certificate::ExpiredContext { .. } => 10,
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => 9,
        Certificate::Revoked => 23,
        Certificate::UnhandledCriticalExtension => 34,
        Certificate::UnknownIssuer => 20,
        Certificate::UnknownRevocationStatus => 3,
        Certificate::ExpiredRevocationList | Certificate::ExpiredRevocationListContext { .. } => 12,
        Certificate::BadSignature => 7,
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => 62,
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => 26,
        Certificate::ApplicationVerificationFailure => 50,
        Certificate::Other(other) if is_too_long(other) => 22,
        _ => 1,
    }
}

/// Longer than the limit, ours or webpki's own.
fn is_too_long(error: &rustls::OtherError) -> bool {
    let of_webpki = error.0.downcast_ref::<webpki::Error>();
    error.0.is::<TooLong>() || of_webpki == Some(&webpki::Error::MaximumPathDepthExceeded)
}
