//! The error that every border of the library speaks, and the one table that maps the
//! operating system's errors to it.
//!
//! [`Code`] carries the numbers of the `DICOM_ERROR_*` constants, so that a value means
//! the same in Rust, in C++ and in C. Layers below the engine have error types of their
//! own; they become an [`Error`] where they leave it.

use std::io;

/// A result code, with the number it has in the C and C++ interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Code {
    /// No error.
    Success = 0,
    /// Not enough memory.
    Memory = 2,
    /// A file cannot be opened or made.
    Open = 3,
    /// A file cannot be read.
    Read = 4,
    /// A file cannot be written.
    Write = 5,
    /// The data end too early.
    End = 7,
    /// The data are not what they should be.
    Format = 8,
    /// An argument is out of its range.
    Parameter = 9,
    /// Compressed data cannot be decompressed, or the reverse.
    Compression = 11,
    /// An association object of the wrong form (request or accept) was given.
    PduType = 17,
    /// A PDU or PDV does not fit the length that the peer or the standard allows.
    PduLength = 18,
    /// A presentation context that was not accepted.
    PduId = 19,
    /// A network failure that no other code names.
    NetFailure = 29,
    /// Permission denied, as for a privileged port.
    NetAccess = 30,
    /// The address or port is in use.
    NetAddressInUse = 31,
    /// The address is not one of this machine.
    NetAddressNotAvailable = 32,
    /// The address family is not supported here.
    NetAddressNotSupported = 33,
    /// The connection was ended on this side.
    NetConnectionAborted = 34,
    /// The peer refused the connection.
    NetConnectionRefused = 35,
    /// The peer reset the connection.
    NetConnectionReset = 36,
    /// A destination address is needed.
    NetDestinationRequired = 37,
    /// The operation is under way already.
    NetInProgress = 39,
    /// The operation was interrupted.
    NetBlockingCanceled = 40,
    /// The state of the object does not allow the operation.
    NetInvalid = 41,
    /// The object is listening or connected already.
    NetIsConnected = 42,
    /// No more descriptors.
    NetNoMoreFile = 43,
    /// The message is too long.
    NetMessageSize = 44,
    /// The network is down.
    NetDown = 45,
    /// The network dropped the connection.
    NetReset = 46,
    /// The network is not reachable.
    NetUnreach = 47,
    /// No buffer space: the peer does not read what was queued for it.
    NetNoBuffers = 48,
    /// The object is not connected.
    NetNotConnected = 49,
    /// The operation is not supported.
    NetOperationNotSupported = 51,
    /// The socket was shut down.
    NetShutdown = 54,
    /// The time for the operation is over.
    NetTimeOut = 56,
    /// Nothing is there now.
    NetWouldBlock = 57,
    /// The host name is not known.
    NetHostNotFound = 58,
    /// The host has no address of the type.
    NetNoData = 59,
    /// The name service failed for good.
    NetNoRecovery = 60,
    /// The library is not started.
    NetNotInitialised = 61,
    /// The name service failed for now.
    NetTryAgain = 63,
    /// A value of DICOM_SECURE_* that is not supported; or the peer speaks TLS and this side does not.
    BadSecureMode = 69,
    /// The peer's certificate was not verified.
    TlsCertificateVerifyFailed = 127,
    /// The peer closed the secure link.
    TlsCloseNotify = 128,
    /// A TLS message came out of its order.
    TlsUnexpectedMessage = 129,
    /// A TLS record's authentication failed.
    TlsBadRecordMac = 130,
    /// A TLS record is too long.
    TlsRecordOverflow = 132,
    /// No TLS parameters suit both sides.
    TlsHandshakeFailure = 134,
    /// A certificate is broken.
    TlsBadCertificate = 135,
    /// A certificate is of an unsupported kind.
    TlsUnsupportedCertificate = 136,
    /// The peer says that a certificate is revoked.
    TlsCertificateRevoked = 137,
    /// The peer says that a certificate is out of date.
    TlsCertificateExpired = 138,
    /// The peer does not accept a certificate.
    TlsCertificateUnknown = 139,
    /// A field of the TLS handshake is wrong.
    TlsIllegalParameter = 140,
    /// The peer does not know the authority.
    TlsUnknownCa = 141,
    /// The peer gives the certificate no access.
    TlsAccessDenied = 142,
    /// What came is not TLS, or not in its form.
    TlsDecodeError = 143,
    /// A cryptographic operation of the handshake failed.
    TlsDecryptError = 144,
    /// No version of TLS that both sides speak.
    TlsProtocolVersion = 146,
    /// What is asked for is not secure enough.
    TlsInsufficientSecurity = 147,
    /// An error of the TLS software.
    TlsInternalError = 148,
    /// The handshake was canceled.
    TlsUserCanceled = 149,
    /// Renegotiation was refused.
    TlsNoRenegotiation = 150,
    /// No revocation list tells the state of a certificate.
    TlsUnableToGetCrl = 161,
    /// A certificate's signature is wrong.
    TlsCertSignatureFailure = 165,
    /// A certificate is not valid yet.
    TlsCertNotYetValid = 167,
    /// A certificate has expired.
    TlsCertHasExpired = 168,
    /// A revocation list has expired.
    TlsCrlHasExpired = 170,
    /// A certificate's issuer is not among those trusted.
    TlsUnableToGetIssuerCertLocally = 178,
    /// The chain of certificates is longer than allowed.
    TlsCertChainTooLong = 180,
    /// A certificate is revoked.
    TlsCertRevoked = 181,
    /// A certificate is not for this purpose.
    TlsInvalidPurpose = 184,
    /// The application refused the certificate.
    TlsApplicationVerification = 191,
    /// The settings of TLS cannot be used.
    TlsInvalidContext = 192,
    /// The file of trusted authorities could not be loaded.
    TlsInvalidContextCaFile = 195,
    /// A structure's size member is wrong.
    InvalidStructSize = 213,
    /// A pointer is NULL.
    NullPtr = 214,
    /// A private key cannot be loaded.
    PrivateKeyLoadFailed = 218,
    /// A certificate cannot be loaded.
    CertificateLoadFailed = 219,
    /// A private key is not that of the certificate.
    KeysMismatch = 221,
    /// An IPv4 address where IPv6 was asked for, or the reverse.
    Ipv4Ipv6Conflict = 307,
    /// A transfer syntax that cannot be read or written.
    TransferSyntaxNotSupported = 417,
    /// No room on the disk.
    DiskFull = 422,
    /// The host is not reachable.
    NetHostUnReach = 423,
}

