//! What a message that was received names, whether it has what its command must have,
//! and what answers it where nobody else does: PS3.7 sections 9.3 and 10.3, Annex C.
//!
//! Nothing of a command set can be relied on before it was looked at here: a peer leaves
//! out what is mandatory, and writes what it likes. It must not look into a data set.

use thiserror::Error;

use super::command_field as field;
use super::command_set::CommandSet;
use super::element;
use super::status;
use crate::pdu::{AeTitle, Uid};

/// What keeps a message from being what its Command Field says.
///
/// What is not here does no harm: a priority that is missing or no number is taken for
/// medium, and of what is optional what is no number, for left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// A Command Field that PS3.7 E.1-1 does not have.
    #[error("command field {command_field:04X}H is none of the standard's")]
    UnknownCommand {
        /// The value of (0000,0100).
        command_field: u16,
    },
    /// An element that the command must have is missing, or its value is none that the
    /// element can have.
    #[error("command element (0000,{element:04X}) is missing, or has no value that it could have")]
    Element {
        /// The number of the element.
        element: u16,
    },
    /// A request that is nothing without its data set has none.
    #[error("a message of command field {command_field:04X}H without its data set")]
    NoDataSet {
        /// The value of (0000,0100).
        command_field: u16,
    },
}

impl MessageError {
    /// The status that tells the sender of a request what was wrong (PS3.7 C.5; for a move
    /// destination and for an identifier PS3.4 C.4).
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownCommand { .. } => status::UNRECOGNIZED_OPERATION,
            Self::Element { element } => match *element {
                element::AFFECTED_SOP_CLASS_UID | element::REQUESTED_SOP_CLASS_UID => status::NO_SUCH_CLASS,
                // "A violation of the UID construction rules", PS3.7 C.5.
                element::AFFECTED_SOP_INSTANCE_UID | element::REQUESTED_SOP_INSTANCE_UID => {
                    status::INVALID_OBJECT_INSTANCE
                }
                element::MOVE_DESTINATION => status::REFUSED_MOVE_DESTINATION_UNKNOWN,
                element::EVENT_TYPE_ID => status::NO_SUCH_EVENT_TYPE,
                element::ACTION_TYPE_ID => status::NO_SUCH_ACTION_TYPE,
                _ => status::MISTYPED_ARGUMENT,
            },
            Self::NoDataSet { command_field: field::N_SET_RQ } => status::MISSING_ATTRIBUTE,
            Self::NoDataSet { .. } => status::DATA_SET_DOES_NOT_MATCH_CLASS,
        }
    }
}

/// Looks whether a message has what PS3.7 makes mandatory for its command, so that what is
/// named here can be relied on: in a request its Message ID, the SOP Class and SOP Instance,
/// a move destination, the type of event or action, and its data set; in a response and in a
/// C-CANCEL-RQ the Message ID Being Responded To.
///
/// A SOP Class or Instance in the element of the other kind of request counts as named, and
/// a response need not name any (PS3.7 makes that the user's option). A response without a
/// status is one, and no success.
///
/// # Errors
///
/// The first thing that is missing or wrong.
pub fn check_message(command: &CommandSet) -> Result<(), MessageError> {
    let command_field = command.command_field().unwrap_or(0);
    if field::name(command_field).is_none() {
        return Err(MessageError::UnknownCommand { command_field });
    }
    if field::is_response(command_field) || command_field == field::C_CANCEL_RQ {
        return check_number(command, element::MESSAGE_ID_BEING_RESPONDED_TO);
    }
    check_number(command, element::MESSAGE_ID)?;
    check_names(command_field, command)?;
    match command_field {
        field::C_MOVE_RQ => check_destination(command)?,
        field::N_EVENT_REPORT_RQ => check_number(command, element::EVENT_TYPE_ID)?,
        field::N_ACTION_RQ => check_number(command, element::ACTION_TYPE_ID)?,
        field::N_GET_RQ => check_tags(command, element::ATTRIBUTE_IDENTIFIER_LIST)?,
        _ => {}
    }
    if needs_data_set(command_field) && !command.has_data_set() {
        return Err(MessageError::NoDataSet { command_field });
    }
    Ok(())
}

/// What a request is answered with by an application that does not answer it itself: C-ECHO
/// with success, what cannot be understood with what is wrong with it, and everything else
/// with SOP Class Not Supported.
///
/// `fault` is what [`check_message`] has found.
pub fn default_status(command: &CommandSet, fault: Option<&MessageError>) -> u16 {
    match fault {
        Some(fault) => fault.status(),
        None if command.command_field() == Some(field::C_ECHO_RQ) => status::SUCCESS,
        None => status::CLASS_NOT_SUPPORTED,
    }
}

