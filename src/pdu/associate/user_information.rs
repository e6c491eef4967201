//! The user information of an [`Associate`]: the sub-items without a field of their own, raw and understood.
//!
//! PS3.7 Annex D.3.3.6 (common extended negotiation, 0x57) and D.3.3.7 (user identity, 0x58 and 0x59). These are kept
//! as bytes, so that nothing a newer standard adds to them is lost, and read when somebody asks. Decoding an
//! A-ASSOCIATE holds their inner lengths against their bytes; what they mean is not judged.

use super::{Associate, UserItem};
use crate::pdu::items::{Reader, user_item_type};
use crate::pdu::{AssociateForm, PduError, Uid, ValueError, VersionName};

/// Longest body of a sub-item, and longest field within one: both have lengths of two bytes.
const ITEM_BYTES_MAX: usize = 0xFFFF;
/// Least limit that a setter takes: a P-DATA-TF body must hold a PDV head and at least one byte pair of its value.
const MAXIMUM_LENGTH_MIN: u32 = 8;
/// User identity by name and passcode: the only kind with a secondary field (PS3.7 Table D.3-14).
const NAME_AND_PASSCODE: u8 = 2;

/// Who uses the association, as the requestor says (PS3.7 D.3.3.7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserIdentity {
    /// 1 name, 2 name and passcode, 3 Kerberos service ticket, 4 SAML assertion, 5 JSON web token.
    /// From the wire, any number.
    pub kind: u8,
    /// Does the requestor want to be told that the identity was understood? Then the accept carries a response.
    pub positive_response_requested: bool,
    /// Name, ticket, assertion or token.
    pub primary: Vec<u8>,
    /// The passcode, for kind 2; else empty.
    pub secondary: Vec<u8>,
}

/// Which service class a SOP class belongs to, and what it generalises to (PS3.7 D.3.3.6). In requests only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonExtendedNegotiation {
    /// The SOP class.
    pub sop_class_uid: Uid,
    /// The service class of that SOP class.
    pub service_class_uid: Uid,
    /// General SOP classes that may stand for it.
    pub related_general_sop_class_uids: Vec<Uid>,
}

impl Associate {
    /// Sets the longest P-DATA-TF body that we take, in bytes; 0 is without limit, `None` sends no item.
    ///
    /// # Errors
    /// 1 to 7: such a PDU could carry nothing.
    pub fn set_maximum_length(&mut self, length: Option<u32>) -> Result<(), ValueError> {
        if let Some(found @ 1..MAXIMUM_LENGTH_MIN) = length {
            return Err(ValueError::OutOfRange {
                what: "maximum length",
                found,
                expected: "0, and 8 or more",
            });
        }
        self.maximum_length = length;
        Ok(())
    }

    /// Sets or removes the implementation class UID.
    ///
    /// # Errors
    /// What [`Uid::new`] refuses.
    pub fn set_implementation_class_uid(&mut self, uid: Option<&[u8]>) -> Result<(), ValueError> {
        self.implementation_class_uid = uid.map(Uid::new).transpose()?;
        Ok(())
    }

    /// Sets or removes the implementation version name.
    ///
    /// # Errors
    /// What [`VersionName::new`] refuses.
    pub fn set_implementation_version_name(&mut self, name: Option<&[u8]>) -> Result<(), ValueError> {
        self.implementation_version_name = name.map(VersionName::new).transpose()?;
        Ok(())
    }

    /// The raw sub-item at `index` of [`Associate::user_items`].
    #[must_use]
    pub fn user_item(&self, index: usize) -> Option<&UserItem> {
        self.user_items.get(index)
    }

    /// Adds a raw sub-item.
    ///
    /// # Errors
    /// A type that has a field of its own (0x51 to 0x56), or more than 65535 bytes.
    pub fn add_user_item(&mut self, item_type: u8, data: &[u8]) -> Result<(), ValueError> {
        let item = raw_item(item_type, data)?;
        self.user_items.push(item);
        Ok(())
    }

    /// Replaces the raw sub-item at `index`.
    ///
    /// # Errors
    /// No such index, and as [`Associate::add_user_item`].
    pub fn set_user_item(&mut self, index: usize, item_type: u8, data: &[u8]) -> Result<(), ValueError> {
        let item = raw_item(item_type, data)?;
        let error = ValueError::Index { what: "user items", found: index, count: self.user_items.len() };
        *self.user_items.get_mut(index).ok_or(error)? = item;
        Ok(())
    }

    /// Removes the raw sub-item at `index`. Was there one?
    pub fn remove_user_item(&mut self, index: usize) -> bool {
        let found = index < self.user_items.len();
        if found {
            self.user_items.remove(index);
        }
        found
    }

