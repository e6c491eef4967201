//! What AE-6 lets through, and how a request and its answer must fit.

use super::*;
use crate::ul::negotiation::merge_accept;

// AE-6.

#[track_caller]
fn assert_rejected(request: &Associate, result: u8, source: u8, reason: u8) {
    let (mut association, _) = acceptor_with(request);
    assert_eq!(association.state(), State::Sta13);
    assert!(association.timeout().is_some());
    let bytes = sent(association.poll_output(), PduType::AssociateRj);
    assert_eq!(&bytes[7..], [result, source, reason]);
    assert_eq!(association.poll_output(), None);
    assert_eq!(association.requested(), None);
}

#[test]
fn only_bit_0_of_the_protocol_version_counts() {
    for protocol_version in [0x0000, 0x0002, 0xFFFE] {
        let request = Associate { protocol_version, ..request() };
        assert_rejected(&request, 1, 2, 2);
    }
    for protocol_version in [0x0001, 0x0003, 0xFFFF] {
        let (association, _) = acceptor_with(&Associate { protocol_version, ..request() });
        assert_eq!(association.state(), State::Sta3);
    }
}

#[test]
fn another_application_context_is_rejected() {
    for application_context in [Uid::from_static("1.2.840.10008.3.1.1.2"), Uid::EMPTY] {
        let request = Associate { application_context, ..request() };
        assert_rejected(&request, 1, 1, 2);
    }
}

#[test]
fn presentation_contexts_that_break_the_standard_are_rejected() {
    let good = context(1, 0, VERIFICATION, &[IMPLICIT]);
    for contexts in [
        vec![],
        vec![context(2, 0, VERIFICATION, &[IMPLICIT])],
        vec![context(0, 0, VERIFICATION, &[IMPLICIT])],
        vec![good.clone(), good.clone()],
        vec![good.clone(), context(3, 0, STORAGE, &[])],
        vec![good.clone(), context(3, 0, STORAGE, &[Uid::EMPTY])],
    ] {
        let request = Associate { presentation_contexts: contexts, ..request() };
        assert_rejected(&request, 1, 2, 1);
    }
}

#[test]
fn blank_titles_go_to_the_application() {
    let (mut association, _) = acceptor_with(&Associate {
        called_ae_title: AeTitle::BLANK,
        calling_ae_title: AeTitle::BLANK,
        ..request()
    });
    assert_eq!(association.state(), State::Sta3);
    assert!(matches!(
        association.poll_output(),
        Some(Output::Indicate(Indication::AssociateRequest(request)))
            if request.called_ae_title.is_blank()
    ));
}

#[test]
fn a_request_that_cannot_be_read_is_aborted_as_aa_1() {
    let (mut association, now) = open(Role::Acceptor);
    let _ = association.handle_pdu(PduType::AssociateRq, &[1, 0, 0, 0, 0, 0], now);
    assert_eq!(association.state(), State::Sta13);
    assert_eq!(outputs(&mut association), [aborted(0, 0)]);
}

// The user's answer.

#[test]
fn contexts_without_an_answer_get_result_2_and_the_mandatory_items_are_there() {
    let (mut association, now) = acceptor_in_sta3();
    association.associate_accept(&accept(), now).unwrap();
    let bytes = sent(association.poll_output(), PduType::AssociateAc);
    let on_the_wire = Associate::decode(AssociateForm::Accept, &bytes[6..]).unwrap();
    assert_eq!(on_the_wire.result(1), Some(0));
    assert_eq!(on_the_wire.transfer_syntax(1, 0), Some(&EXPLICIT));
    assert_eq!(on_the_wire.result(3), Some(2));
    assert_eq!(on_the_wire.maximum_length, Some(Config::MAXIMUM_LENGTH));
    assert_eq!(on_the_wire.implementation_class_uid, Some(Config::IMPLEMENTATION_CLASS_UID));
    assert_eq!(on_the_wire.implementation_version_name, Some(Config::IMPLEMENTATION_VERSION_NAME));

    assert!(association.is_accepted(1) && !association.is_accepted(3));
    let negotiated = association.negotiated().unwrap();
    assert_eq!(negotiated.abstract_syntax(1), Some(&VERIFICATION));
    assert_eq!(negotiated.abstract_syntax(3), Some(&STORAGE));
    assert_eq!(negotiated.called_ae_title.as_bytes(), b"SERVER");
    assert_eq!(association.requested(), None, "the request is not kept");
}

