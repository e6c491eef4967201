//! Associations as `LDicomAssociate` works with them.

use super::{code, guard};
use crate::error::{Code, Error};
use crate::pdu::{
    Associate, AssociateForm, AsynchronousOperations, Uid, UserIdentity, ValueError, user_item_type,
};
use std::sync::{Arc, LazyLock};

use super::ffi::{UserIdentityResponseView, UserIdentityView};

/// Bytes of a user identity sub-item before its primary field: kind, response flag, length (PS3.7 D.3.3.7.1).
const IDENTITY_HEAD_BYTES: usize = 4;
/// The length field before the secondary field, and before a response.
const LENGTH_BYTES: usize = 2;
/// Presentation context result: rejected by the provider (PS3.8 Table 9-18). What is not there is not usable.
const PROVIDER_REJECTION: u8 = 2;

/// An association that is shared with the engine until it is changed.
pub(super) struct AssociateObject(Arc<Associate>);

/// What new ones show until they are changed.
static EMPTY: [LazyLock<Arc<Associate>>; 2] = [
    LazyLock::new(|| Arc::new(Associate::new(AssociateForm::Accept))),
    LazyLock::new(|| Arc::new(Associate::new(AssociateForm::Request))),
];

fn empty(is_request: bool) -> Arc<Associate> {
    Arc::clone(&EMPTY[usize::from(is_request)])
}

/// An empty one.
pub(super) fn associate_new(is_request: bool) -> Box<AssociateObject> {
    Box::new(AssociateObject(empty(is_request)))
}

fn form(is_request: bool) -> AssociateForm {
    if is_request { AssociateForm::Request } else { AssociateForm::Accept }
}

impl AssociateObject {
    /// Shows one of the engine's.
    pub(super) fn of(associate: &Arc<Associate>) -> Box<Self> {
        Box::new(Self(Arc::clone(associate)))
    }

    /// The value.
    pub(super) fn get(&self) -> &Associate {
        &self.0
    }

    /// Makes it show another of the engine's.
    pub(super) fn show(&mut self, associate: &Arc<Associate>) {
        self.0 = Arc::clone(associate);
    }

    /// For changing: a copy of its own, if it is shared.
    fn own(&mut self) -> &mut Associate {
        Arc::make_mut(&mut self.0)
    }

    /// A setter's answer: whatever it refuses is DICOM_ERROR_PARAMETER.
    fn set(&mut self, setter: impl FnOnce(&mut Associate) -> Result<(), ValueError>) -> i32 {
        code(|| setter(self.own()).map_err(|error| Error::new(Code::Parameter, error.to_string())))
    }

    pub(super) fn duplicate(&self) -> Box<Self> {
        Box::new(Self(Arc::clone(&self.0)))
    }

    pub(super) fn reset(&mut self, is_request: bool) {
        self.0 = empty(is_request);
    }

    pub(super) fn set_default_contexts(&mut self) {
        guard((), || {
            let associate = self.own();
            associate.presentation_contexts.clear();
            associate.role_selections.clear();
            associate.extended_negotiations.clear();
            associate.add_default_contexts();
        });
    }

    pub(super) fn is_request(&self) -> bool {
        self.get().is_request()
    }

    pub(super) fn set_request(&mut self, is_request: bool) {
        self.own().form = form(is_request);
    }

    pub(super) fn version(&self) -> u16 {
        self.get().protocol_version
    }

    pub(super) fn set_version(&mut self, version: u16) {
        self.own().protocol_version = version;
    }

    pub(super) fn called(&self) -> &[u8] {
        self.get().called_ae_title.as_bytes()
    }

    pub(super) fn set_called(&mut self, title: &[u8]) -> i32 {
        self.set(|associate| associate.set_called_ae_title(title))
    }

    pub(super) fn calling(&self) -> &[u8] {
        self.get().calling_ae_title.as_bytes()
    }

    pub(super) fn set_calling(&mut self, title: &[u8]) -> i32 {
        self.set(|associate| associate.set_calling_ae_title(title))
    }

    pub(super) fn application(&self) -> &[u8] {
        self.get().application_context.as_bytes()
    }

    pub(super) fn set_application(&mut self, uid: &[u8]) -> i32 {
        self.set(|associate| associate.set_application_context(uid))
    }
}

/// Presentation contexts.
impl AssociateObject {
    pub(super) fn context_count(&self) -> i32 {
        count(self.get().presentation_contexts.len())
    }

    pub(super) fn context_id(&self, at: i32) -> u8 {
        let contexts = &self.get().presentation_contexts;
        contexts.get(index(at)).map_or(0, |context| context.id)
    }

    pub(super) fn set_context_id(&mut self, at: i32, id: u8) -> i32 {
        self.set(|associate| associate.set_context_id(index(at), id))
    }

