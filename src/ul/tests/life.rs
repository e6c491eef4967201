//! Data, release, abort, and the endpoint as a whole.

use std::time::Duration;

use super::*;

// Data.

#[test]
fn the_peers_maximum_length_is_given_or_found_too_small() {
    for (given, expected) in [
        (Some(0), Ok(0)),
        (Some(1), Err(1)),
        (Some(6), Err(6)),
        (Some(7), Ok(7)),
        (Some(8), Ok(8)),
        (Some(16_384), Ok(16_384)),
        (Some(u32::MAX), Ok(u32::MAX)),
        (None, Ok(16_384)),
    ] {
        let (mut association, now) = acceptor_with(&Associate { maximum_length: given, ..request() });
        association.associate_accept(&accept(), now).unwrap();
        let expected =
            expected.map_err(|maximum_length| DataError::PeerMaximumLengthTooSmall { maximum_length });
        assert_eq!(association.check_data(1), expected);

        let (association, _) = answered_with(&Associate { maximum_length: given, ..accept() });
        assert_eq!(association.check_data(1), expected);
    }
}

#[test]
fn the_reason_of_a_broken_pdu_goes_out_with_the_abort() {
    for reason in [1, 2, 4, 5, 6] {
        let (mut association, now) = established();
        association.handle_protocol_error(reason, now);
        assert_eq!(outputs(&mut association), [aborted(2, reason), provider_abort(reason)]);
    }
    for pdu_type in [PduType::ReleaseRq, PduType::Abort] {
        let (mut association, now) = established();
        let _ = association.handle_pdu(pdu_type, &[pdu_type as u8, 0, 0, 0, 0, 1, 0], now);
        assert_eq!(association.state(), State::Sta13);
        assert_eq!(outputs(&mut association), [aborted(2, 6), provider_abort(6)]);
    }
}

// Release and abort.

#[test]
fn in_a_collision_the_acceptors_answer_waits_for_the_requestors() {
    let (mut association, now) = established();
    association.release_request(now).unwrap();
    let _ = association.handle_pdu(PduType::ReleaseRq, &encode_release_rq(), now);
    assert_eq!(association.state(), State::Sta10);
    outputs(&mut association);
    association.release_response(now).unwrap();
    assert!(association.release_response(now).is_err(), "taken once");
    assert_eq!(outputs(&mut association), []);
    let _ = association.handle_pdu(PduType::ReleaseRp, &encode_release_rp(), now);
    assert_eq!(association.state(), State::Sta13);
    assert_eq!(association.poll_output(), Some(Output::Indicate(Indication::ReleaseConfirm)));
    sent(association.poll_output(), PduType::ReleaseRp);
}

#[test]
fn an_abort_is_one_of_table_9_26() {
    for source in 0..=255 {
        for reason in 0..=8 {
            let (mut association, now) = established();
            let result = association.abort(Abort { source, reason }, now);
            let expected = match (source, reason) {
                (0, _) => Some(aborted(0, 0)),
                (2, 0 | 1 | 2 | 4 | 5 | 6) => Some(aborted(2, reason)),
                _ => None,
            };
            assert_eq!(result.is_ok(), expected.is_some(), "{source}/{reason}");
            assert_eq!(association.poll_output(), expected);
        }
    }
}

#[test]
fn in_sta13_rubbish_is_answered_once() {
    let (mut association, now) = established();
    let abort = Abort { source: 0, reason: 0 };
    association.abort(abort, now).unwrap();
    outputs(&mut association);
    let rq = request().encode().unwrap();
    assert_eq!(association.handle_pdu(PduType::AssociateRq, &rq, now), Received::Done);
    assert_eq!(outputs(&mut association), [aborted(2, 2)]);
    for _ in 0..3 {
        assert_eq!(association.handle_pdu(PduType::AssociateRq, &rq, now), Received::Ignored);
        association.handle_protocol_error(6, now);
    }
    assert_eq!(outputs(&mut association), []);
}

// The endpoint as a whole.

#[test]
fn what_comes_after_the_close_is_ignored_and_the_endpoint_can_be_used_again() {
    let (mut association, now) = requestor_in_sta5();
    let rejection = [3, 0, 0, 0, 0, 4, 0, 1, 1, 1];
    let _ = association.handle_pdu(PduType::AssociateRj, &rejection, now);
    assert_eq!(association.state(), State::Sta1);
    assert_eq!(outputs(&mut association).last(), Some(&Output::CloseTransport));

    for pdu_type in 1..=7 {
        let pdu_type = PduType::try_from(pdu_type).unwrap();
        assert_eq!(association.handle_pdu(pdu_type, &[], now), Received::Ignored);
    }
    association.handle_protocol_error(1, now);
    assert!(association.associate_request(&request(), now).is_err());
    assert_eq!(outputs(&mut association), []);

    association.handle_transport_closed(now);
    association.handle_transport_open(now);
    association.associate_request(&request(), now).unwrap();
    assert_eq!(association.state(), State::Sta5);
}

#[test]
fn an_idle_association_is_small() {
    assert!(size_of::<Association>() <= 320, "{}", size_of::<Association>());
    let (mut association, _) = established();
    assert_eq!(association.poll_output(), None);
    assert_eq!(association.outputs.capacity(), 0);
    assert!(matches!(association.held, association::Held::Nothing));
}

#[test]
fn an_endless_artim_never_expires() {
    let config = Config { artim: Duration::MAX, ..Config::default() };
    let mut association = Association::new(Role::Acceptor, config);
    association.handle_transport_open(Instant::now());
    assert_eq!(association.state(), State::Sta2);
    assert_eq!(association.timeout(), None);
}
