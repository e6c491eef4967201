//! A second codec held against ours: what we write dicom-ul reads to the same values, and what it writes we read.

use dicom_ul::pdu as other;
use ldicomnet::pdu::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::decode;
use crate::values::{FORMS, data_tf, pdv, plain_title, plain_uid, put_in, user_identity};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn other_reads(bytes: &[u8]) -> other::Pdu {
    other::read_pdu(bytes, other::DEFAULT_MAX_PDU, false).unwrap().unwrap()
}

fn other_writes(pdu: &other::Pdu) -> Vec<u8> {
    let mut out = vec![];
    other::write_pdu(&mut out, pdu).unwrap();
    out
}

/// What both codecs can say: strict text, and nothing that dicom-ul has no field for but keeps raw.
fn shared_associate() -> impl Strategy<Value = Associate> {
    let contexts = vec((1..=127u8, 0..=4u8, plain_uid(), plain_uid(), vec(plain_uid(), 0..4)), 1..5);
    let head = (any::<u16>(), plain_title(), plain_title(), plain_uid(), contexts);
    let single = (any::<u32>(), plain_uid(), "[A-Z0-9_]{1,16}", option::of((any::<u16>(), any::<u16>())));
    let roles = vec((plain_uid(), 0..=1u8, 0..=1u8), 0..3);
    let extended = vec((plain_uid(), vec(any::<u8>(), 1..50)), 0..3);
    let lists = (roles, extended, option::of(user_identity()));
    (prop::sample::select(&FORMS[..]), head, single, lists).prop_map(|(form, head, single, lists)| {
        let mut associate = Associate::new(form);
        let is_request = associate.is_request();
        associate.protocol_version = head.0;
        associate.called_ae_title = head.1;
        associate.calling_ae_title = head.2;
        associate.application_context = head.3;
        for (id, result, abstract_syntax, first, more) in head.4 {
            associate.presentation_contexts.push(PresentationContext {
                id,
                result: if is_request { 0 } else { result },
                abstract_syntax: if is_request { abstract_syntax } else { Uid::EMPTY },
                transfer_syntaxes: std::iter::once(first)
                    .chain(more.into_iter().filter(|_| is_request))
                    .collect(),
            });
        }
        associate.maximum_length = Some(single.0);
        associate.implementation_class_uid = Some(single.1);
        associate.set_implementation_version_name(Some(single.2.as_bytes())).unwrap();
        associate.asynchronous_operations =
            single.3.map(|(invoked, performed)| AsynchronousOperations { invoked, performed });
        let role = |(sop_class_uid, scu_role, scp_role)| RoleSelection { sop_class_uid, scu_role, scp_role };
        associate.role_selections = lists.0.into_iter().map(role).collect();
        let extended = |(sop_class_uid, information)| ExtendedNegotiation { sop_class_uid, information };
        associate.extended_negotiations = lists.1.into_iter().map(extended).collect();
        put_in(&mut associate, lists.2, &[]);
        associate
    })
}

fn identity_for_other(identity: UserIdentity) -> other::UserVariableItem {
    use other::UserIdentityType as Kind;
    let kind = match identity.kind {
        1 => Kind::Username,
        2 => Kind::UsernamePassword,
        3 => Kind::KerberosServiceTicket,
        4 => Kind::SamlAssertion,
        _ => Kind::Jwt,
    };
    let response = identity.positive_response_requested;
    let identity = other::UserIdentity::new(response, kind, identity.primary, identity.secondary);
    other::UserVariableItem::UserIdentityItem(identity)
}

/// The user information as dicom-ul has it, in the order in which we write.
fn user_for_other(associate: &Associate) -> Vec<other::UserVariableItem> {
    use other::UserVariableItem as Item;
    let mut items = vec![];
    items.extend(associate.maximum_length.map(Item::MaxLength));
    let class = associate.implementation_class_uid;
    items.extend(class.map(|uid| Item::ImplementationClassUID(text(uid.as_bytes()))));
    if let Some(window) = associate.asynchronous_operations {
        let data = [window.invoked.to_be_bytes(), window.performed.to_be_bytes()].concat();
        items.push(Item::Unknown(0x53, data));
    }
    for role in &associate.role_selections {
        let roles = other::RequestorRoles { scu: role.scu_role != 0, scp: role.scp_role != 0 };
        items.push(Item::ScuScpRoleSelectionSubItem(text(role.sop_class_uid.as_bytes()), roles));
    }
    let name = associate.implementation_version_name;
    items.extend(name.map(|name| Item::ImplementationVersionName(text(name.as_bytes()))));
    for extended in &associate.extended_negotiations {
        let uid = text(extended.sop_class_uid.as_bytes());
        let data = extended.information.clone();
        items.push(Item::SopClassExtendedNegotiationSubItem(uid, data));
    }
    items.extend(associate.user_identity().map(identity_for_other));
    let raw = associate.user_items.iter().filter(|i| i.item_type != 0x58);
    items.extend(raw.map(|i| Item::Unknown(i.item_type, i.data.clone())));
    items
}