impl Code {
    /// The number that C and C++ see.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// What happened, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Memory => "not enough memory",
            Self::Open => "a file cannot be opened",
            Self::Read => "a file cannot be read",
            Self::Write => "a file cannot be written",
            Self::End => "the data end too early",
            Self::Format => "not in the format it should have",
            Self::Parameter => "an argument is out of range",
            Self::Compression => "compression or decompression failed",
            Self::PduType => "an association object of the wrong form",
            Self::PduLength => "a length that the peer or the standard does not allow",
            Self::PduId => "a presentation context that was not accepted",
            Self::NetFailure => "network failure",
            Self::NetAccess => "permission denied",
            Self::NetAddressInUse => "address in use",
            Self::NetAddressNotAvailable => "address not available on this machine",
            Self::NetAddressNotSupported => "address family not supported",
            Self::NetConnectionAborted => "connection aborted",
            Self::NetConnectionRefused => "connection refused",
            Self::NetConnectionReset => "connection reset by the peer",
            Self::NetDestinationRequired => "a destination address is required",
            Self::NetInProgress => "operation under way already",
            Self::NetBlockingCanceled => "operation interrupted",
            Self::NetInvalid => "not allowed in this state",
            Self::NetIsConnected => "listening or connected already",
            Self::NetNoMoreFile => "no more descriptors",
            Self::NetMessageSize => "message too long",
            Self::NetDown => "network down",
            Self::NetReset => "network dropped the connection",
            Self::NetUnreach => "network not reachable",
            Self::NetNoBuffers => "no buffer space",
            Self::NetNotConnected => "not connected",
            Self::NetOperationNotSupported => "operation not supported",
            Self::NetShutdown => "socket shut down",
            Self::NetTimeOut => "timed out",
            Self::NetWouldBlock => "nothing is waiting",
            Self::NetHostNotFound => "host not found",
            Self::NetNoData => "the host has no address of this type",
            Self::NetNoRecovery => "name service failure",
            Self::NetNotInitialised => "library not started",
            Self::NetTryAgain => "name service busy, try again",
            Self::BadSecureMode => "security mode not supported, or not the peer's",
            Self::TlsCertificateVerifyFailed => "TLS: the peer's certificate was not verified",
            Self::TlsCloseNotify => "TLS: the peer closed the secure link",
            Self::TlsUnexpectedMessage => "TLS: a message came out of its order",
            Self::TlsBadRecordMac => "TLS: a record's authentication failed",
            Self::TlsRecordOverflow => "TLS: a record is too long",
            Self::TlsHandshakeFailure => "TLS: no parameters suit both sides",
            Self::TlsBadCertificate => "TLS: a certificate is broken",
            Self::TlsUnsupportedCertificate => "TLS: a certificate is of an unsupported kind",
            Self::TlsCertificateRevoked => "TLS: a certificate is revoked",
            Self::TlsCertificateExpired => "TLS: a certificate is out of date",
            Self::TlsCertificateUnknown => "TLS: a certificate is not acceptable",
            Self::TlsIllegalParameter => "TLS: a field of the handshake is wrong",
            Self::TlsUnknownCa => "TLS: the authority is not known or not trusted",
            Self::TlsAccessDenied => "TLS: the certificate has no access",
            Self::TlsDecodeError => "TLS: what came is no message of TLS",
            Self::TlsDecryptError => "TLS: a cryptographic operation of the handshake failed",
            Self::TlsProtocolVersion => "TLS: the version of the protocol is not supported",
            Self::TlsInsufficientSecurity => "TLS: not secure enough",
            Self::TlsInternalError => "TLS: internal error",
            Self::TlsUserCanceled => "TLS: the handshake was canceled",
            Self::TlsNoRenegotiation => "TLS: renegotiation was refused",
            Self::TlsUnableToGetCrl => "TLS: no revocation list for a certificate",
            Self::TlsCertSignatureFailure => "TLS: a certificate's signature is wrong",
            Self::TlsCertNotYetValid => "TLS: a certificate is not valid yet",
            Self::TlsCertHasExpired => "TLS: a certificate has expired",
            Self::TlsCrlHasExpired => "TLS: a revocation list has expired",
            Self::TlsUnableToGetIssuerCertLocally => "TLS: the issuer of a certificate is not trusted",
            Self::TlsCertChainTooLong => "TLS: the chain of certificates is too long",
            Self::TlsCertRevoked => "TLS: a certificate is revoked",
            Self::TlsInvalidPurpose => "TLS: a certificate is not for this purpose",
            Self::TlsApplicationVerification => "TLS: the application refused the certificate",
            Self::TlsInvalidContext => "TLS: the settings cannot be used",
            Self::TlsInvalidContextCaFile => "TLS: the file of authorities could not be loaded",
            Self::InvalidStructSize => "wrong structure size",
            Self::NullPtr => "a pointer is NULL",
            Self::PrivateKeyLoadFailed => "a private key cannot be loaded",
            Self::CertificateLoadFailed => "a certificate cannot be loaded",
            Self::KeysMismatch => "the private key is not the certificate's",
            Self::Ipv4Ipv6Conflict => "an address of the other IP version",
            Self::TransferSyntaxNotSupported => "transfer syntax not supported",
            Self::DiskFull => "disk full",
            Self::NetHostUnReach => "host not reachable",
        }
    }
}

