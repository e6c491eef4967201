//! The DIMSE messages of PS3.7 9.3 and 10.3 as `LDicomNet` sends them.
//!
//! What the caller says is checked here, so that nothing goes out that the standard does not allow. What becomes of the
//! data set is for `NetHandle::send`, and whether the message may go now for the engine.

use super::code;
use super::data_set::DataSetObject;
use super::ffi::DimseView;
use super::net::NetHandle;
use crate::dimse::{self, CommandSet, MoveOriginator, SubOperations, command_field as field};
use crate::error::{Code, Error};
use crate::pdu::AeTitle;

impl NetHandle {
    /// Sends one of the standard's messages without a data set.
    pub(super) fn send_dimse(&self, context_id: u8, message: &DimseView<'_>) -> i32 {
        code(|| self.send_checked(context_id, message, None))
    }

    /// Sends one of the standard's messages with a data set.
    pub(super) fn send_dimse_with(
        &self,
        context_id: u8,
        message: &DimseView<'_>,
        data_set: &DataSetObject,
    ) -> i32 {
        code(|| self.send_checked(context_id, message, Some(data_set)))
    }

    fn send_checked(
        &self,
        context_id: u8,
        message: &DimseView<'_>,
        data_set: Option<&DataSetObject>,
    ) -> Result<(), Error> {
        check(message)?;
        if data_set.is_none() && dimse::needs_data_set(message.command_field) {
            return Err(Error::new(Code::Parameter, "a message that is nothing without its data set"));
        }
        self.send(context_id, command_set_of(message, data_set.is_some())?, data_set)
    }
}

/// Checks what the command set of the message will name (PS3.5 9.1 and 6.2, PS3.7 9.3 and 10.3).
fn check(message: &DimseView<'_>) -> Result<(), Error> {
    let command_field = message.command_field;
    if command_field == field::C_CANCEL_RQ {
        return Ok(());
    }
    check_uid("SOP Class", message.sop_class)?;
    if !message.sop_instance.is_empty() || must_name_instance(command_field) {
        check_uid("SOP Instance", message.sop_instance)?;
    }
    if command_field == field::C_MOVE_RQ || !message.move_title.is_empty() {
        check_title(message.move_title)?;
    } else if message.move_message_id != 0 {
        return Err(Error::new(
            Code::Parameter,
            "the message ID of a C-MOVE without the title of who asked for it",
        ));
    }
    // PS3.7 9.3.1.1: medium, high and low.
    if message.priority > 2 {
        return Err(Error::new(Code::Parameter, format!("priority {}", message.priority)));
    }
    Ok(())
}

/// An N-CREATE-RQ leaves it to the performer, and responses need not name it (PS3.7 9.1 and 10.1).
fn must_name_instance(command_field: u16) -> bool {
    matches!(
        command_field,
        field::C_STORE_RQ
            | field::N_EVENT_REPORT_RQ
            | field::N_GET_RQ
            | field::N_SET_RQ
            | field::N_ACTION_RQ
            | field::N_DELETE_RQ
    )
}

fn check_uid(what: &str, uid: &[u8]) -> Result<(), Error> {
    if dimse::is_uid(uid) {
        return Ok(());
    }
    Err(Error::new(Code::Parameter, format!("no UID of a {what}: \"{}\"", uid.escape_ascii())))
}

fn check_title(title: &[u8]) -> Result<(), Error> {
    match AeTitle::new(title) {
        Ok(title) if title == AeTitle::BLANK => Err(Error::new(Code::Parameter, "an AE title of spaces")),
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new(Code::Parameter, error.to_string())),
    }
}

fn command_set_of(message: &DimseView<'_>, has_data_set: bool) -> Result<CommandSet, Error> {
    if field::is_response(message.command_field) {
        response_of(message, has_data_set)
    } else {
        request_of(message, has_data_set)
    }
}

fn request_of(message: &DimseView<'_>, has_data_set: bool) -> Result<CommandSet, Error> {
    let &DimseView { message_id: id, sop_class: class, sop_instance: instance, .. } = message;
    let &DimseView { priority, type_id, move_title, attributes, .. } = message;
    Ok(match message.command_field {
        field::C_STORE_RQ => {
            let originator = MoveOriginator { title: move_title, message_id: message.move_message_id };
            let originator = (!move_title.is_empty()).then_some(originator);
            dimse::c_store_rq(id, class, instance, priority, originator)
        }
        field::C_FIND_RQ => dimse::c_find_rq(id, class, priority),
        field::C_GET_RQ => dimse::c_get_rq(id, class, priority),
        field::C_MOVE_RQ => dimse::c_move_rq(id, class, priority, move_title),
        field::C_CANCEL_RQ => dimse::c_cancel_rq(id),
        field::C_ECHO_RQ => dimse::c_echo_rq(id, class),
        field::N_EVENT_REPORT_RQ => dimse::n_event_report_rq(id, class, instance, type_id, has_data_set),
        field::N_GET_RQ => dimse::n_get_rq(id, class, instance, attributes),
        field::N_SET_RQ => dimse::n_set_rq(id, class, instance),
        field::N_ACTION_RQ => dimse::n_action_rq(id, class, instance, type_id, has_data_set),
        field::N_CREATE_RQ => dimse::n_create_rq(id, class, optional(instance), has_data_set),
        field::N_DELETE_RQ => dimse::n_delete_rq(id, class, instance),
        other => return Err(no_command(other)),
    })
}

fn response_of(message: &DimseView<'_>, has_data_set: bool) -> Result<CommandSet, Error> {
    let &DimseView { message_id: id, sop_class: class, status, type_id, .. } = message;
    let &DimseView { remaining, completed, failed, warning, .. } = message;
    let sub_operations = SubOperations { remaining, completed, failed, warning };
    let instance = optional(message.sop_instance);
    Ok(match message.command_field {
        field::C_STORE_RSP => dimse::c_store_rsp(id, class, instance, status),
        field::C_FIND_RSP => dimse::c_find_rsp(id, class, status, has_data_set),
        field::C_GET_RSP => dimse::c_get_rsp(id, class, status, sub_operations, has_data_set),
        field::C_MOVE_RSP => dimse::c_move_rsp(id, class, status, sub_operations, has_data_set),
        field::C_ECHO_RSP => dimse::c_echo_rsp(id, class, status),
        field::N_EVENT_REPORT_RSP => {
            dimse::n_event_report_rsp(id, class, instance, status, type_id, has_data_set)
        }
        field::N_GET_RSP => dimse::n_get_rsp(id, class, instance, status, has_data_set),
        field::N_SET_RSP => dimse::n_set_rsp(id, class, instance, status, has_data_set),
        field::N_ACTION_RSP => dimse::n_action_rsp(id, class, instance, status, type_id, has_data_set),
        field::N_CREATE_RSP => dimse::n_create_rsp(id, class, instance, status, has_data_set),
        field::N_DELETE_RSP => dimse::n_delete_rsp(id, class, instance, status),
        other => return Err(no_command(other)),
    })
}

fn no_command(command_field: u16) -> Error {
    Error::new(Code::Parameter, format!("no sender for command field {command_field:04X}H"))
}

fn optional(uid: &[u8]) -> Option<&[u8]> {
    (!uid.is_empty()).then_some(uid)
}
