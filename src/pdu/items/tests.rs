//! Bytes of an A-ASSOCIATE held against the standard, and each trap that other stacks fell into.

use super::*;
use crate::pdu::{
    AeTitle, Associate, AssociateForm, AsynchronousOperations, PduError, PresentationContext, RoleSelection,
    Uid, UserIdentity, VersionName,
};

const REQUEST: AssociateForm = AssociateForm::Request;
const ACCEPT: AssociateForm = AssociateForm::Accept;

fn item(item_type: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![item_type, 0];
    out.extend((body.len() as u16).to_be_bytes());
    out.extend(body);
    out
}

/// An item whose length field lies.
fn item_claiming(item_type: u8, length: u16, body: &[u8]) -> Vec<u8> {
    let mut out = item(item_type, body);
    out[2..4].copy_from_slice(&length.to_be_bytes());
    out
}

fn body(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0, 1, 0, 0];
    out.extend(b"CALLED          CALLING         ");
    out.extend([0; 32]);
    out.extend(items.concat());
    out
}

fn decode(items: &[Vec<u8>]) -> Result<Associate, PduError> {
    Associate::decode(REQUEST, &body(items))
}

fn with_user(sub_items: &[Vec<u8>]) -> Result<Associate, PduError> {
    decode(&[item(0x50, &sub_items.concat())])
}

fn assert_reason_6(result: Result<Associate, PduError>) {
    assert_eq!(result.unwrap_err().abort_reason(), 6);
}

#[test]
fn a_request_looks_as_in_the_standard() {
    let mut request = Associate::new(REQUEST);
    request.set_called_ae_title(b"CALLED").unwrap();
    request.set_calling_ae_title(b"CALLING").unwrap();
    request.add_context(1, 0, b"1.2.840.10008.1.1").unwrap();
    request.add_transfer_syntax(1, b"1.2.840.10008.1.2").unwrap();
    request.set_maximum_length(Some(0x4000)).unwrap();
    request.set_implementation_class_uid(Some(b"1.2.3")).unwrap();
    request.set_implementation_version_name(Some(b"V1")).unwrap();
    request.asynchronous_operations = Some(AsynchronousOperations { invoked: 1, performed: 0x0203 });
    request.set_role_selection(1, true, 0, 1).unwrap();
    request.set_extended_negotiation(1, &[7, 8]).unwrap();

    let context = [vec![1, 0, 0, 0], item(0x30, b"1.2.840.10008.1.1"), item(0x40, b"1.2.840.10008.1.2")];
    let mut named = b"\0\x111.2.840.10008.1.1".to_vec();
    let role = [&named[..], &[0, 1]].concat();
    named.extend([7, 8]);
    let user = [
        item(0x51, &[0, 0, 0x40, 0]),
        item(0x52, b"1.2.3"),
        item(0x53, &[0, 1, 2, 3]),
        item(0x54, &role),
        item(0x55, b"V1"),
        item(0x56, &named),
    ];
    let body = body(&[
        item(0x10, b"1.2.840.10008.3.1.1.1"),
        item(0x20, &context.concat()),
        item(0x50, &user.concat()),
    ]);
    let mut expected = vec![1, 0];
    expected.extend((body.len() as u32).to_be_bytes());
    expected.extend(&body);
    assert_eq!(request.encode().unwrap(), expected);
    assert_eq!(Associate::decode(REQUEST, &body), Ok(request));
}

