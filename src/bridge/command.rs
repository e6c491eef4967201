//! Command sets as `LDicomDS` works with them.

use super::guard;
use crate::dimse::{self, CommandSet, DATA_SET_ABSENT, command_field as field, element};

/// An empty one.
pub(super) fn command_set_new() -> Box<CommandSet> {
    Box::new(CommandSet::new())
}

/// A copy.
pub(super) fn command_set_clone(command: &CommandSet) -> Box<CommandSet> {
    Box::new(command.clone())
}

/// One with the elements that its command must have (PS3.7 9.3 and 10.3): numbers 0, UIDs and titles empty.
pub(super) fn command_set_init(command_field: u16) -> Box<CommandSet> {
    let mut command = CommandSet::new();
    for &text in mandatory_texts(command_field) {
        command.set_text(text, &[]);
    }
    for &number in mandatory_numbers(command_field) {
        command.set_u16(number, 0);
    }
    command.set_u16(element::COMMAND_FIELD, command_field);
    command.set_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    Box::new(command)
}

fn mandatory_texts(command_field: u16) -> &'static [u16] {
    const AFFECTED_CLASS: &[u16] = &[element::AFFECTED_SOP_CLASS_UID];
    const AFFECTED: &[u16] = &[element::AFFECTED_SOP_CLASS_UID, element::AFFECTED_SOP_INSTANCE_UID];
    const REQUESTED: &[u16] = &[element::REQUESTED_SOP_CLASS_UID, element::REQUESTED_SOP_INSTANCE_UID];
    match command_field {
        field::C_FIND_RQ | field::C_GET_RQ | field::C_ECHO_RQ | field::N_CREATE_RQ => AFFECTED_CLASS,
        field::C_FIND_RSP | field::C_GET_RSP | field::C_MOVE_RSP | field::C_ECHO_RSP => AFFECTED_CLASS,
        field::C_MOVE_RQ => &[element::AFFECTED_SOP_CLASS_UID, element::MOVE_DESTINATION],
        field::C_STORE_RQ | field::C_STORE_RSP | field::N_EVENT_REPORT_RQ => AFFECTED,
        field::N_GET_RQ | field::N_SET_RQ | field::N_ACTION_RQ | field::N_DELETE_RQ => REQUESTED,
        field::N_EVENT_REPORT_RSP
        | field::N_GET_RSP
        | field::N_SET_RSP
        | field::N_ACTION_RSP
        | field::N_CREATE_RSP
        | field::N_DELETE_RSP => AFFECTED,
        _ => &[],
    }
}

fn mandatory_numbers(command_field: u16) -> &'static [u16] {
    match command_field {
        field::C_STORE_RQ | field::C_FIND_RQ | field::C_GET_RQ | field::C_MOVE_RQ => {
            &[element::MESSAGE_ID, element::PRIORITY]
        }
        field::C_CANCEL_RQ => &[element::MESSAGE_ID_BEING_RESPONDED_TO],
        field::N_EVENT_REPORT_RQ => &[element::MESSAGE_ID, element::EVENT_TYPE_ID],
        field::N_ACTION_RQ => &[element::MESSAGE_ID, element::ACTION_TYPE_ID],
        field::N_EVENT_REPORT_RSP => {
            &[element::MESSAGE_ID_BEING_RESPONDED_TO, element::STATUS, element::EVENT_TYPE_ID]
        }
        field::N_ACTION_RSP => {
            &[element::MESSAGE_ID_BEING_RESPONDED_TO, element::STATUS, element::ACTION_TYPE_ID]
        }
        _ if field::name(command_field).is_none() => &[],
        _ if command_field & field::RESPONSE != 0 => {
            &[element::MESSAGE_ID_BEING_RESPONDED_TO, element::STATUS]
        }
        _ => &[element::MESSAGE_ID],
    }
}

/// The numbers of its elements, ascending.
pub(super) fn command_elements(command: &CommandSet) -> Vec<u16> {
    command.iter().map(|(element, _)| element).collect()
}

/// Is the element there, with whatever value?
pub(super) fn command_has(command: &CommandSet, element: u16) -> bool {
    command.contains(element)
}

/// The number in an element, or `missing`.
pub(super) fn command_u16(command: &CommandSet, element: u16, missing: u16) -> u16 {
    command.u16(element).unwrap_or(missing)
}

/// The text in an element without its padding; empty if there is none.
pub(super) fn command_text(command: &CommandSet, element: u16) -> &[u8] {
    command.text(element).unwrap_or_default()
}

/// The attribute tags in an element; empty if there are none.
pub(super) fn command_tags(command: &CommandSet, element: u16) -> Vec<u32> {
    command.tags(element).unwrap_or_default()
}

/// The SOP Class that a message is about; empty if it names none.
pub(super) fn command_sop_class(command: &CommandSet) -> &[u8] {
    dimse::sop_class_of(command).unwrap_or_default()
}

/// The SOP Instance that a message is about; empty if it names none.
pub(super) fn command_sop_instance(command: &CommandSet) -> &[u8] {
    dimse::sop_instance_of(command).unwrap_or_default()
}

/// The bytes of an element; empty if there is none.
pub(super) fn command_raw(command: &CommandSet, element: u16) -> &[u8] {
    command.raw(element).unwrap_or_default()
}

/// Sets an element, which the caller keeps to 65534 bytes.
pub(super) fn command_set_raw(command: &mut CommandSet, element: u16, value: &[u8]) {
    guard((), || command.set_raw(element, value));
}

/// Sets an element to a text and pads it; the caller keeps it to 65534 bytes.
pub(super) fn command_set_text(command: &mut CommandSet, element: u16, text: &[u8]) {
    guard((), || command.set_text(element, text));
}

/// Takes an element out.
pub(super) fn command_remove(command: &mut CommandSet, element: u16) {
    guard((), || {
        command.remove(element);
    });
}
