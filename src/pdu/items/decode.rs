//! Reads the body of an A-ASSOCIATE-RQ or -AC.
//!
//! PS3.8 sections 9.3.2, 9.3.3 and 9.3.1 ("items of unrecognized types shall be ignored"). What is missing or
//! senseless but readable decodes, because negotiation has an answer to it and this layer has none; what
//! contradicts its own lengths is an error.

use super::{
    ASSOCIATE_FIXED_BYTES, PRESENTATION_CONTEXTS_MAX, Reader, TRANSFER_SYNTAXES_MAX, USER_SUB_ITEMS_MAX,
    item_type, user_item_type,
};
use crate::pdu::associate::{
    check_common_extended_negotiation, check_user_identity, check_user_identity_response,
};
use crate::pdu::{
    AeTitle, Associate, AssociateForm, AsynchronousOperations, ExtendedNegotiation, PduError,
    PresentationContext, RoleSelection, Uid, UserItem, VersionName,
};

impl Associate {
    /// Reads an A-ASSOCIATE-RQ or -AC; `body` is what follows the six bytes of the header.
    ///
    /// Items and sub-items that are unknown or belong to the other form are skipped, reserved fields are not looked
    /// at, and of a single item that is repeated the last counts. No presentation context, or one without
    /// transfer syntax, with an even or a repeated ID: decodes. A UID of more than 64 bytes becomes one that
    /// equals no valid one. Unknown sub-items of the user information are kept in [`Associate::user_items`].
    ///
    /// # Errors
    /// A length that reaches past what encloses it; a sub-item whose length is not what its type must have;
    /// more than [`PRESENTATION_CONTEXTS_MAX`] contexts, [`TRANSFER_SYNTAXES_MAX`] transfer syntaxes in one, or
    /// [`USER_SUB_ITEMS_MAX`] sub-items of user information.
    pub fn decode(form: AssociateForm, body: &[u8]) -> Result<Self, PduError> {
        let mut associate = Self::new(form);
        let mut reader = Reader::new(body);
        let mut fixed = Reader::new(reader.take(ASSOCIATE_FIXED_BYTES, "A-ASSOCIATE")?);
        associate.protocol_version = fixed.u16("protocol version")?;
        fixed.u16("reserved field")?;
        associate.called_ae_title = AeTitle::from_wire(fixed.array("called AE title")?);
        associate.calling_ae_title = AeTitle::from_wire(fixed.array("calling AE title")?);
        associate.application_context = Uid::EMPTY;

        let context_type = match form {
            AssociateForm::Request => item_type::PRESENTATION_CONTEXT_RQ,
            AssociateForm::Accept => item_type::PRESENTATION_CONTEXT_AC,
        };
        // Exactly as many as there are: these objects live as long as the association.
        let contexts = reader.count_items(context_type);
        check_count(contexts, "presentation contexts", PRESENTATION_CONTEXTS_MAX)?;
        associate.presentation_contexts.reserve_exact(contexts);
        let mut user_sub_items = 0;
        while let Some((found, item)) = reader.item("item")? {
            if found == context_type {
                let context = decode_context(form, item)?;
                associate.presentation_contexts.push(context);
            } else if found == item_type::APPLICATION_CONTEXT {
                associate.application_context = Uid::from_wire_lossy(item);
            } else if found == item_type::USER_INFORMATION {
                associate.decode_user_information(item, &mut user_sub_items)?;
            }
        }
        Ok(associate)
    }