#[test]
fn an_accept_has_no_abstract_syntax_and_one_transfer_syntax() {
    let mut accept = Associate::new(ACCEPT);
    accept.add_context(1, 0, b"1.2.840.10008.1.1").unwrap();
    accept.add_transfer_syntax(1, b"1.2.840.10008.1.2.1").unwrap();
    accept.add_transfer_syntax(1, b"1.2.840.10008.1.2").unwrap();
    accept.add_context(3, 3, b"1.2.3").unwrap();
    let bytes = accept.encode().unwrap();
    let contexts = [
        item(0x21, &[vec![1, 0, 0, 0], item(0x40, b"1.2.840.10008.1.2.1")].concat()),
        item(0x21, &[vec![3, 0, 3, 0], item(0x40, b"1.2.840.10008.1.2")].concat()),
    ];
    let wanted = contexts.concat();
    assert!(bytes.windows(wanted.len()).any(|part| part == wanted));

    let mut read = Associate::decode(ACCEPT, &bytes[6..]).unwrap();
    assert!(read.context(1).unwrap().abstract_syntax.is_empty());
    assert_eq!(read.result(3), Some(3));
    let mut request = Associate::new(REQUEST);
    request.add_context(1, 0, b"1.2.840.10008.1.1").unwrap();
    read.fill_in_abstract_syntaxes(&request);
    assert_eq!(read.find_abstract_syntax(b"1.2.840.10008.1.1"), Some(1));
    assert!(read.context(3).unwrap().abstract_syntax.is_empty());
}

#[test]
fn what_negotiation_answers_decodes() {
    let nothing = decode(&[]).unwrap();
    assert!(nothing.presentation_contexts.is_empty());
    assert!(nothing.application_context.is_empty());
    assert_eq!(nothing.maximum_length, None);
    // No transfer syntax, an even ID, a repeated one, no abstract syntax.
    let ids: [u8; 4] = [1, 2, 1, 0];
    let contexts = ids.map(|id| item(0x20, &[id, 0, 9, 0]));
    let associate = decode(&contexts).unwrap();
    for (context, id) in associate.presentation_contexts.iter().zip(ids) {
        let expected = PresentationContext {
            id,
            // The third byte is reserved in a request.
            result: 0,
            abstract_syntax: Uid::EMPTY,
            transfer_syntaxes: vec![],
        };
        assert_eq!(*context, expected);
    }
    assert_eq!(associate.presentation_contexts.len(), 4);
    // An accepted context without its transfer syntax.
    let accept = Associate::decode(ACCEPT, &body(&[item(0x21, &[5, 0, 200, 0])])).unwrap();
    assert_eq!(accept.result(5), Some(200));
    assert_eq!(accept.transfer_syntax(5, 0), None);
}

#[test]
fn unknown_items_and_reserved_fields_are_ignored() {
    let context = [vec![1, 0xFF, 0xFF, 0xFF], item(0x99, b"?"), item(0x30, b"1.2"), item(0x31, b"")];
    let mut bytes = body(&[
        item(0x00, b"zero"),
        item(0x10, b"1.2.840.10008.3.1.1.1"),
        item(0x20, &context.concat()),
        item(0x21, b"a context of the other form, and too short"),
        item(0xFF, &[0; 1000]),
    ]);
    let expected = Associate::decode(REQUEST, &bytes).unwrap();
    assert_eq!(expected.presentation_contexts.len(), 1);
    assert_eq!(expected.find_abstract_syntax(b"1.2"), Some(1));
    bytes[2..4].fill(0xFF);
    bytes[36..68].fill(0xFF);
    for at in [69, 69 + 8] {
        bytes[at] = 0xFF;
    }
    assert_eq!(Associate::decode(REQUEST, &bytes), Ok(expected));
}

#[test]
fn unknown_user_sub_items_are_kept_raw_and_in_order() {
    let associate =
        with_user(&[item(0x5A, b"later"), item(0x51, &[0, 0, 0, 1]), item(0x00, b""), item(0xFF, &[1; 500])])
            .unwrap();
    assert_eq!(associate.maximum_length, Some(1));
    let kept: Vec<_> = associate.user_items.iter().map(|i| (i.item_type, i.data.len())).collect();
    assert_eq!(kept, [(0x5A, 5), (0, 0), (0xFF, 500)]);
}