#[test]
fn what_the_user_set_is_sent_as_it_is() {
    let own = Associate {
        maximum_length: Some(4096),
        implementation_class_uid: Some(STORAGE),
        implementation_version_name: Some(VersionName::from_static("OTHER")),
        ..accept()
    };
    let (mut association, now) = acceptor_in_sta3();
    assert_eq!(association.local_maximum_length(), Config::MAXIMUM_LENGTH);
    association.associate_accept(&own, now).unwrap();
    assert_eq!(association.local_maximum_length(), 4096);
    let bytes = sent(association.poll_output(), PduType::AssociateAc);
    let on_the_wire = Associate::decode(AssociateForm::Accept, &bytes[6..]).unwrap();
    assert_eq!(on_the_wire.maximum_length, own.maximum_length);
    assert_eq!(on_the_wire.implementation_class_uid, own.implementation_class_uid);
    assert_eq!(on_the_wire.implementation_version_name, own.implementation_version_name);
}

#[test]
fn titles_and_reserved_bytes_come_back_as_they_were() {
    let mut bytes = request().encode().unwrap();
    for (n, byte) in bytes[10..74].iter_mut().enumerate() {
        *byte = 0x80 | n as u8;
    }
    let sent_field = bytes[10..74].to_vec();
    let (mut association, now) = open(Role::Acceptor);
    let _ = association.handle_pdu(PduType::AssociateRq, &bytes, now);
    outputs(&mut association);
    association.associate_accept(&accept(), now).unwrap();
    let answer = sent(association.poll_output(), PduType::AssociateAc);
    assert_eq!(answer[10..74], sent_field);
}

#[test]
fn an_answer_that_does_not_follow_from_the_request_is_refused_and_nothing_sent() {
    use ContextProblem::*;
    let (mut association, now) = acceptor_in_sta3();
    let good = context(1, 0, Uid::EMPTY, &[EXPLICIT]);
    let other = Uid::from_static("1.2.840.10008.1.2.4.50");
    for (contexts, id, problem) in [
        (vec![context(5, 0, STORAGE, &[IMPLICIT])], 5, NotProposed),
        (vec![context(5, 3, STORAGE, &[])], 5, NotProposed),
        (vec![context(2, 0, STORAGE, &[IMPLICIT])], 2, EvenId),
        (vec![good.clone(), good.clone()], 1, RepeatedId),
        (vec![context(1, 0, STORAGE, &[])], 1, NoTransferSyntax),
        (vec![context(1, 0, STORAGE, &[other])], 1, TransferSyntaxNotProposed),
        (vec![context(1, 5, STORAGE, &[])], 1, Result(5)),
    ] {
        assert_eq!(
            association.associate_accept(&accept_of(&contexts), now),
            Err(RequestError::PresentationContext { id, problem })
        );
    }
    assert_eq!(
        association.associate_accept(&request(), now),
        Err(RequestError::Form { found: AssociateForm::Request })
    );
    assert_eq!(association.state(), State::Sta3);
    assert_eq!(association.negotiated(), None);
    assert_eq!(outputs(&mut association), []);
    // And the right answer still goes.
    association.associate_accept(&accept(), now).unwrap();
    assert_eq!(association.state(), State::Sta6);
}

