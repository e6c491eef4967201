//! What the operations of an [`Associate`] do and refuse.

use super::*;

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const IMPLICIT: &[u8] = b"1.2.840.10008.1.2";
const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";

fn request() -> Associate {
    let mut associate = Associate::new(AssociateForm::Request);
    associate.add_context(1, 0, VERIFICATION).unwrap();
    associate.add_context(3, 0, CT).unwrap();
    associate.add_context(7, 0, CT).unwrap();
    associate
}

#[test]
fn a_new_one_is_empty_and_reset_makes_one() {
    let mut associate = request();
    assert!(associate.is_request());
    associate.set_called_ae_title(b"A").unwrap();
    associate.reset(AssociateForm::Accept);
    assert_eq!(associate, Associate::new(AssociateForm::Accept));
    assert!(!associate.is_request());
    assert_eq!(associate.protocol_version, 1);
    assert_eq!(associate.application_context, Uid::APPLICATION_CONTEXT);
    assert!(associate.called_ae_title.is_blank());
}

#[test]
fn a_request_of_contexts_numbers_them() {
    let (implicit, explicit) = (Uid::IMPLICIT_VR_LITTLE_ENDIAN, Uid::EXPLICIT_VR_LITTLE_ENDIAN);
    let ct = Uid::new(CT).unwrap();
    let contexts = [(Uid::VERIFICATION, vec![implicit]), (ct, vec![explicit, implicit])];
    let associate = Associate::request(b"SCP", b"SCU", contexts).unwrap();
    let mut by_hand = Associate::new(AssociateForm::Request);
    by_hand.set_called_ae_title(b"SCP").unwrap();
    by_hand.set_calling_ae_title(b"SCU").unwrap();
    by_hand.add_context(1, 0, VERIFICATION).unwrap();
    by_hand.add_transfer_syntax(1, IMPLICIT).unwrap();
    by_hand.add_context(3, 0, CT).unwrap();
    by_hand.add_transfer_syntax(3, EXPLICIT).unwrap();
    by_hand.add_transfer_syntax(3, IMPLICIT).unwrap();
    assert_eq!(associate, by_hand);
    let full = Associate::request(b"", b"", vec![(ct, [implicit]); 128]).unwrap();
    assert_eq!(full.presentation_contexts.last().unwrap().id, 255);
}

#[test]
fn a_request_of_contexts_refuses_what_the_setters_do_and_a_129th() {
    let good = (Uid::VERIFICATION, [Uid::IMPLICIT_VR_LITTLE_ENDIAN]);
    let bad = Uid::from_static("1..2");
    let many = Associate::request(b"SCP", b"SCU", vec![good; 129]);
    assert!(matches!(many, Err(ValueError::OutOfRange { found: 129, .. })));
    assert!(Associate::request(&[b'A'; 17], b"SCU", [good]).is_err());
    assert!(Associate::request(b"SCP", b"BACK\\SLASH", [good]).is_err());
    let error = Err(ValueError::UidComponent);
    assert_eq!(Associate::request(b"SCP", b"SCU", [good, (bad, good.1)]), error);
    assert_eq!(Associate::request(b"SCP", b"SCU", [good, (good.0, [bad])]), error);
}

#[test]
fn an_answer_accepts_the_contexts_of_its_abstract_syntaxes() {
    let mut request = request();
    request.add_transfer_syntax(1, IMPLICIT).unwrap();
    for id in [3, 7] {
        request.add_transfer_syntax(id, EXPLICIT).unwrap();
        request.add_transfer_syntax(id, IMPLICIT).unwrap();
    }
    request.add_context(9, 0, CT).unwrap();
    request.set_called_ae_title(b"SCP").unwrap();
    request.set_role_selection(3, true, 0, 1).unwrap();
    request.set_maximum_length(Some(8)).unwrap();
    let mut by_hand = Associate::new(AssociateForm::Accept);
    by_hand.add_context(3, 0, CT).unwrap();
    by_hand.add_transfer_syntax(3, EXPLICIT).unwrap();
    by_hand.add_context(7, 0, CT).unwrap();
    by_hand.add_transfer_syntax(7, EXPLICIT).unwrap();
    assert_eq!(request.accepting(&[Uid::new(CT).unwrap(), Uid::from_static("1.2")]), by_hand);
    assert_eq!(request.accepting(&[]), Associate::new(AssociateForm::Accept));
}