    /// The user identity of a request. `None` if there is none, or if somebody put one in raw that cannot be read:
    /// one from the wire can be, [`Associate::decode`] has seen to it.
    #[must_use]
    pub fn user_identity(&self) -> Option<UserIdentity> {
        let data = self.first_user_item(user_item_type::USER_IDENTITY_RQ)?;
        read_user_identity(data).ok().map(|(kind, positive_response_requested, primary, secondary)| {
            UserIdentity {
                kind,
                positive_response_requested,
                primary: primary.to_vec(),
                secondary: secondary.to_vec(),
            }
        })
    }

    /// Sets the user identity of a request.
    ///
    /// # Errors
    /// The accept form; a kind other than 1 to 5; a secondary field with a kind other than 2; fields that are too long.
    pub fn set_user_identity(&mut self, identity: UserIdentity) -> Result<(), ValueError> {
        const WHAT: &str = "user identity";
        self.check_form(AssociateForm::Request, WHAT)?;
        if !(1..=5).contains(&identity.kind) {
            return Err(ValueError::OutOfRange {
                what: "kind of user identity",
                found: identity.kind.into(),
                expected: "1 to 5",
            });
        }
        if identity.kind != NAME_AND_PASSCODE && !identity.secondary.is_empty() {
            return Err(ValueError::TooLong {
                what: "secondary field of a user identity without passcode",
                found: identity.secondary.len(),
                maximum: 0,
            });
        }
        let mut data = vec![identity.kind, u8::from(identity.positive_response_requested)];
        put_field(&mut data, WHAT, &identity.primary)?;
        put_field(&mut data, WHAT, &identity.secondary)?;
        self.put_single(user_item_type::USER_IDENTITY_RQ, &data)
    }

    /// Removes the user identity of a request.
    pub fn remove_user_identity(&mut self) {
        let unwanted = user_item_type::USER_IDENTITY_RQ;
        self.user_items.retain(|i| i.item_type != unwanted);
    }

    /// The acceptor's answer to the user identity: a Kerberos ticket, SAML answer or token; empty for a name.
    #[must_use]
    pub fn user_identity_response(&self) -> Option<&[u8]> {
        let data = self.first_user_item(user_item_type::USER_IDENTITY_AC)?;
        let mut reader = Reader::new(data);
        reader.field("user identity response").ok()
    }

    /// Sets the answer to the user identity in an accept; for a name it is empty.
    ///
    /// # Errors
    /// The request form, or a response that is too long.
    pub fn set_user_identity_response(&mut self, response: &[u8]) -> Result<(), ValueError> {
        const WHAT: &str = "user identity response";
        self.check_form(AssociateForm::Accept, WHAT)?;
        let mut data = Vec::new();
        put_field(&mut data, WHAT, response)?;
        self.put_single(user_item_type::USER_IDENTITY_AC, &data)
    }

    /// Removes the answer to the user identity.
    pub fn remove_user_identity_response(&mut self) {
        let unwanted = user_item_type::USER_IDENTITY_AC;
        self.user_items.retain(|i| i.item_type != unwanted);
    }

    /// The common extended negotiations, in their order. Those put in raw that cannot be read are left out.
    #[must_use]
    pub fn common_extended_negotiations(&self) -> Vec<CommonExtendedNegotiation> {
        let wanted = user_item_type::COMMON_EXTENDED_NEGOTIATION;
        let items = self.user_items.iter().filter(|i| i.item_type == wanted);
        items.filter_map(|i| read_common_extended_negotiation(&i.data).ok()).collect()
    }

    /// Adds a common extended negotiation to a request.
    ///
    /// # Errors
    /// The accept form, an empty SOP or service class UID, or more related classes than a sub-item holds.
    pub fn add_common_extended_negotiation(
        &mut self,
        negotiation: &CommonExtendedNegotiation,
    ) -> Result<(), ValueError> {
        const WHAT: &str = "common extended negotiation";
        self.check_form(AssociateForm::Request, WHAT)?;
        let (sop, service) = (&negotiation.sop_class_uid, &negotiation.service_class_uid);
        if sop.is_empty() || service.is_empty() {
            return Err(ValueError::Empty { what: "UID" });
        }
        let mut related = Vec::new();
        for uid in &negotiation.related_general_sop_class_uids {
            put_field(&mut related, WHAT, uid.as_bytes())?;
        }
        let mut data = Vec::new();
        put_field(&mut data, WHAT, sop.as_bytes())?;
        put_field(&mut data, WHAT, service.as_bytes())?;
        put_field(&mut data, WHAT, &related)?;
        self.add_user_item(user_item_type::COMMON_EXTENDED_NEGOTIATION, &data)
    }