    pub(super) fn add_context(&mut self, id: u8, result: u8, abstract_syntax: &[u8]) -> i32 {
        self.set(|associate| associate.add_context(id, result, abstract_syntax))
    }

    pub(super) fn remove_context(&mut self, id: u8) {
        guard((), || {
            self.own().remove_context(id);
        });
    }

    pub(super) fn result(&self, id: u8) -> u8 {
        self.get().result(id).unwrap_or(PROVIDER_REJECTION)
    }

    pub(super) fn set_result(&mut self, id: u8, result: u8) -> i32 {
        self.set(|associate| associate.set_result(id, result))
    }

    pub(super) fn abstract_syntax(&self, id: u8) -> &[u8] {
        self.get().abstract_syntax(id).map_or(&[], Uid::as_bytes)
    }

    pub(super) fn set_abstract_syntax(&mut self, id: u8, uid: &[u8]) -> i32 {
        self.set(|associate| associate.set_abstract_syntax(id, uid))
    }

    pub(super) fn find_abstract_syntax(&self, uid: &[u8]) -> u8 {
        self.get().find_abstract_syntax(uid).unwrap_or(0)
    }

    pub(super) fn find_next_abstract_syntax(&self, after_id: u8, uid: &[u8]) -> u8 {
        self.get().find_next_abstract_syntax(after_id, uid).unwrap_or(0)
    }

    pub(super) fn abstract_syntax_count(&self, uid: &[u8]) -> i32 {
        count(self.get().abstract_syntax_count(uid))
    }

    pub(super) fn transfer_syntax_count(&self, id: u8) -> i32 {
        count(self.get().transfer_syntax_count(id))
    }

    pub(super) fn transfer_syntax(&self, id: u8, at: i32) -> &[u8] {
        self.get().transfer_syntax(id, index(at)).map_or(&[], Uid::as_bytes)
    }

    pub(super) fn set_transfer_syntax(&mut self, id: u8, at: i32, uid: &[u8]) -> i32 {
        self.set(|associate| associate.set_transfer_syntax(id, index(at), uid))
    }

    pub(super) fn add_transfer_syntax(&mut self, id: u8, uid: &[u8]) -> i32 {
        self.set(|associate| associate.add_transfer_syntax(id, uid))
    }

    pub(super) fn remove_transfer_syntax(&mut self, id: u8, at: i32) {
        guard((), || {
            self.own().remove_transfer_syntax(id, index(at));
        });
    }
}

/// User information.
impl AssociateObject {
    pub(super) fn role_selection(&self, id: u8, scu_role: &mut u8, scp_role: &mut u8) -> bool {
        let Some(roles) = self.get().role_selection(id) else {
            return false;
        };
        *scu_role = roles.scu_role;
        *scp_role = roles.scp_role;
        true
    }

    pub(super) fn set_role_selection(&mut self, id: u8, enabled: bool, scu_role: u8, scp_role: u8) -> i32 {
        self.set(|associate| associate.set_role_selection(id, enabled, scu_role, scp_role))
    }

    pub(super) fn extended_negotiation(&self, id: u8) -> &[u8] {
        self.get().extended_negotiation(id).unwrap_or_default()
    }

    /// The same for a caller whose interface gives a pointer that can be written through.
    pub(super) fn extended_negotiation_mut(&mut self, id: u8) -> &mut [u8] {
        let Some(context) = self.get().context(id) else {
            return &mut [];
        };
        let sop_class_uid = context.abstract_syntax;
        let mut items = self.own().extended_negotiations.iter_mut();
        items
            .find(|item| item.sop_class_uid == sop_class_uid)
            .map_or(&mut [], |item| item.information.as_mut_slice())
    }

    pub(super) fn set_extended_negotiation(&mut self, id: u8, information: &[u8]) -> i32 {
        self.set(|associate| associate.set_extended_negotiation(id, information))
    }

    pub(super) fn maximum_length(&self, length: &mut u32) -> bool {
        *length = self.get().maximum_length.unwrap_or(0);
        self.get().maximum_length.is_some()
    }

    pub(super) fn set_maximum_length(&mut self, enabled: bool, length: u32) -> i32 {
        self.set(|associate| associate.set_maximum_length(enabled.then_some(length)))
    }

    pub(super) fn implementation_class(&self) -> &[u8] {
        self.get().implementation_class_uid.as_ref().map_or(&[], Uid::as_bytes)
    }

    pub(super) fn has_implementation_class(&self) -> bool {
        self.get().implementation_class_uid.is_some()
    }

    pub(super) fn set_implementation_class(&mut self, enabled: bool, uid: &[u8]) -> i32 {
        self.set(|associate| associate.set_implementation_class_uid(enabled.then_some(uid)))
    }

    pub(super) fn implementation_version(&self) -> &[u8] {
        let name = self.get().implementation_version_name.as_ref();
        name.map_or(&[], |name| name.as_bytes())
    }