#[test]
fn titles_and_uids_are_checked_and_a_refusal_changes_nothing() {
    let mut associate = request();
    associate.set_called_ae_title(b"SCP").unwrap();
    associate.set_calling_ae_title(b"SCU").unwrap();
    associate.set_application_context(b"1.2.3").unwrap();
    let before = associate.clone();
    assert!(associate.set_called_ae_title(b"BACK\\SLASH").is_err());
    assert!(associate.set_calling_ae_title(&[b'A'; 17]).is_err());
    assert!(associate.set_application_context(&[b'1'; 65]).is_err());
    assert!(associate.set_implementation_class_uid(Some(b"x")).is_err());
    assert!(associate.set_implementation_version_name(Some(&[b'V'; 17])).is_err());
    assert!(associate.set_abstract_syntax(1, b"").is_err());
    assert!(associate.add_transfer_syntax(1, b"1..2").is_err());
    for length in 1..8 {
        assert!(associate.set_maximum_length(Some(length)).is_err());
    }
    assert_eq!(associate, before);
    for length in [None, Some(0), Some(8), Some(u32::MAX)] {
        associate.set_maximum_length(length).unwrap();
        assert_eq!(associate.maximum_length, length);
    }
}

#[test]
fn ids_are_odd_and_not_repeated() {
    let mut associate = request();
    for id in (0..=254).step_by(2) {
        let error = ValueError::PresentationContextId { found: id };
        assert_eq!(associate.add_context(id, 0, CT), Err(error));
        assert_eq!(associate.set_context_id(0, id), Err(error));
    }
    let error = ValueError::RepeatedPresentationContextId { found: 3 };
    assert_eq!(associate.add_context(3, 0, CT), Err(error));
    assert_eq!(associate.set_context_id(0, 3), Err(error));
    assert_eq!(associate.set_context_id(1, 3), Ok(()));
    assert_eq!(associate.set_context_id(0, 255), Ok(()));
    assert!(matches!(associate.set_context_id(3, 9), Err(ValueError::Index { found: 3, count: 3, .. })));
    let ids: Vec<u8> = associate.presentation_contexts.iter().map(|c| c.id).collect();
    assert_eq!(ids, [255, 3, 7]);
}

#[test]
fn results_go_to_4() {
    let mut associate = request();
    for result in 0..=4 {
        associate.set_result(3, result).unwrap();
        assert_eq!(associate.result(3), Some(result));
    }
    assert!(associate.set_result(3, 5).is_err());
    assert!(associate.add_context(9, 5, CT).is_err());
    assert!(associate.set_result(9, 0).is_err());
    assert_eq!(associate.result(9), None);
}

#[test]
fn an_accept_needs_no_abstract_syntax() {
    let mut accept = Associate::new(AssociateForm::Accept);
    accept.add_context(1, 2, b"").unwrap();
    assert!(accept.abstract_syntax(1).unwrap().is_empty());
    let error = ValueError::NoAbstractSyntax { found: 1 };
    assert_eq!(accept.set_role_selection(1, true, 1, 0), Err(error));
    assert!(request().add_context(9, 0, b"").is_err());
}

#[test]
fn abstract_syntaxes_are_found_in_order() {
    let mut associate = request();
    assert_eq!(associate.find_abstract_syntax(CT), Some(3));
    assert_eq!(associate.find_next_abstract_syntax(3, CT), Some(7));
    assert_eq!(associate.find_next_abstract_syntax(1, CT), Some(3));
    assert_eq!(associate.find_next_abstract_syntax(7, CT), None);
    assert_eq!(associate.find_next_abstract_syntax(99, CT), None);
    assert_eq!(associate.find_abstract_syntax(b"1.2"), None);
    assert_eq!(associate.abstract_syntax_count(CT), 2);
    assert_eq!(associate.abstract_syntax_count(b"1.2"), 0);
    associate.set_abstract_syntax(7, VERIFICATION).unwrap();
    assert_eq!(associate.abstract_syntax_count(CT), 1);
    assert!(associate.remove_context(3));
    assert!(!associate.remove_context(3));
    assert_eq!(associate.find_abstract_syntax(CT), None);
}

