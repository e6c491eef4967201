//! Whatever is called in whatever order, nothing panics and the invariants hold.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Call {
    Open,
    Closed,
    Timeout,
    Invalid(u8),
    Pdu(u8, Vec<u8>),
    WellFormed(u8),
    Request,
    Accept,
    Reject,
    Release,
    Answer,
    Abort(u8, u8),
}

fn any_call() -> impl Strategy<Value = Call> {
    prop_oneof![
        2 => Just(Call::Open),
        1 => Just(Call::Closed),
        1 => Just(Call::Timeout),
        1 => any::<u8>().prop_map(Call::Invalid),
        2 => (1..=7u8, proptest::collection::vec(any::<u8>(), 0..120))
            .prop_map(|(pdu_type, bytes)| Call::Pdu(pdu_type, bytes)),
        8 => (1..=7u8).prop_map(Call::WellFormed),
        3 => Just(Call::Request),
        3 => Just(Call::Accept),
        1 => Just(Call::Reject),
        3 => Just(Call::Release),
        3 => Just(Call::Answer),
        1 => (0..4u8, 0..8u8).prop_map(|(source, reason)| Call::Abort(source, reason)),
    ]
}

fn well_formed(pdu_type: PduType) -> Vec<u8> {
    match pdu_type {
        PduType::AssociateRq => request().encode().unwrap(),
        PduType::AssociateAc => accept().encode().unwrap(),
        other => vec![other as u8, 0, 0, 0, 0, 4, 0, 0, 0, 0],
    }
}

fn call(association: &mut Association, call: Call, now: Instant) {
    match call {
        Call::Open => association.handle_transport_open(now),
        Call::Closed => association.handle_transport_closed(now),
        Call::Timeout => association.handle_timeout(now),
        Call::Invalid(reason) => association.handle_protocol_error(reason, now),
        Call::Pdu(pdu_type, bytes) => {
            let pdu_type = PduType::try_from(pdu_type).unwrap();
            let _ = association.handle_pdu(pdu_type, &bytes, now);
        }
        Call::WellFormed(pdu_type) => {
            let pdu_type = PduType::try_from(pdu_type).unwrap();
            let _ = association.handle_pdu(pdu_type, &well_formed(pdu_type), now);
        }
        Call::Request => drop(association.associate_request(&request(), now)),
        Call::Accept => drop(association.associate_accept(&accept(), now)),
        Call::Reject => {
            let rejection = Rejection { result: 1, source: 1, reason: 1 };
            drop(association.associate_reject(rejection, now));
        }
        Call::Release => drop(association.release_request(now)),
        Call::Answer => drop(association.release_response(now)),
        Call::Abort(source, reason) => drop(association.abort(Abort { source, reason }, now)),
    }
}

proptest! {
    #[test]
    fn any_calls_in_any_order_keep_the_invariants(
        acceptor in any::<bool>(),
        calls in proptest::collection::vec((any_call(), 0..20_000u64), 0..40),
    ) {
        let role = if acceptor { Role::Acceptor } else { Role::Requestor };
        let mut association = Association::new(role, Config::default());
        let mut now = Instant::now();
        for (next, milliseconds) in calls {
            now += Duration::from_millis(milliseconds);
            call(&mut association, next, now);
            let state = association.state();
            let guarded = matches!(state, State::Sta2 | State::Sta13);
            prop_assert_eq!(association.timeout().is_some(), guarded, "ARTIM in {}", state);
            let pending = matches!(state, State::Sta3 | State::Sta4 | State::Sta5);
            prop_assert_eq!(association.requested().is_some(), pending, "request in {}", state);
            if matches!(state, State::Sta6 | State::Sta7 | State::Sta8) {
                prop_assert!(association.negotiated().is_some());
            }
            prop_assert!(outputs(&mut association).len() <= 4);
        }
    }
}