    pub(super) fn has_implementation_version(&self) -> bool {
        self.get().implementation_version_name.is_some()
    }

    pub(super) fn set_implementation_version(&mut self, enabled: bool, name: &[u8]) -> i32 {
        self.set(|associate| associate.set_implementation_version_name(enabled.then_some(name)))
    }

    pub(super) fn asynchronous_operations(&self, invoked: &mut u16, performed: &mut u16) -> bool {
        let Some(window) = self.get().asynchronous_operations else {
            return false;
        };
        *invoked = window.invoked;
        *performed = window.performed;
        true
    }

    pub(super) fn set_asynchronous_operations(&mut self, enabled: bool, invoked: u16, performed: u16) {
        let window = AsynchronousOperations { invoked, performed };
        self.own().asynchronous_operations = enabled.then_some(window);
    }

    /// Takes `&mut self` because C++ gets pointers that can be written through.
    pub(super) fn user_identity(&mut self) -> UserIdentityView<'_> {
        let none = UserIdentityView { kind: 0, response_requested: false, primary: &[], secondary: &[] };
        let Some(identity) = self.get().user_identity() else {
            return none;
        };
        let data = self.own_item(user_item_type::USER_IDENTITY_RQ);
        let primary_end = IDENTITY_HEAD_BYTES + identity.primary.len();
        let secondary_start = primary_end + LENGTH_BYTES;
        UserIdentityView {
            kind: identity.kind,
            response_requested: identity.positive_response_requested,
            primary: data.get(IDENTITY_HEAD_BYTES..primary_end).unwrap_or_default(),
            secondary: data
                .get(secondary_start..secondary_start + identity.secondary.len())
                .unwrap_or_default(),
        }
    }

    pub(super) fn set_user_identity(
        &mut self,
        kind: u8,
        response_requested: bool,
        primary: &[u8],
        secondary: &[u8],
    ) -> i32 {
        self.set(|associate| {
            if kind == 0 {
                associate.remove_user_identity();
                return Ok(());
            }
            associate.set_user_identity(UserIdentity {
                kind,
                positive_response_requested: response_requested,
                primary: primary.to_vec(),
                secondary: secondary.to_vec(),
            })
        })
    }

    /// Takes `&mut self` because C++ gets pointers that can be written through.
    pub(super) fn user_identity_response(&mut self) -> UserIdentityResponseView<'_> {
        let Some(length) = self.get().user_identity_response().map(<[u8]>::len) else {
            return UserIdentityResponseView { is_present: false, bytes: &[] };
        };
        let data = self.own_item(user_item_type::USER_IDENTITY_AC);
        let bytes = data.get(LENGTH_BYTES..LENGTH_BYTES + length).unwrap_or_default();
        UserIdentityResponseView { is_present: true, bytes }
    }

    pub(super) fn set_user_identity_response(&mut self, enabled: bool, response: &[u8]) -> i32 {
        self.set(|associate| {
            if enabled {
                return associate.set_user_identity_response(response);
            }
            associate.remove_user_identity_response();
            Ok(())
        })
    }

    /// The bytes of the first raw item of this type.
    fn own_item(&mut self, item_type: u8) -> &mut [u8] {
        let mut items = self.own().user_items.iter_mut();
        items.find(|item| item.item_type == item_type).map_or(&mut [], |item| item.data.as_mut_slice())
    }

    pub(super) fn user_item_count(&self) -> i32 {
        count(self.get().user_items.len())
    }

    pub(super) fn user_item_type(&self, at: i32) -> u8 {
        self.get().user_item(index(at)).map_or(0, |item| item.item_type)
    }

    pub(super) fn user_item(&self, at: i32) -> &[u8] {
        self.get().user_item(index(at)).map_or(&[], |item| item.data.as_slice())
    }

    /// The same for a caller whose interface gives a pointer that can be written through.
    pub(super) fn user_item_mut(&mut self, at: i32) -> &mut [u8] {
        let item = self.own().user_items.get_mut(index(at));
        item.map_or(&mut [], |item| item.data.as_mut_slice())
    }

    pub(super) fn set_user_item(&mut self, at: i32, item_type: u8, data: &[u8]) -> i32 {
        self.set(|associate| associate.set_user_item(index(at), item_type, data))
    }

    pub(super) fn add_user_item(&mut self, item_type: u8, data: &[u8]) -> i32 {
        self.set(|associate| associate.add_user_item(item_type, data))
    }

    pub(super) fn remove_user_item(&mut self, at: i32) {
        guard((), || {
            self.own().remove_user_item(index(at));
        });
    }
}

/// An index of C++; a negative one is past every end.
fn index(at: i32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// A length for C++, which PS3.8 keeps far below its limit.
fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
