//! Writes an A-ASSOCIATE-RQ or -AC.
//!
//! PS3.8 sections 9.3.2 and 9.3.3. Writes what it is given, sensible or not, as long as every length fits its field:
//! the checks are with the setters, and a test must be able to send what no setter takes.

use super::{item_type, user_item_type};
use crate::pdu::{Associate, AssociateForm, HEADER_BYTES, PduError, PduType, PresentationContext, Uid};

/// Longest body of an item: its length field has two bytes (PS3.8 9.3.1).
const ITEM_BYTES_MAX: usize = 0xFFFF;

impl Associate {
    /// The whole PDU, header included.
    ///
    /// The accept form writes no abstract syntax, and for each context exactly one transfer syntax: the first, or
    /// Implicit VR Little Endian where there is none, since PS3.8 9.3.3.2 wants one even with a rejection.
    /// An empty application context is left out.
    ///
    /// # Errors
    /// [`PduError::DoesNotFit`]: an item is longer than 65535 bytes, as many transfer syntaxes or much user
    /// information may make it.
    pub fn encode(&self) -> Result<Vec<u8>, PduError> {
        let mut out = Vec::with_capacity(self.encoded_length_estimate());
        let pdu_type = match self.form {
            AssociateForm::Request => PduType::AssociateRq,
            AssociateForm::Accept => PduType::AssociateAc,
        };
        out.extend_from_slice(&[pdu_type as u8, 0, 0, 0, 0, 0]);
        out.extend_from_slice(&self.protocol_version.to_be_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(self.called_ae_title.as_wire());
        out.extend_from_slice(self.calling_ae_title.as_wire());
        out.extend_from_slice(&[0; 32]);
        if !self.application_context.is_empty() {
            put_uid(&mut out, item_type::APPLICATION_CONTEXT, &self.application_context)?;
        }
        for context in &self.presentation_contexts {
            self.encode_context(&mut out, context)?;
        }
        put_item(&mut out, item_type::USER_INFORMATION, "user information", |out| {
            self.encode_user_information(out)
        })?;
        let body = out.len() - HEADER_BYTES;
        let length = u32::try_from(body).map_err(|_| PduError::DoesNotFit {
            what: "A-ASSOCIATE",
            found: body,
            maximum: u32::MAX as usize,
        })?;
        if let Some(field) = out.get_mut(2..HEADER_BYTES) {
            field.copy_from_slice(&length.to_be_bytes());
        }
        Ok(out)
    }

    fn encode_context(&self, out: &mut Vec<u8>, context: &PresentationContext) -> Result<(), PduError> {
        let (item_type, result) = match self.form {
            AssociateForm::Request => (item_type::PRESENTATION_CONTEXT_RQ, 0),
            AssociateForm::Accept => (item_type::PRESENTATION_CONTEXT_AC, context.result),
        };
        put_item(out, item_type, "presentation context", |out| {
            out.extend_from_slice(&[context.id, 0, result, 0]);
            if self.form == AssociateForm::Accept {
                let chosen = context.transfer_syntaxes.first();
                let uid = chosen.unwrap_or(&Uid::IMPLICIT_VR_LITTLE_ENDIAN);
                return put_uid(out, item_type::TRANSFER_SYNTAX, uid);
            }
            put_uid(out, item_type::ABSTRACT_SYNTAX, &context.abstract_syntax)?;
            for uid in &context.transfer_syntaxes {
                put_uid(out, item_type::TRANSFER_SYNTAX, uid)?;
            }
            Ok(())
        })
    }

    /// The sub-items in the order of their types, which is the one that all peers are used to.
    fn encode_user_information(&self, out: &mut Vec<u8>) -> Result<(), PduError> {
        if let Some(length) = self.maximum_length {
            put_bytes(out, user_item_type::MAXIMUM_LENGTH, &length.to_be_bytes())?;
        }
        if let Some(uid) = &self.implementation_class_uid {
            put_uid(out, user_item_type::IMPLEMENTATION_CLASS_UID, uid)?;
        }
        if let Some(window) = self.asynchronous_operations {
            let [a, b] = window.invoked.to_be_bytes();
            let [c, d] = window.performed.to_be_bytes();
            put_bytes(out, user_item_type::ASYNCHRONOUS_OPERATIONS, &[a, b, c, d])?;
        }
        for role in &self.role_selections {
            let what = "role selection";
            put_item(out, user_item_type::ROLE_SELECTION, what, |out| {
                put_sop_class(out, &role.sop_class_uid);
                out.extend_from_slice(&[role.scu_role, role.scp_role]);
                Ok(())
            })?;
        }
        if let Some(name) = &self.implementation_version_name {
            let item_type = user_item_type::IMPLEMENTATION_VERSION_NAME;
            put_bytes(out, item_type, name.as_bytes())?;
        }
        for extended in &self.extended_negotiations {
            let what = "extended negotiation";
            put_item(out, user_item_type::EXTENDED_NEGOTIATION, what, |out| {
                put_sop_class(out, &extended.sop_class_uid);
                out.extend_from_slice(&extended.information);
                Ok(())
            })?;
        }
        for item in &self.user_items {
            put_bytes(out, item.item_type, &item.data)?;
        }
        Ok(())
    }

    /// About how long the PDU will be, so that its buffer seldom grows.
    fn encoded_length_estimate(&self) -> usize {
        let contexts: usize = self.presentation_contexts.iter().map(context_estimate).sum();
        let extended: usize = self.extended_negotiations.iter().map(extended_estimate).sum();
        let raw: usize = self.user_items.iter().map(|i| 4 + i.data.len()).sum();
        256 + contexts + 40 * self.role_selections.len() + extended + raw
    }
}

fn context_estimate(context: &PresentationContext) -> usize {
    48 + 32 * context.transfer_syntaxes.len()
}

fn extended_estimate(extended: &crate::pdu::ExtendedNegotiation) -> usize {
    40 + extended.information.len()
}

/// Appends an item whose body is what `body` appends; its length is filled in afterwards.
fn put_item(
    out: &mut Vec<u8>,
    item_type: u8,
    what: &'static str,
    body: impl FnOnce(&mut Vec<u8>) -> Result<(), PduError>,
) -> Result<(), PduError> {
    out.extend_from_slice(&[item_type, 0, 0, 0]);
    let start = out.len();
    body(out)?;
    let found = out.len() - start;
    let length =
        u16::try_from(found).map_err(|_| PduError::DoesNotFit { what, found, maximum: ITEM_BYTES_MAX })?;
    if let Some(field) = out.get_mut(start - 2..start) {
        field.copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

fn put_bytes(out: &mut Vec<u8>, item_type: u8, bytes: &[u8]) -> Result<(), PduError> {
    put_item(out, item_type, "sub-item", |out| {
        out.extend_from_slice(bytes);
        Ok(())
    })
}

/// UIDs in PDUs are not padded (PS3.8 Annex F).
fn put_uid(out: &mut Vec<u8>, item_type: u8, uid: &Uid) -> Result<(), PduError> {
    put_bytes(out, item_type, uid.as_bytes())
}

/// A UID with its length before it. It has at most 64 bytes, so that the length always fits.
fn put_sop_class(out: &mut Vec<u8>, uid: &Uid) {
    let bytes = uid.as_bytes();
    out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
    out.extend_from_slice(bytes);
}