fn for_other(associate: &Associate) -> other::Pdu {
    let protocol_version = associate.protocol_version;
    let called_ae_title = text(associate.called_ae_title.as_bytes());
    let calling_ae_title = text(associate.calling_ae_title.as_bytes());
    let application_context_name = text(associate.application_context.as_bytes());
    let user_variables = user_for_other(associate);
    let contexts = associate.presentation_contexts.iter();
    if associate.is_request() {
        let proposed = |c: &PresentationContext| other::PresentationContextProposed {
            id: c.id,
            abstract_syntax: text(c.abstract_syntax.as_bytes()),
            transfer_syntaxes: c.transfer_syntaxes.iter().map(|t| text(t.as_bytes())).collect(),
        };
        other::Pdu::AssociationRQ(other::AssociationRQ {
            protocol_version,
            calling_ae_title,
            called_ae_title,
            application_context_name,
            presentation_contexts: contexts.map(proposed).collect(),
            user_variables,
        })
    } else {
        use other::PresentationContextResultReason as Reason;
        let answered = |c: &PresentationContext| other::PresentationContextResult {
            id: c.id,
            reason: match c.result {
                0 => Reason::Acceptance,
                1 => Reason::UserRejection,
                2 => Reason::NoReason,
                3 => Reason::AbstractSyntaxNotSupported,
                _ => Reason::TransferSyntaxesNotSupported,
            },
            transfer_syntax: text(c.transfer_syntaxes[0].as_bytes()),
        };
        other::Pdu::AssociationAC(other::AssociationAC {
            protocol_version,
            calling_ae_title,
            called_ae_title,
            application_context_name,
            presentation_contexts: contexts.map(answered).collect(),
            user_variables,
        })
    }
}

proptest! {
    #[test]
    fn dicom_ul_reads_our_associate_and_we_read_its(associate in shared_associate()) {
        let expected = for_other(&associate);
        prop_assert_eq!(other_reads(&associate.encode().unwrap()), expected.clone());
        prop_assert_eq!(decode(&other_writes(&expected)).unwrap(), associate);
    }

    #[test]
    fn dicom_ul_reads_our_data_and_we_read_its(pdvs in vec(pdv(), 1..6)) {
        let data = pdvs.iter().map(|pdv| other::PDataValue {
            presentation_context_id: pdv.id,
            value_type: if pdv.is_command {
                other::PDataValueType::Command
            } else {
                other::PDataValueType::Data
            },
            is_last: pdv.is_last,
            data: pdv.value.clone(),
        });
        let expected = other::Pdu::PData { data: data.collect() };
        let bytes = data_tf(&pdvs);
        prop_assert_eq!(other_reads(&bytes), expected.clone());
        prop_assert_eq!(other_writes(&expected), bytes);
    }
}

#[test]
fn dicom_ul_agrees_on_the_pdus_of_ten_bytes() {
    assert_eq!(other_reads(&encode_release_rq()), other::Pdu::ReleaseRQ);
    assert_eq!(other_reads(&encode_release_rp()), other::Pdu::ReleaseRP);
    for (result, source, reason) in
        [(1, 1, 1), (1, 1, 2), (2, 1, 3), (1, 1, 7), (1, 2, 2), (2, 3, 1), (2, 3, 2)]
    {
        let bytes = encode_reject(Rejection { result, source, reason });
        assert_eq!(other_writes(&other_reads(&bytes)), bytes);
    }
    let reject = other::Pdu::AssociationRJ(other::AssociationRJ {
        result: other::AssociationRJResult::Transient,
        source: other::AssociationRJSource::ServiceUser(
            other::AssociationRJServiceUserReason::CalledAETitleNotRecognized,
        ),
    });
    let read = decode_reject(&other_writes(&reject)[HEADER_BYTES..]).unwrap();
    assert_eq!((read.result, read.source, read.reason), (2, 1, 7));
    for (source, reason) in [(0, 0), (2, 0), (2, 1), (2, 2), (2, 4), (2, 5), (2, 6)] {
        let bytes = encode_abort(Abort { source, reason });
        assert_eq!(other_writes(&other_reads(&bytes)), bytes);
    }
    let unexpected = other::AbortRQServiceProviderReason::UnexpectedPdu;
    let abort = other::Pdu::AbortRQ { source: other::AbortRQSource::ServiceProvider(unexpected) };
    let read = decode_abort(&other_writes(&abort)[HEADER_BYTES..]).unwrap();
    assert_eq!((read.source, read.reason), (2, 2));
}
