//! The PDUs of ten bytes: A-ASSOCIATE-RJ, A-RELEASE-RQ, A-RELEASE-RP and A-ABORT.
//!
//! PS3.8 sections 9.3.4 and 9.3.6 to 9.3.8. A code from the wire is a number that may be in no table; it is kept
//! as it came and must never be taken for an enumeration.

use std::fmt;

use super::{PduError, PduType};

/// Length field of every PDU here (PS3.8 Tables 9-21 and 9-24 to 9-26).
pub(super) const CONTROL_BODY_BYTES: u32 = 4;

/// What an A-ASSOCIATE-RJ says (PS3.8 Table 9-21). Display puts it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rejection {
    /// 1 permanent, 2 transient.
    pub result: u8,
    /// 1 the user, 2 the provider's ACSE, 3 the provider's presentation layer.
    pub source: u8,
    /// What it means depends on the source.
    pub reason: u8,
}

/// What an A-ABORT says (PS3.8 Table 9-26). Display puts it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Abort {
    /// 0 the user, 2 the provider.
    pub source: u8,
    /// Only means something if the source is the provider.
    pub reason: u8,
}

/// An A-ASSOCIATE-RJ, header included.
#[must_use]
pub fn encode_reject(rejection: Rejection) -> [u8; 10] {
    let Rejection { result, source, reason } = rejection;
    control(PduType::AssociateRj, [0, result, source, reason])
}

/// An A-ABORT, header included.
#[must_use]
pub fn encode_abort(abort: Abort) -> [u8; 10] {
    control(PduType::Abort, [0, 0, abort.source, abort.reason])
}

/// An A-RELEASE-RQ, header included.
#[must_use]
pub fn encode_release_rq() -> [u8; 10] {
    control(PduType::ReleaseRq, [0; 4])
}

/// An A-RELEASE-RP, header included.
#[must_use]
pub fn encode_release_rp() -> [u8; 10] {
    control(PduType::ReleaseRp, [0; 4])
}

/// Reads the body of an A-ASSOCIATE-RJ; every result, source and reason is taken.
///
/// # Errors
/// A body that is not four bytes long.
pub fn decode_reject(body: &[u8]) -> Result<Rejection, PduError> {
    let [_, result, source, reason] = control_body(PduType::AssociateRj, body)?;
    Ok(Rejection { result, source, reason })
}

/// Reads the body of an A-ABORT; every source and reason is taken.
///
/// # Errors
/// A body that is not four bytes long.
pub fn decode_abort(body: &[u8]) -> Result<Abort, PduError> {
    let [_, _, source, reason] = control_body(PduType::Abort, body)?;
    Ok(Abort { source, reason })
}

/// Checks the body of an A-RELEASE-RQ or A-RELEASE-RP, which says nothing.
///
/// # Errors
/// A body that is not four bytes long.
pub fn decode_release(body: &[u8]) -> Result<(), PduError> {
    control_body(PduType::ReleaseRq, body).map(|_| ())
}

const fn control(pdu_type: PduType, body: [u8; 4]) -> [u8; 10] {
    let [a, b, c, d] = body;
    [pdu_type as u8, 0, 0, 0, 0, CONTROL_BODY_BYTES as u8, a, b, c, d]
}

fn control_body(pdu_type: PduType, body: &[u8]) -> Result<[u8; 4], PduError> {
    body.try_into().map_err(|_| PduError::PduLength {
        pdu_type,
        found: u32::try_from(body.len()).unwrap_or(u32::MAX),
        expected: CONTROL_BODY_BYTES,
    })
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = match self.result {
            1 => "rejected permanently",
            2 => "rejected transiently",
            _ => "rejected with an unknown result",
        };
        let source = match self.source {
            1 => "the user",
            2 => "the provider (ACSE)",
            3 => "the provider (presentation)",
            _ => "an unknown source",
        };
        let reason = match (self.source, self.reason) {
            (1 | 2, 1) => "no reason given",
            (1, 2) => "application context name not supported",
            (1, 3) => "calling AE title not recognized",
            (1, 7) => "called AE title not recognized",
            (2, 2) => "protocol version not supported",
            (3, 1) => "temporary congestion",
            (3, 2) => "local limit exceeded",
            _ => "unknown reason",
        };
        write!(f, "{result} by {source}: {reason} ({}/{}/{})", self.result, self.source, self.reason)
    }
}

impl fmt::Display for Abort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match self.source {
            0 => "the user",
            2 => "the provider",
            _ => "an unknown source",
        };
        let reason = match (self.source, self.reason) {
            (0, _) | (2, 0) => "no reason given",
            (2, 1) => "unrecognized PDU",
            (2, 2) => "unexpected PDU",
            (2, 4) => "unrecognized PDU parameter",
            (2, 5) => "unexpected PDU parameter",
            (2, 6) => "invalid PDU parameter value",
            _ => "unknown reason",
        };
        write!(f, "aborted by {source}: {reason} ({}/{})", self.source, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_standard() {
        let rejection = Rejection { result: 1, source: 2, reason: 3 };
        assert_eq!(encode_reject(rejection), [3, 0, 0, 0, 0, 4, 0, 1, 2, 3]);
        assert_eq!(encode_release_rq(), [5, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        assert_eq!(encode_release_rp(), [6, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        let abort = Abort { source: 2, reason: 6 };
        assert_eq!(encode_abort(abort), [7, 0, 0, 0, 0, 4, 0, 0, 2, 6]);
    }

    #[test]
    fn a_body_has_four_bytes() {
        for length in (0..10).filter(|n| *n != 4) {
            let body = vec![1; length];
            assert!(decode_reject(&body).is_err());
            assert!(decode_abort(&body).is_err());
            assert!(decode_release(&body).is_err());
        }
        assert_eq!(decode_release(&[9; 4]), Ok(()));
    }

    #[test]
    fn words_for_what_peers_say() {
        let rejection = Rejection { result: 1, source: 1, reason: 7 };
        assert_eq!(
            rejection.to_string(),
            "rejected permanently by the user: called AE title not recognized (1/1/7)"
        );
        let abort = Abort { source: 2, reason: 1 };
        assert_eq!(abort.to_string(), "aborted by the provider: unrecognized PDU (2/1)");
    }
}