/// What went wrong: a [`Code`] for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail} (DICOM_ERROR {number})", number = code.number())]
pub struct Error {
    code: Code,
    detail: String,
}

impl Error {
    /// An error of this code; `detail` names the operation and the value at fault.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// An error that needs no more words than its code has.
    pub fn of(code: Code) -> Self {
        Self::new(code, code.text())
    }

    /// An operating-system error met while doing `operation`.
    pub fn io(operation: &str, error: &io::Error) -> Self {
        Self::new(code_of_io(error), format!("{operation}: {error}"))
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }
}

/// The one table from the system's errors to codes.
pub(crate) fn code_of_io(error: &io::Error) -> Code {
    use io::ErrorKind as Kind;
    if let Some(code) = error.raw_os_error().and_then(code_of_errno) {
        return code;
    }
    match error.kind() {
        Kind::PermissionDenied => Code::NetAccess,
        Kind::AddrInUse => Code::NetAddressInUse,
        Kind::AddrNotAvailable => Code::NetAddressNotAvailable,
        Kind::ConnectionAborted => Code::NetConnectionAborted,
        Kind::ConnectionRefused => Code::NetConnectionRefused,
        Kind::ConnectionReset | Kind::BrokenPipe => Code::NetConnectionReset,
        Kind::HostUnreachable => Code::NetHostUnReach,
        Kind::Interrupted => Code::NetBlockingCanceled,
        Kind::InvalidInput => Code::NetInvalid,
        Kind::NetworkDown => Code::NetDown,
        Kind::NetworkUnreachable => Code::NetUnreach,
        Kind::NotConnected => Code::NetNotConnected,
        Kind::OutOfMemory => Code::Memory,
        Kind::TimedOut => Code::NetTimeOut,
        Kind::Unsupported => Code::NetOperationNotSupported,
        Kind::WouldBlock => Code::NetWouldBlock,
        _ => Code::NetFailure,
    }
}

