//! Values for the property tests of the PDUs: all that the wire can carry, and what is plain enough for any codec.

use ldicomnet::pdu::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(crate) const FORMS: [AssociateForm; 2] = [AssociateForm::Request, AssociateForm::Accept];

/// Whatever can come from the wire as a UID.
pub(crate) fn wire_uid() -> impl Strategy<Value = Uid> {
    vec(any::<u8>(), 0..=64).prop_map(|text| Uid::from_wire(&text).unwrap())
}

/// A UID that every codec reads as it stands.
pub(crate) fn plain_uid() -> impl Strategy<Value = Uid> {
    "[1-9]{1,3}(\\.(0|[1-9][0-9]{0,5})){1,8}".prop_map(|text| Uid::new(text.as_bytes()).unwrap())
}

pub(crate) fn plain_title() -> impl Strategy<Value = AeTitle> {
    "[A-Z0-9_]{1,16}".prop_map(|text| AeTitle::new(text.as_bytes()).unwrap())
}

pub(crate) fn user_item() -> impl Strategy<Value = UserItem> {
    let item_type = any::<u8>().prop_filter("has a field", |t| !(0x51..=0x59).contains(t));
    (item_type, vec(any::<u8>(), 0..100)).prop_map(|(item_type, data)| UserItem { item_type, data })
}

pub(crate) fn user_identity() -> impl Strategy<Value = UserIdentity> {
    let bytes = || vec(any::<u8>(), 0..300);
    (1..=5u8, any::<bool>(), bytes(), bytes()).prop_map(|(kind, response, primary, secondary)| UserIdentity {
        kind,
        positive_response_requested: response,
        primary,
        secondary: if kind == 2 { secondary } else { vec![] },
    })
}

pub(crate) fn context(form: AssociateForm) -> BoxedStrategy<PresentationContext> {
    let names = match form {
        AssociateForm::Request => 0..6,
        AssociateForm::Accept => 1..2,
    };
    (any::<u8>(), any::<u8>(), wire_uid(), vec(wire_uid(), names))
        .prop_map(move |(id, result, abstract_syntax, transfer_syntaxes)| {
            let is_request = form == AssociateForm::Request;
            PresentationContext {
                id,
                result: if is_request { 0 } else { result },
                abstract_syntax: if is_request { abstract_syntax } else { Uid::EMPTY },
                transfer_syntaxes,
            }
        })
        .boxed()
}

pub(crate) fn role() -> impl Strategy<Value = RoleSelection> {
    (wire_uid(), any::<u8>(), any::<u8>()).prop_map(|(sop_class_uid, scu_role, scp_role)| RoleSelection {
        sop_class_uid,
        scu_role,
        scp_role,
    })
}

pub(crate) fn extended() -> impl Strategy<Value = ExtendedNegotiation> {
    (wire_uid(), vec(any::<u8>(), 0..200))
        .prop_map(|(sop_class_uid, information)| ExtendedNegotiation { sop_class_uid, information })
}

pub(crate) fn common() -> impl Strategy<Value = CommonExtendedNegotiation> {
    (plain_uid(), plain_uid(), vec(plain_uid(), 0..4)).prop_map(|(sop, service, related)| {
        CommonExtendedNegotiation {
            sop_class_uid: sop,
            service_class_uid: service,
            related_general_sop_class_uids: related,
        }
    })
}

/// Any A-ASSOCIATE that the wire can carry, sensible or not.
pub(crate) fn associate() -> impl Strategy<Value = Associate> {
    prop::sample::select(&FORMS[..]).prop_flat_map(|form| {
        let head = (any::<u16>(), any::<[u8; 16]>(), any::<[u8; 16]>(), wire_uid(), vec(context(form), 0..5));
        let window = (any::<u16>(), any::<u16>());
        let single = (
            option::of(any::<u32>()),
            option::of(wire_uid()),
            option::of(vec(any::<u8>(), 0..=16)),
            option::of(window),
        );
        let lists = (
            vec(role(), 0..4),
            vec(extended(), 0..4),
            vec(user_item(), 0..4),
            option::of(user_identity()),
            vec(common(), 0..3),
        );
        (head, single, lists).prop_map(move |(head, single, lists)| {
            let mut associate = Associate::new(form);
            associate.protocol_version = head.0;
            associate.called_ae_title = AeTitle::from_wire(head.1);
            associate.calling_ae_title = AeTitle::from_wire(head.2);
            associate.application_context = head.3;
            associate.presentation_contexts = head.4;
            associate.maximum_length = single.0;
            associate.implementation_class_uid = single.1;
            associate.implementation_version_name = single.2.map(|n| VersionName::from_wire(&n));
            associate.asynchronous_operations =
                single.3.map(|(invoked, performed)| AsynchronousOperations { invoked, performed });
            associate.role_selections = lists.0;
            associate.extended_negotiations = lists.1;
            associate.user_items = lists.2;
            put_in(&mut associate, lists.3, &lists.4);
            associate
        })
    })
}

/// Adds those sub-items that only one of the forms has.
pub(crate) fn put_in(
    associate: &mut Associate,
    identity: Option<UserIdentity>,
    common: &[CommonExtendedNegotiation],
) {
    let Some(identity) = identity else { return };
    if associate.is_request() {
        associate.set_user_identity(identity).unwrap();
        for negotiation in common {
            associate.add_common_extended_negotiation(negotiation).unwrap();
        }
    } else {
        associate.set_user_identity_response(&identity.primary).unwrap();
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pdv {
    pub id: u8,
    pub is_command: bool,
    pub is_last: bool,
    pub value: Vec<u8>,
}

pub(crate) fn pdv() -> impl Strategy<Value = Pdv> {
    let value = vec(any::<u8>(), 0..60);
    (any::<u8>(), any::<bool>(), any::<bool>(), value).prop_map(|(id, is_command, is_last, value)| Pdv {
        id,
        is_command,
        is_last,
        value,
    })
}

pub(crate) fn data_tf(pdvs: &[Pdv]) -> Vec<u8> {
    let mut out = Vec::new();
    let body: usize = pdvs.iter().map(|p| PDV_HEADER_BYTES + p.value.len()).sum();
    put_data_tf_header(&mut out, body as u32);
    for pdv in pdvs {
        let length = pdv.value.len() as u32;
        put_pdv_header(&mut out, length, pdv.id, pdv.is_command, pdv.is_last);
        out.extend(&pdv.value);
    }
    out
}