#[test]
fn user_identity_and_common_extended_negotiation_pass_raw() {
    let mut request = Associate::new(REQUEST);
    let identity = UserIdentity {
        kind: 2,
        positive_response_requested: true,
        primary: b"user".to_vec(),
        secondary: b"pass".to_vec(),
    };
    request.set_user_identity(identity.clone()).unwrap();
    let wanted = item(0x58, b"\x02\x01\0\x04user\0\x04pass");
    let bytes = request.encode().unwrap();
    assert!(bytes.ends_with(&wanted));
    let read = Associate::decode(REQUEST, &bytes[6..]).unwrap();
    assert_eq!(read.user_identity(), Some(identity));

    let common = item(0x57, b"\0\x031.2\0\x031.3\0\x0a\0\x031.4\0\x031.5more to come");
    let read = with_user(&[common]).unwrap().common_extended_negotiations();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].sop_class_uid, Uid::from_static("1.2"));
    assert_eq!(read[0].service_class_uid, Uid::from_static("1.3"));
    let related = ["1.4", "1.5"].map(Uid::from_static);
    assert_eq!(read[0].related_general_sop_class_uids, related);
}

// DCMTK #847: unsigned underflow of the length that remains.
#[test]
fn items_longer_than_what_is_left_are_refused() {
    for item_type in [0x10, 0x20, 0x50, 0x00, 0xFF] {
        for length in [6, 7, 0x7FFF, 0x8000, 0xFFFF] {
            assert_reason_6(decode(&[item_claiming(item_type, length, &[1; 5])]));
        }
    }
    for item_type in 0x50..=0x5A {
        for length in [40, 0x7FFF, 0x8000, 0xFFFF] {
            assert_reason_6(with_user(&[item_claiming(item_type, length, &[0; 4])]));
        }
    }
    for sub_type in [0x30, 0x40, 0x99] {
        let sub_item = item_claiming(sub_type, 0xFFFF, b"1.2");
        assert_reason_6(decode(&[item(0x20, &[vec![1, 0, 0, 0], sub_item].concat())]));
    }
}

#[test]
fn items_of_length_0_are_handled_each_in_its_way() {
    // Those with fields inside are too short, those that are text are empty.
    assert_reason_6(decode(&[item(0x20, b"")]));
    for item_type in [0x51, 0x53, 0x54, 0x56, 0x57, 0x58, 0x59] {
        assert_reason_6(with_user(&[item(item_type, b"")]));
    }
    assert!(decode(&[item(0x10, b"")]).unwrap().application_context.is_empty());
    assert!(decode(&[item(0x50, b"")]).is_ok());
    let associate = with_user(&[item(0x52, b""), item(0x55, b"")]).unwrap();
    assert_eq!(associate.implementation_class_uid, Some(Uid::EMPTY));
    let name = VersionName::default();
    assert_eq!(associate.implementation_version_name, Some(name));
    let context = [vec![1, 0, 0, 0], item(0x30, b""), item(0x40, b"")].concat();
    let associate = decode(&[item(0x20, &context)]).unwrap();
    assert_eq!(associate.transfer_syntax(1, 0), Some(&Uid::EMPTY));
}

#[test]
fn items_shorter_than_their_own_head_are_refused() {
    for tail in 1..4 {
        assert_reason_6(decode(&[item(0x10, b"1.2"), vec![0x50, 0, 0][..tail].to_vec()]));
        assert_reason_6(with_user(&[vec![0x51, 0, 0][..tail].to_vec()]));
        let context = [vec![1, 0, 0, 0], vec![0x40, 0, 0][..tail].to_vec()].concat();
        assert_reason_6(decode(&[item(0x20, &context)]));
        assert_reason_6(decode(&[item(0x20, &[1, 0, 0][..tail])]));
    }
}

#[test]
fn every_prefix_of_a_request_is_an_error_or_a_shorter_request() {
    let mut request = Associate::new(REQUEST);
    request.add_default_contexts();
    let bytes = request.encode().unwrap();
    for end in 6..bytes.len() {
        if let Ok(read) = Associate::decode(REQUEST, &bytes[6..end]) {
            assert!(read.presentation_contexts.len() <= 128);
        }
    }
    for end in 0..68 {
        assert_reason_6(Associate::decode(REQUEST, &bytes[6..6 + end]));
    }
}

