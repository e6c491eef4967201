//! What `Association` promises beyond Table 9-10: negotiation, refusals, limits, and never a panic.
//!
//! The table itself is walked in `tests/ul_table.rs`, a pair is simulated in `tests/ul_pair.rs`.

use std::time::Instant;

mod any_order;
mod life;
mod negotiation;

use super::*;
use crate::pdu::{
    Abort, AeTitle, Associate, AssociateForm, PduError, PduType, PresentationContext, Rejection, Uid,
    VersionName, encode_abort, encode_release_rp, encode_release_rq,
};

const VERIFICATION: Uid = Uid::VERIFICATION;
const STORAGE: Uid = Uid::from_static("1.2.840.10008.5.1.4.1.1.7");
const IMPLICIT: Uid = Uid::IMPLICIT_VR_LITTLE_ENDIAN;
const EXPLICIT: Uid = Uid::EXPLICIT_VR_LITTLE_ENDIAN;

fn context(id: u8, result: u8, abstract_syntax: Uid, transfer: &[Uid]) -> PresentationContext {
    PresentationContext { id, result, abstract_syntax, transfer_syntaxes: transfer.to_vec() }
}

/// Proposes Verification as 1 and storage as 3, both with implicit and explicit.
fn request() -> Associate {
    Associate {
        called_ae_title: AeTitle::new(b"SERVER").unwrap(),
        calling_ae_title: AeTitle::new(b"CLIENT").unwrap(),
        presentation_contexts: vec![
            context(1, 0, VERIFICATION, &[IMPLICIT, EXPLICIT]),
            context(3, 0, STORAGE, &[IMPLICIT, EXPLICIT]),
        ],
        ..Associate::new(AssociateForm::Request)
    }
}

fn accept_of(contexts: &[PresentationContext]) -> Associate {
    Associate { presentation_contexts: contexts.to_vec(), ..Associate::new(AssociateForm::Accept) }
}

fn accept() -> Associate {
    accept_of(&[context(1, 0, Uid::EMPTY, &[EXPLICIT])])
}

fn outputs(association: &mut Association) -> Vec<Output> {
    std::iter::from_fn(|| association.poll_output()).collect()
}

fn open(role: Role) -> (Association, Instant) {
    let now = Instant::now();
    let mut association = Association::new(role, Config::default());
    association.handle_transport_open(now);
    (association, now)
}

/// An acceptor that has read this request.
fn acceptor_with(request: &Associate) -> (Association, Instant) {
    let (mut association, now) = open(Role::Acceptor);
    let _ = association.handle_pdu(PduType::AssociateRq, &request.encode().unwrap(), now);
    (association, now)
}

fn acceptor_in_sta3() -> (Association, Instant) {
    let (mut association, now) = acceptor_with(&request());
    assert_eq!(association.state(), State::Sta3);
    outputs(&mut association);
    (association, now)
}

/// A requestor that has sent `request()`.
fn requestor_in_sta5() -> (Association, Instant) {
    let (mut association, now) = open(Role::Requestor);
    association.associate_request(&request(), now).unwrap();
    assert_eq!(association.state(), State::Sta5);
    outputs(&mut association);
    (association, now)
}

/// A requestor in Sta5 that has read this answer, with what it made of it.
fn answered_with(accept: &Associate) -> (Association, Vec<Output>) {
    let (mut association, now) = requestor_in_sta5();
    let _ = association.handle_pdu(PduType::AssociateAc, &accept.encode().unwrap(), now);
    let outputs = outputs(&mut association);
    (association, outputs)
}

fn established() -> (Association, Instant) {
    let (mut association, now) = acceptor_in_sta3();
    association.associate_accept(&accept(), now).unwrap();
    outputs(&mut association);
    (association, now)
}

fn aborted(source: u8, reason: u8) -> Output {
    Output::Transmit { pdu_type: PduType::Abort, bytes: encode_abort(Abort { source, reason }).to_vec() }
}

fn provider_abort(reason: u8) -> Output {
    Output::Indicate(Indication::ProviderAbort(Abort { source: 2, reason }))
}

fn sent(output: Option<Output>, expected: PduType) -> Vec<u8> {
    match output {
        Some(Output::Transmit { pdu_type, bytes }) if pdu_type == expected => bytes,
        other => panic!("{other:?} instead of {expected}"),
    }
}