/// The conditions that `io::ErrorKind` has no stable name for.
#[cfg(unix)]
fn code_of_errno(errno: i32) -> Option<Code> {
    use rustix::io::Errno;
    match Errno::from_raw_os_error(errno) {
        Errno::AFNOSUPPORT => Some(Code::NetAddressNotSupported),
        Errno::DESTADDRREQ => Some(Code::NetDestinationRequired),
        Errno::INPROGRESS | Errno::ALREADY => Some(Code::NetInProgress),
        Errno::ISCONN => Some(Code::NetIsConnected),
        Errno::MFILE | Errno::NFILE => Some(Code::NetNoMoreFile),
        Errno::MSGSIZE => Some(Code::NetMessageSize),
        Errno::NETRESET => Some(Code::NetReset),
        Errno::NOBUFS => Some(Code::NetNoBuffers),
        Errno::SHUTDOWN => Some(Code::NetShutdown),
        _ => None,
    }
}

#[cfg(not(unix))]
fn code_of_errno(_errno: i32) -> Option<Code> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn system_errors_keep_their_meaning() {
        use rustix::io::Errno;
        for (errno, code) in [
            (Errno::ACCESS, Code::NetAccess),
            (Errno::ADDRINUSE, Code::NetAddressInUse),
            (Errno::ADDRNOTAVAIL, Code::NetAddressNotAvailable),
            (Errno::AFNOSUPPORT, Code::NetAddressNotSupported),
            (Errno::CONNABORTED, Code::NetConnectionAborted),
            (Errno::CONNREFUSED, Code::NetConnectionRefused),
            (Errno::CONNRESET, Code::NetConnectionReset),
            (Errno::PIPE, Code::NetConnectionReset),
            (Errno::HOSTUNREACH, Code::NetHostUnReach),
            (Errno::MFILE, Code::NetNoMoreFile),
            (Errno::NETUNREACH, Code::NetUnreach),
            (Errno::NOTCONN, Code::NetNotConnected),
            (Errno::TIMEDOUT, Code::NetTimeOut),
            (Errno::NOMEM, Code::Memory),
            (Errno::NOTDIR, Code::NetFailure),
        ] {
            let error = io::Error::from_raw_os_error(errno.raw_os_error());
            assert_eq!(code_of_io(&error), code, "{error}");
        }
    }

    #[test]
    fn an_error_says_the_operation_and_the_number() {
        let error = Error::io("listen on 127.0.0.1:104", &io::ErrorKind::PermissionDenied.into());
        assert_eq!(error.code(), Code::NetAccess);
        assert!(error.to_string().starts_with("listen on 127.0.0.1:104: "), "{error}");
        assert!(error.to_string().ends_with("(DICOM_ERROR 30)"), "{error}");
    }
}