// DCMTK #942: read past the end, inner length over the item's.
#[test]
fn role_item_whose_inner_length_lies_is_refused() {
    for inner in [0u16, 1, 2, 4, 5, 6, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF] {
        let data = [&inner.to_be_bytes()[..], b"1.2", &[1, 1]].concat();
        assert_reason_6(with_user(&[item(0x54, &data)]));
    }
    let data = [&3u16.to_be_bytes()[..], b"1.2", &[1, 9]].concat();
    let associate = with_user(&[item(0x54, &data)]).unwrap();
    let role = RoleSelection { sop_class_uid: Uid::from_static("1.2"), scu_role: 1, scp_role: 9 };
    assert_eq!(associate.role_selections, [role]);
}

#[test]
fn inner_lengths_of_the_other_sub_items_are_held_against_their_bytes() {
    for inner in [4u16, 0x8000, 0xFFFF] {
        let field = [&inner.to_be_bytes()[..], b"1.2"].concat();
        assert_reason_6(with_user(&[item(0x56, &field)]));
        assert_reason_6(with_user(&[item(0x59, &field)]));
        assert_reason_6(with_user(&[item(0x57, &field)]));
        assert_reason_6(with_user(&[item(0x58, &[&[1, 0], &field[..]].concat())]));
        let second = [b"\0\x031.2", &field[..]].concat();
        assert_reason_6(with_user(&[item(0x57, &second)]));
        assert_reason_6(with_user(&[item(0x58, &[&[1, 0], &second[..]].concat())]));
        let third = [b"\0\x031.2\0\x031.2", &field[..]].concat();
        assert_reason_6(with_user(&[item(0x57, &third)]));
        let related = [b"\0\x031.2\0\x031.2\0\x05", &field[..]].concat();
        assert_reason_6(with_user(&[item(0x57, &related)]));
    }
}

// DCMTK 48d00326a: item length not checked to be 4.
#[test]
fn maximum_length_and_window_items_have_four_bytes() {
    for item_type in [0x51, 0x53] {
        for length in (0..70).chain([255, 256, 1000, 0xFFFB]).filter(|n| *n != 4) {
            let error = with_user(&[item(item_type, &vec![0; length])]).unwrap_err();
            assert!(matches!(
                error,
                PduError::InvalidParameterValue { found, .. } if found == length as u64
            ));
            assert_eq!(error.abort_reason(), 6);
        }
    }
    let longest = with_user(&[item(0x51, &[0xFF; 4])]).unwrap();
    assert_eq!(longest.maximum_length, Some(u32::MAX));
}

// CVE-2015-8979: fixed arrays.
#[test]
fn ten_thousand_contexts_are_refused_and_128_are_not() {
    let contexts = vec![item(0x20, &[1, 0, 0, 0]); 10_000];
    let error = decode(&contexts).unwrap_err();
    assert!(matches!(error, PduError::TooMany { maximum: 128, .. }));
    assert_eq!(decode(&contexts[..128]).unwrap().presentation_contexts.len(), 128);
    assert_reason_6(decode(&contexts[..129]));
}

#[test]
fn transfer_syntaxes_and_user_sub_items_have_limits() {
    let context = |count: usize| {
        let names = item(0x40, b"").repeat(count);
        decode(&[item(0x20, &[vec![1, 0, 0, 0], names].concat())])
    };
    let most = context(TRANSFER_SYNTAXES_MAX).unwrap();
    assert_eq!(most.transfer_syntax_count(1), TRANSFER_SYNTAXES_MAX);
    assert_reason_6(context(TRANSFER_SYNTAXES_MAX + 1));
    assert_reason_6(context(16_000));

    let half = || item(0x50, &item(0x77, b"").repeat(USER_SUB_ITEMS_MAX / 2));
    let most = decode(&[half(), half()]).unwrap();
    assert_eq!(most.user_items.len(), USER_SUB_ITEMS_MAX);
    // Another item does not start the count again.
    assert_reason_6(decode(&[half(), half(), item(0x50, &item(0x77, b""))]));
}