/// Whether a request is nothing without its data set: PS3.7 Tables 9.1-1 to 9.1-4 and
/// 10.1-3 make it mandatory.
pub const fn needs_data_set(command_field: u16) -> bool {
    matches!(
        command_field,
        field::C_STORE_RQ | field::C_FIND_RQ | field::C_GET_RQ | field::C_MOVE_RQ | field::N_SET_RQ
    )
}

/// Whether this can be the UID of a SOP Class or Instance: by PS3.5 9.1, but that its numbers
/// may begin with zeros. Archives are full of such UIDs, and an instance that could be neither
/// sent nor taken for its UID's sake would be lost.
pub fn is_uid(text: &[u8]) -> bool {
    // Each number begins where the text does, or behind a dot, and has a digit.
    let mut begins = true;
    for byte in text {
        match byte {
            b'0'..=b'9' => begins = false,
            b'.' if !begins => begins = true,
            _ => return false,
        }
    }
    !begins && text.len() <= Uid::BYTES_MAX
}

/// The SOP Class that a message is about, as it is there. A peer that put it into the element
/// of the other kind of request still means the same.
pub fn sop_class_of(command: &CommandSet) -> Option<&[u8]> {
    let affected = element::AFFECTED_SOP_CLASS_UID;
    let requested = element::REQUESTED_SOP_CLASS_UID;
    either(command, affected, requested)
}

/// The SOP Instance that a message is about, as it is there; `None` also for C-FIND, C-GET,
/// C-MOVE and C-ECHO, which have nothing but a SOP Class to speak of.
pub fn sop_instance_of(command: &CommandSet) -> Option<&[u8]> {
    match command.command_field().unwrap_or(0) & !field::RESPONSE {
        field::C_FIND_RQ | field::C_GET_RQ | field::C_MOVE_RQ | field::C_ECHO_RQ => None,
        _ => either(command, element::AFFECTED_SOP_INSTANCE_UID, element::REQUESTED_SOP_INSTANCE_UID),
    }
}

/// The element that the message should name its SOP Class or Instance in, or else the other.
fn either(command: &CommandSet, affected: u16, requested: u16) -> Option<&[u8]> {
    if names_what_it_requests(command.command_field().unwrap_or(0)) {
        command.text(requested).or_else(|| command.text(affected))
    } else {
        command.text(affected).or_else(|| command.text(requested))
    }
}

/// Whether a request names an instance that exists already, in the Requested
/// elements (PS3.7 10.3.2, 10.3.3, 10.3.4 and 10.3.6).
fn names_what_it_requests(command_field: u16) -> bool {
    matches!(command_field, field::N_GET_RQ | field::N_SET_RQ | field::N_ACTION_RQ | field::N_DELETE_RQ)
}

fn check_names(command_field: u16, command: &CommandSet) -> Result<(), MessageError> {
    let (class_element, instance_element) = if names_what_it_requests(command_field) {
        (element::REQUESTED_SOP_CLASS_UID, element::REQUESTED_SOP_INSTANCE_UID)
    } else {
        (element::AFFECTED_SOP_CLASS_UID, element::AFFECTED_SOP_INSTANCE_UID)
    };
    if !sop_class_of(command).is_some_and(is_uid) {
        return Err(MessageError::Element { element: class_element });
    }
    let is_named = match (command_field, sop_instance_of(command)) {
        (field::C_FIND_RQ | field::C_GET_RQ | field::C_MOVE_RQ | field::C_ECHO_RQ, _) => true,
        // Left to the performer, which an empty one is meant to say too (PS3.7 10.1.5.1.4).
        (field::N_CREATE_RQ, None | Some([])) => true,
        (_, instance) => instance.is_some_and(is_uid),
    };
    if is_named { Ok(()) } else { Err(MessageError::Element { element: instance_element }) }
}

/// A title that can be one, of whatever repertoire: which ones there are the application knows.
fn check_destination(command: &CommandSet) -> Result<(), MessageError> {
    let is_title = |text: &[u8]| {
        text.len() <= AeTitle::BYTES_MAX
            && text.iter().any(|byte| *byte != b' ')
            && !text.iter().any(|byte| byte.is_ascii_control() || *byte == b'\\')
    };
    if command.move_destination().is_some_and(is_title) {
        Ok(())
    } else {
        Err(MessageError::Element { element: element::MOVE_DESTINATION })
    }
}

fn check_number(command: &CommandSet, element: u16) -> Result<(), MessageError> {
    command.u16(element).map(drop).ok_or(MessageError::Element { element })
}

/// Optional, but one that is no list must not pass for a request for everything.
fn check_tags(command: &CommandSet, element: u16) -> Result<(), MessageError> {
    if command.contains(element) && command.tags(element).is_none() {
        return Err(MessageError::Element { element });
    }
    Ok(())
}