#[test]
fn transfer_syntaxes_of_a_context() {
    let mut associate = request();
    associate.add_transfer_syntax(3, IMPLICIT).unwrap();
    associate.add_transfer_syntax(3, IMPLICIT).unwrap();
    associate.set_transfer_syntax(3, 1, EXPLICIT).unwrap();
    assert_eq!(associate.transfer_syntax_count(3), 2);
    let second = Some(&Uid::EXPLICIT_VR_LITTLE_ENDIAN);
    assert_eq!(associate.transfer_syntax(3, 1), second);
    assert_eq!(associate.transfer_syntax(3, 2), None);
    assert!(associate.set_transfer_syntax(3, 2, EXPLICIT).is_err());
    assert!(associate.set_transfer_syntax(9, 0, EXPLICIT).is_err());
    assert!(associate.add_transfer_syntax(9, EXPLICIT).is_err());
    assert!(associate.remove_transfer_syntax(3, 0));
    assert!(!associate.remove_transfer_syntax(3, 1));
    assert!(!associate.remove_transfer_syntax(9, 0));
    assert_eq!(associate.transfer_syntax(3, 0), second);
    assert_eq!(associate.transfer_syntax_count(9), 0);
}

#[test]
fn roles_belong_to_the_sop_class() {
    let mut associate = request();
    associate.set_role_selection(3, true, 0, 1).unwrap();
    assert_eq!(associate.role_selection(7), associate.role_selection(3));
    associate.set_role_selection(7, true, 1, 1).unwrap();
    assert_eq!(associate.role_selections.len(), 1);
    let role = associate.role_selection(3).unwrap();
    assert_eq!((role.scu_role, role.scp_role), (1, 1));
    assert_eq!(associate.role_selection(1), None);
    assert!(associate.set_role_selection(3, true, 2, 0).is_err());
    assert!(associate.set_role_selection(9, true, 0, 0).is_err());
    associate.set_role_selection(3, false, 99, 99).unwrap();
    assert_eq!(associate.role_selection(7), None);
}

#[test]
fn extended_negotiation_belongs_to_the_sop_class() {
    let mut associate = request();
    associate.set_extended_negotiation(3, &[1, 2]).unwrap();
    assert_eq!(associate.extended_negotiation(7), Some(&[1, 2][..]));
    associate.set_extended_negotiation(7, &[3]).unwrap();
    assert_eq!(associate.extended_negotiations.len(), 1);
    let longest = 0xFFFF - 2 - CT.len();
    assert!(associate.set_extended_negotiation(3, &vec![0; longest + 1]).is_err());
    associate.set_extended_negotiation(3, &vec![0; longest]).unwrap();
    associate.set_extended_negotiation(3, &[]).unwrap();
    assert_eq!(associate.extended_negotiation(3), None);
    assert!(associate.set_extended_negotiation(9, &[1]).is_err());
}

#[test]
fn what_is_negotiated_follows_the_context_and_goes_with_the_last() {
    let mut associate = request();
    associate.set_role_selection(3, true, 0, 1).unwrap();
    associate.set_extended_negotiation(3, &[1]).unwrap();
    assert!(associate.remove_context(3));
    assert!(associate.role_selection(7).is_some());
    associate.set_abstract_syntax(7, b"1.2.3").unwrap();
    assert_eq!(associate.role_selection(7).unwrap().scp_role, 1);
    assert_eq!(associate.extended_negotiation(7), Some(&[1][..]));
    // Another class that has its own keeps it.
    associate.set_role_selection(1, true, 1, 0).unwrap();
    associate.set_abstract_syntax(7, VERIFICATION).unwrap();
    assert_eq!(associate.role_selections.len(), 1);
    assert_eq!(associate.role_selection(7).unwrap().scu_role, 1);
    assert!(associate.remove_context(7) && associate.remove_context(1));
    assert!(associate.role_selections.is_empty());
    assert!(associate.extended_negotiations.is_empty());
}