    fn first_user_item(&self, item_type: u8) -> Option<&[u8]> {
        let mut items = self.user_items.iter();
        let item = items.find(|i| i.item_type == item_type)?;
        Some(&item.data)
    }

    /// Makes `data` the only sub-item of this type, in the place of the first.
    fn put_single(&mut self, item_type: u8, data: &[u8]) -> Result<(), ValueError> {
        let item = raw_item(item_type, data)?;
        let mut items = self.user_items.iter();
        let index = items.position(|i| i.item_type == item_type).unwrap_or(self.user_items.len());
        self.user_items.retain(|i| i.item_type != item_type);
        self.user_items.insert(index, item);
        Ok(())
    }

    fn check_form(&self, expected: AssociateForm, what: &'static str) -> Result<(), ValueError> {
        if self.form != expected {
            let form = self.form;
            return Err(ValueError::Form { what, form });
        }
        Ok(())
    }
}

/// Kind, whether a response is requested, primary and secondary field.
type IdentityFields<'b> = (u8, bool, &'b [u8], &'b [u8]);

fn read_user_identity(data: &[u8]) -> Result<IdentityFields<'_>, PduError> {
    let mut reader = Reader::new(data);
    let kind = reader.u8("user identity")?;
    let positive_response_requested = reader.u8("user identity")? == 1;
    let primary = reader.field("user identity")?;
    let secondary = reader.field("user identity")?;
    Ok((kind, positive_response_requested, primary, secondary))
}

fn read_common_extended_negotiation(data: &[u8]) -> Result<CommonExtendedNegotiation, PduError> {
    const WHAT: &str = "common extended negotiation";
    let mut reader = Reader::new(data);
    let sop_class_uid = Uid::from_wire_lossy(reader.field(WHAT)?);
    let service_class_uid = Uid::from_wire_lossy(reader.field(WHAT)?);
    let mut related = Reader::new(reader.field(WHAT)?);
    let mut related_general_sop_class_uids = Vec::new();
    while !related.is_empty() {
        related_general_sop_class_uids.push(Uid::from_wire_lossy(related.field(WHAT)?));
    }
    Ok(CommonExtendedNegotiation { sop_class_uid, service_class_uid, related_general_sop_class_uids })
}

/// Do the inner lengths of a user identity sub-item (0x58) fit into it?
pub(in crate::pdu) fn check_user_identity(data: &[u8]) -> Result<(), PduError> {
    read_user_identity(data).map(|_| ())
}

/// Do the inner lengths of a user identity response (0x59) fit into it?
pub(in crate::pdu) fn check_user_identity_response(data: &[u8]) -> Result<(), PduError> {
    Reader::new(data).field("user identity response").map(|_| ())
}

/// Do the inner lengths of a common extended negotiation (0x57) fit into it?
///
/// Bytes behind the related classes are for versions of the sub-item to come, and are not looked at (PS3.7 D.3.3.6).
pub(in crate::pdu) fn check_common_extended_negotiation(data: &[u8]) -> Result<(), PduError> {
    const WHAT: &str = "common extended negotiation";
    let mut reader = Reader::new(data);
    reader.field(WHAT)?;
    reader.field(WHAT)?;
    let mut related = Reader::new(reader.field(WHAT)?);
    while !related.is_empty() {
        related.field(WHAT)?;
    }
    Ok(())
}

fn raw_item(item_type: u8, data: &[u8]) -> Result<UserItem, ValueError> {
    let own_field = user_item_type::MAXIMUM_LENGTH..=user_item_type::EXTENDED_NEGOTIATION;
    if own_field.contains(&item_type) {
        return Err(ValueError::OutOfRange {
            what: "type of a user item",
            found: item_type.into(),
            expected: "those without a field of their own, not 81 to 86",
        });
    }
    if data.len() > ITEM_BYTES_MAX {
        return Err(ValueError::TooLong { what: "user item", found: data.len(), maximum: ITEM_BYTES_MAX });
    }
    Ok(UserItem { item_type, data: data.to_vec() })
}

/// Appends a field that has its length before it, in two bytes.
fn put_field(out: &mut Vec<u8>, what: &'static str, field: &[u8]) -> Result<(), ValueError> {
    let length = u16::try_from(field.len()).map_err(|_| ValueError::TooLong {
        what,
        found: field.len(),
        maximum: ITEM_BYTES_MAX,
    })?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(field);
    Ok(())
}