    fn decode_user_information(&mut self, item: &[u8], count: &mut usize) -> Result<(), PduError> {
        let mut reader = Reader::new(item);
        while let Some((found, data)) = reader.item("user information sub-item")? {
            *count += 1;
            check_count(*count, "user information sub-items", USER_SUB_ITEMS_MAX)?;
            match found {
                user_item_type::MAXIMUM_LENGTH => {
                    let bytes = exactly("length of the Maximum Length sub-item", data)?;
                    self.maximum_length = Some(u32::from_be_bytes(bytes));
                }
                user_item_type::IMPLEMENTATION_CLASS_UID => {
                    self.implementation_class_uid = Some(Uid::from_wire_lossy(data));
                }
                user_item_type::ASYNCHRONOUS_OPERATIONS => {
                    let bytes = exactly("length of the Asynchronous Operations sub-item", data)?;
                    let [a, b, c, d] = bytes;
                    self.asynchronous_operations = Some(AsynchronousOperations {
                        invoked: u16::from_be_bytes([a, b]),
                        performed: u16::from_be_bytes([c, d]),
                    });
                }
                user_item_type::ROLE_SELECTION => {
                    self.role_selections.push(decode_role_selection(data)?);
                }
                user_item_type::IMPLEMENTATION_VERSION_NAME => {
                    self.implementation_version_name = Some(VersionName::from_wire(data));
                }
                user_item_type::EXTENDED_NEGOTIATION => {
                    self.extended_negotiations.push(decode_extended_negotiation(data)?);
                }
                item_type => {
                    check_user_item(item_type, data)?;
                    self.user_items.push(UserItem { item_type, data: data.to_vec() });
                }
            }
        }
        Ok(())
    }
}

fn decode_context(form: AssociateForm, item: &[u8]) -> Result<PresentationContext, PduError> {
    let mut reader = Reader::new(item);
    let [id, _, result, _] = reader.array("presentation context")?;
    let transfer_syntaxes = reader.count_items(item_type::TRANSFER_SYNTAX);
    check_count(transfer_syntaxes, "transfer syntaxes", TRANSFER_SYNTAXES_MAX)?;
    let is_request = form == AssociateForm::Request;
    let mut context = PresentationContext {
        id,
        // Reserved in the request (PS3.8 Table 9-13).
        result: if is_request { 0 } else { result },
        abstract_syntax: Uid::EMPTY,
        transfer_syntaxes: Vec::with_capacity(transfer_syntaxes),
    };
    while let Some((found, name)) = reader.item("presentation context sub-item")? {
        if found == item_type::TRANSFER_SYNTAX {
            context.transfer_syntaxes.push(Uid::from_wire_lossy(name));
        } else if found == item_type::ABSTRACT_SYNTAX && is_request {
            context.abstract_syntax = Uid::from_wire_lossy(name);
        }
    }
    Ok(context)
}

fn decode_role_selection(data: &[u8]) -> Result<RoleSelection, PduError> {
    const WHAT: &str = "role selection";
    let mut reader = Reader::new(data);
    let sop_class_uid = Uid::from_wire_lossy(reader.field(WHAT)?);
    let [scu_role, scp_role] = reader.array(WHAT)?;
    if !reader.is_empty() {
        // The two lengths contradict each other, and nobody can say where the roles are.
        return Err(PduError::InvalidParameterValue {
            what: "length of the role selection sub-item",
            found: data.len() as u64,
            expected: "that of its UID and four more",
        });
    }
    Ok(RoleSelection { sop_class_uid, scu_role, scp_role })
}

fn decode_extended_negotiation(data: &[u8]) -> Result<ExtendedNegotiation, PduError> {
    let mut reader = Reader::new(data);
    let sop_class_uid = Uid::from_wire_lossy(reader.field("extended negotiation")?);
    Ok(ExtendedNegotiation { sop_class_uid, information: reader.rest.to_vec() })
}

/// Of the sub-items that are kept raw, those that the standard knows must be readable.
fn check_user_item(item_type: u8, data: &[u8]) -> Result<(), PduError> {
    match item_type {
        user_item_type::COMMON_EXTENDED_NEGOTIATION => check_common_extended_negotiation(data),
        user_item_type::USER_IDENTITY_RQ => check_user_identity(data),
        user_item_type::USER_IDENTITY_AC => check_user_identity_response(data),
        _ => Ok(()),
    }
}

/// `data` as the four bytes that it must have.
fn exactly(what: &'static str, data: &[u8]) -> Result<[u8; 4], PduError> {
    data.try_into().map_err(|_| PduError::InvalidParameterValue {
        what,
        found: data.len() as u64,
        expected: "4",
    })
}

fn check_count(count: usize, what: &'static str, maximum: usize) -> Result<(), PduError> {
    if count > maximum {
        return Err(PduError::TooMany { what, maximum });
    }
    Ok(())
}