#[test]
fn uids_of_64_kib_decode_to_none_that_is_known() {
    let mut name = b"1.2.840.10008.3.1.1.1".to_vec();
    name.resize(64, b' ');
    name.resize(0xFFFF, b'9');
    let associate = decode(&[item(0x10, &name)]).unwrap();
    assert_ne!(associate.application_context, Uid::APPLICATION_CONTEXT);
    assert!(Uid::new(associate.application_context.as_bytes()).is_err());
    let context = [vec![1, 0, 0, 0], item(0x30, &[b'1'; 65]), item(0x40, &[b'1'; 30_000])];
    let associate = decode(&[item(0x20, &context.concat())]).unwrap();
    assert_eq!(associate.abstract_syntax(1).unwrap().as_bytes().len(), 64);
    assert_eq!(associate.find_abstract_syntax(&[b'1'; 64]), None);
}

// CVE-2024-23914: illegal bytes and format strings in text fields.
#[test]
fn text_fields_take_any_bytes_and_print_safely() {
    let mut texts: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte; 16]).collect();
    texts.push(b"%n%n%n%s%s%x/../".to_vec());
    for text in texts {
        let mut bytes = body(&[
            item(0x10, &text),
            item(0x20, &[vec![1, 0, 0, 0], item(0x30, &text), item(0x40, &text)].concat()),
            item(0x50, &[item(0x52, &text), item(0x55, &text)].concat()),
        ]);
        bytes[4..20].copy_from_slice(&text);
        bytes[20..36].copy_from_slice(&text);
        let read = Associate::decode(REQUEST, &bytes).unwrap();
        assert_eq!(read.called_ae_title.as_wire()[..], text);
        let printed = format!("{read:?} {} {}", read.called_ae_title, read.application_context);
        assert!(printed.bytes().all(|b| (0x20..0x7F).contains(&b)), "{printed}");
        let again = Associate::decode(REQUEST, &read.encode().unwrap()[6..]);
        assert_eq!(again, Ok(read));
    }
}

#[test]
fn of_repeated_single_items_the_last_counts() {
    let associate = decode(&[
        item(0x10, b"1.1"),
        item(0x50, &[item(0x51, &[0, 0, 0, 1]), item(0x51, &[0, 0, 0, 2])].concat()),
        item(0x10, b"1.2"),
        item(0x50, &item(0x55, b"NAME")),
    ])
    .unwrap();
    assert_eq!(associate.application_context, Uid::from_static("1.2"));
    assert_eq!(associate.maximum_length, Some(2));
    assert!(associate.implementation_version_name.is_some());
    assert_eq!(associate.called_ae_title, AeTitle::new(b"CALLED").unwrap());
}

#[test]
fn encode_refuses_what_does_not_fit() {
    let mut request = Associate::new(REQUEST);
    request.add_context(1, 0, b"1.2").unwrap();
    for _ in 0..8191 {
        request.add_transfer_syntax(1, b"1.20").unwrap();
    }
    // 4 + 7 + 8191 * 8 is 65539.
    let error = request.encode().unwrap_err();
    assert!(matches!(error, PduError::DoesNotFit { found: 65539, maximum: 65535, .. }));
    assert_eq!(error.abort_reason(), 0);
    assert!(request.remove_transfer_syntax(1, 0));
    assert!(request.encode().is_ok());

    let mut request = Associate::new(REQUEST);
    request.add_user_item(0x77, &[0; 0xFFFF]).unwrap();
    assert!(request.encode().is_err(), "the user information item is too long");
    request.set_user_item(0, 0x77, &[0; 0xFFFF - 4]).unwrap();
    let bytes = request.encode().unwrap();
    assert_eq!(Associate::decode(REQUEST, &bytes[6..]), Ok(request.clone()));
    request.user_items[0].data.resize(0x1_0000, 0);
    assert!(request.encode().is_err());
    request.user_items.clear();
    request.extended_negotiations.push(crate::pdu::ExtendedNegotiation {
        sop_class_uid: Uid::VERIFICATION,
        information: vec![0; 0xFFFF - 18],
    });
    assert!(request.encode().is_err());
}