#[test]
fn raw_user_items() {
    let mut associate = request();
    associate.add_user_item(0x77, b"abc").unwrap();
    associate.add_user_item(0x78, b"").unwrap();
    associate.set_user_item(1, 0x79, b"d").unwrap();
    assert_eq!(associate.user_item(0).unwrap().data, b"abc");
    assert_eq!(associate.user_item(1).unwrap().item_type, 0x79);
    assert_eq!(associate.user_item(2), None);
    assert!(associate.set_user_item(2, 0x79, b"").is_err());
    for item_type in 0x51..=0x56 {
        assert!(associate.add_user_item(item_type, b"").is_err());
        assert!(associate.set_user_item(0, item_type, b"").is_err());
    }
    assert!(associate.add_user_item(0x77, &[0; 0x1_0000]).is_err());
    assert!(associate.remove_user_item(0));
    assert!(!associate.remove_user_item(1));
    assert_eq!(associate.user_items.len(), 1);
}

fn identity(kind: u8, secondary: &[u8]) -> UserIdentity {
    UserIdentity {
        kind,
        positive_response_requested: false,
        primary: b"me".to_vec(),
        secondary: secondary.to_vec(),
    }
}

#[test]
fn user_identity_of_every_kind() {
    let mut associate = request();
    assert_eq!(associate.user_identity(), None);
    associate.add_user_item(0x77, b"").unwrap();
    for kind in 1..=5 {
        let given = identity(kind, if kind == 2 { b"secret" } else { b"" });
        associate.set_user_identity(given.clone()).unwrap();
        assert_eq!(associate.user_identity(), Some(given));
        assert_eq!(associate.user_items.len(), 2, "the old one is replaced");
    }
    for kind in [0, 6, 255] {
        assert!(associate.set_user_identity(identity(kind, b"")).is_err());
    }
    assert!(associate.set_user_identity(identity(1, b"secret")).is_err());
    let mut long = identity(3, b"");
    long.primary = vec![0; 0x1_0000];
    assert!(associate.set_user_identity(long.clone()).is_err());
    // It fits its field, but not the sub-item around it.
    long.primary.pop();
    assert!(associate.set_user_identity(long).is_err());
    assert!(associate.set_user_identity_response(b"").is_err());
    associate.remove_user_identity();
    assert_eq!(associate.user_identity(), None);
    associate.add_user_item(0x58, b"\x01").unwrap();
    assert_eq!(associate.user_identity(), None);
}

#[test]
fn user_identity_response_belongs_to_the_accept() {
    let mut accept = Associate::new(AssociateForm::Accept);
    assert_eq!(accept.user_identity_response(), None);
    accept.set_user_identity_response(b"").unwrap();
    assert_eq!(accept.user_identity_response(), Some(&b""[..]));
    accept.set_user_identity_response(b"ticket").unwrap();
    assert_eq!(accept.user_identity_response(), Some(&b"ticket"[..]));
    assert_eq!(accept.user_items.len(), 1);
    accept.remove_user_identity_response();
    assert_eq!(accept.user_identity_response(), None);
    assert!(matches!(accept.set_user_identity(identity(1, b"")), Err(ValueError::Form { .. })));
}

#[test]
fn common_extended_negotiations_are_added_and_read() {
    let mut associate = request();
    let negotiation = CommonExtendedNegotiation {
        sop_class_uid: Uid::from_static("1.2.3"),
        service_class_uid: Uid::from_static("1.2.840.10008.4.2"),
        related_general_sop_class_uids: vec![Uid::from_static("1.2"), Uid::from_static("1.20")],
    };
    let plain = CommonExtendedNegotiation { related_general_sop_class_uids: vec![], ..negotiation.clone() };
    associate.add_common_extended_negotiation(&negotiation).unwrap();
    associate.add_common_extended_negotiation(&plain).unwrap();
    assert_eq!(associate.common_extended_negotiations(), [negotiation, plain.clone()]);
    let nameless = CommonExtendedNegotiation { sop_class_uid: Uid::EMPTY, ..plain.clone() };
    assert!(associate.add_common_extended_negotiation(&nameless).is_err());
    let mut long = plain.clone();
    long.related_general_sop_class_uids = vec![Uid::VERIFICATION; 4000];
    assert!(associate.add_common_extended_negotiation(&long).is_err());
    let mut accept = Associate::new(AssociateForm::Accept);
    assert!(accept.add_common_extended_negotiation(&plain).is_err());
}