#[test]
fn a_rejection_is_a_row_of_table_9_21() {
    let mut allowed = 0;
    for result in 0..=5 {
        for source in 0..=5 {
            for reason in 0..=12 {
                let (mut association, now) = acceptor_in_sta3();
                let rejection = Rejection { result, source, reason };
                match association.associate_reject(rejection, now) {
                    Ok(()) => {
                        let bytes = sent(association.poll_output(), PduType::AssociateRj);
                        assert_eq!(&bytes[7..], [result, source, reason]);
                        assert_eq!(association.state(), State::Sta13);
                        allowed += 1;
                    }
                    Err(RequestError::Rejection { .. }) => {
                        assert_eq!(association.state(), State::Sta3);
                        assert_eq!(association.poll_output(), None);
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    // Two results, each with four reasons of the user, two of ACSE, two of the presentation service.
    assert_eq!(allowed, 2 * (4 + 2 + 2));
}

// The requestor.

#[test]
fn a_request_is_completed_and_a_wrong_one_refused() {
    let (mut association, now) = open(Role::Requestor);
    let no_syntax = context(7, 0, STORAGE, &[]);
    for (contexts, expected) in [
        (vec![], RequestError::NoPresentationContext),
        (
            vec![no_syntax],
            RequestError::PresentationContext { id: 7, problem: ContextProblem::NoTransferSyntax },
        ),
        (
            vec![context(4, 0, STORAGE, &[IMPLICIT])],
            RequestError::PresentationContext { id: 4, problem: ContextProblem::EvenId },
        ),
    ] {
        let wrong = Associate { presentation_contexts: contexts, ..request() };
        assert_eq!(association.associate_request(&wrong, now), Err(expected));
    }
    let form = association.associate_request(&accept(), now);
    assert!(matches!(form, Err(RequestError::Form { .. })));
    assert_eq!(association.state(), State::Sta1);
    assert_eq!(outputs(&mut association), []);

    association.associate_request(&request(), now).unwrap();
    let bytes = sent(association.poll_output(), PduType::AssociateRq);
    let on_the_wire = Associate::decode(AssociateForm::Request, &bytes[6..]).unwrap();
    assert_eq!(&on_the_wire, association.requested().unwrap().as_ref());
    assert_eq!(on_the_wire.maximum_length, Some(Config::MAXIMUM_LENGTH));
    assert!(on_the_wire.implementation_class_uid.is_some());
}

#[test]
fn the_answer_is_merged_with_the_request() {
    let answer = Associate {
        called_ae_title: AeTitle::BLANK,
        ..accept_of(&[context(3, 200, Uid::EMPTY, &[EXPLICIT]), context(1, 0, Uid::EMPTY, &[IMPLICIT])])
    };
    let (association, outputs) = answered_with(&answer);
    let negotiated = association.negotiated().unwrap();
    assert_eq!(outputs, [Output::Indicate(Indication::AssociateAccept(negotiated.clone()))]);
    assert_eq!(negotiated.abstract_syntax(1), Some(&VERIFICATION));
    assert_eq!(negotiated.abstract_syntax(3), Some(&STORAGE));
    assert_eq!(negotiated.called_ae_title.as_bytes(), b"SERVER");
    assert_eq!(negotiated.calling_ae_title.as_bytes(), b"CLIENT");
    assert!(association.is_accepted(1) && !association.is_accepted(3));
}

#[test]
fn a_context_without_an_answer_is_not_accepted() {
    let (association, _) = answered_with(&accept_of(&[]));
    assert_eq!(association.state(), State::Sta6);
    assert!((0..=255).all(|id| !association.is_accepted(id)));
    assert!(matches!(association.check_data(1), Err(DataError::NotAccepted { presentation_context_id: 1 })));
}

#[test]
fn an_answer_that_nobody_asked_for_is_aborted_with_reason_6() {
    let good = context(1, 0, Uid::EMPTY, &[IMPLICIT]);
    let other = Uid::from_static("1.2.840.10008.1.2.4.50");
    let mut wrong = vec![
        accept_of(&[good.clone(), context(5, 0, Uid::EMPTY, &[IMPLICIT])]),
        accept_of(&[context(5, 3, Uid::EMPTY, &[IMPLICIT])]),
        accept_of(&[context(2, 0, Uid::EMPTY, &[IMPLICIT])]),
        accept_of(&[good.clone(), good.clone()]),
        accept_of(&[context(1, 0, Uid::EMPTY, &[other])]),
    ];
    wrong.push(Associate { protocol_version: 2, ..accept() });
    for answer in wrong {
        let (association, outputs) = answered_with(&answer);
        assert_eq!(association.state(), State::Sta13);
        assert_eq!(outputs, [aborted(2, 6), provider_abort(6)]);
        assert_eq!(association.negotiated(), None);
    }
}

#[test]
fn an_accepted_context_names_exactly_one_transfer_syntax() {
    // The encoder writes exactly one; so it is the merge that is asked.
    for syntaxes in [vec![], vec![IMPLICIT, EXPLICIT]] {
        let answer = accept_of(&[context(1, 0, Uid::EMPTY, &syntaxes)]);
        let error = merge_accept(answer, &request()).unwrap_err();
        assert_eq!(error.abort_reason(), 6);
    }
    // In a refused one it is not significant.
    let answer = accept_of(&[context(1, 4, Uid::EMPTY, &[])]);
    assert!(merge_accept(answer, &request()).is_ok());
}

#[test]
fn all_128_contexts_can_be_accepted() {
    let contexts: Vec<_> = (0..128).map(|n| context(2 * n + 1, 0, VERIFICATION, &[IMPLICIT])).collect();
    let (mut association, now) =
        acceptor_with(&Associate { presentation_contexts: contexts.clone(), ..request() });
    association.associate_accept(&accept_of(&contexts), now).unwrap();
    for id in 0..=255 {
        assert_eq!(association.is_accepted(id), id % 2 == 1, "{id}");
    }
}

#[test]
fn nothing_is_expected_before_the_request() {
    for pdu_type in 1..=6 {
        let pdu_type = PduType::try_from(pdu_type).unwrap();
        let (mut association, now) = open(Role::Requestor);
        let received = association.handle_pdu(pdu_type, &[], now);
        assert_eq!(received, Received::Done);
        assert_eq!(association.state(), State::Sta13);
        assert!(association.timeout().is_some());
        assert_eq!(outputs(&mut association), [aborted(2, 2), provider_abort(2)]);
    }
    let (mut association, now) = open(Role::Requestor);
    association.handle_invalid_pdu(&PduError::UnrecognizedPdu { found: b'S' }, now);
    assert_eq!(association.state(), State::Sta13);
    assert_eq!(outputs(&mut association), [aborted(2, 1), provider_abort(1)]);

    let (mut association, now) = open(Role::Requestor);
    let _ = association.handle_pdu(PduType::Abort, &[], now);
    assert_eq!(association.state(), State::Sta1);
    assert_eq!(outputs(&mut association), [Output::CloseTransport]);
    assert!(association.associate_request(&request(), now).is_err());
}

#[test]
fn a_connection_that_ends_before_the_request_is_told_once() {
    let (mut association, now) = open(Role::Requestor);
    association.handle_transport_closed(now);
    association.handle_transport_closed(now);
    let closed = Output::Indicate(Indication::TransportClosed);
    assert_eq!(outputs(&mut association), [closed]);
}

#[test]
fn a_request_may_wait_for_its_transport_connection() {
    let now = Instant::now();
    let mut association = Association::new(Role::Requestor, Config::default());
    association.associate_request(&request(), now).unwrap();
    assert_eq!(association.state(), State::Sta4);
    assert_eq!(outputs(&mut association), []);
    association.handle_transport_open(now);
    assert_eq!(association.state(), State::Sta5);
    sent(association.poll_output(), PduType::AssociateRq);
}
