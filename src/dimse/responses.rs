//! The command sets of responses, one function for each, and the response that a
//! request calls for: PS3.7 sections 9.3 and 10.3.
//!
//! It must not decide how an operation went: the status is the caller's. What PS3.7
//! Annex C adds to some statuses (Offending Element, Error Comment, Error ID and
//! Attribute Identifier List) the caller adds to what it is given here.

use super::command_field;
use super::command_set::CommandSet;
use super::element;
use super::received::{is_uid, sop_class_of, sop_instance_of};
use super::requests::{DATA_SET_ABSENT, data_set_type};
use super::status::{self, StatusClass};

/// How far the sub-operations of a C-GET or C-MOVE have come (PS3.7 9.1.3.1, 9.1.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubOperations {
    /// Those still to be done.
    pub remaining: u16,
    /// Those done without a fault.
    pub completed: u16,
    /// Those that failed.
    pub failed: u16,
    /// Those done with a warning.
    pub warning: u16,
}

/// A C-STORE-RSP (PS3.7 Table 9.3-2) to the request with `message_id`.
///
/// Here and below, the instance is the request's, and may be left out (PS3.7 9.1.1.1).
pub fn c_store_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
) -> CommandSet {
    response_about(command_field::C_STORE_RSP, message_id, sop_class, sop_instance, status, false)
}

/// A C-FIND-RSP (PS3.7 Table 9.3-4): one match, whose identifier goes with it, while
/// the status is a pending one, and else the end of them.
pub fn c_find_rsp(message_id: u16, sop_class: &[u8], status: u16, has_identifier: bool) -> CommandSet {
    response(command_field::C_FIND_RSP, message_id, sop_class, &[], status, has_identifier)
}

/// A C-GET-RSP (PS3.7 Table 9.3-7).
///
/// The number of those remaining is told with a status that is pending or cancelled, and
/// with no other (PS3.4 C.4.3.1.4); the other three with every status. The identifier is
/// the list of instances that failed.
pub fn c_get_rsp(
    message_id: u16,
    sop_class: &[u8],
    status: u16,
    sub_operations: SubOperations,
    has_identifier: bool,
) -> CommandSet {
    let mut set = response(command_field::C_GET_RSP, message_id, sop_class, &[], status, has_identifier);
    set_sub_operations(&mut set, status, sub_operations);
    set
}

/// A C-MOVE-RSP (PS3.7 Table 9.3-10), with the numbers and the identifier of
/// [`c_get_rsp`].
pub fn c_move_rsp(
    message_id: u16,
    sop_class: &[u8],
    status: u16,
    sub_operations: SubOperations,
    has_identifier: bool,
) -> CommandSet {
    let mut set = response(command_field::C_MOVE_RSP, message_id, sop_class, &[], status, has_identifier);
    set_sub_operations(&mut set, status, sub_operations);
    set
}

/// A C-ECHO-RSP (PS3.7 Table 9.3-13) to the request with `message_id`.
pub fn c_echo_rsp(message_id: u16, sop_class: &[u8], status: u16) -> CommandSet {
    response(command_field::C_ECHO_RSP, message_id, sop_class, &[], status, false)
}

/// An N-EVENT-REPORT-RSP (PS3.7 Table 10.3-2); the reply goes with it, if there is one.
///
/// The type of event is told where PS3.7 says so: 10.1.1.1.5 lets a success have it, and
/// wants it with a reply; Annex C has it with the failures that are about it.
pub fn n_event_report_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    event_type_id: u16,
    has_reply: bool,
) -> CommandSet {
    let field = command_field::N_EVENT_REPORT_RSP;
    let mut set = response_about(field, message_id, sop_class, sop_instance, status, has_reply);
    if tells_type(status, has_reply) {
        set.append_u16(element::EVENT_TYPE_ID, event_type_id);
    }
    set
}

/// An N-GET-RSP (PS3.7 Table 10.3-4); the attributes go with it, if there are any.
pub fn n_get_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    has_data_set: bool,
) -> CommandSet {
    response_about(command_field::N_GET_RSP, message_id, sop_class, sop_instance, status, has_data_set)
}

/// An N-SET-RSP (PS3.7 Table 10.3-6); the attributes go with it, if there are any.
pub fn n_set_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    has_data_set: bool,
) -> CommandSet {
    response_about(command_field::N_SET_RSP, message_id, sop_class, sop_instance, status, has_data_set)
}

/// An N-ACTION-RSP (PS3.7 Table 10.3-8); the reply goes with it, if there is one. The type
/// of action is told as the type of event in [`n_event_report_rsp`] (PS3.7 10.1.4.1.5).
pub fn n_action_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    action_type_id: u16,
    has_reply: bool,
) -> CommandSet {
    let field = command_field::N_ACTION_RSP;
    let mut set = response_about(field, message_id, sop_class, sop_instance, status, has_reply);
    if tells_type(status, has_reply) {
        set.append_u16(element::ACTION_TYPE_ID, action_type_id);
    }
    set
}

/// An N-CREATE-RSP (PS3.7 Table 10.3-10); the attributes go with it, if there are any. The
/// instance is the one that was made: whoever named it, a success should name it.
pub fn n_create_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    has_data_set: bool,
) -> CommandSet {
    response_about(command_field::N_CREATE_RSP, message_id, sop_class, sop_instance, status, has_data_set)
}

/// An N-DELETE-RSP (PS3.7 Table 10.3-12).
pub fn n_delete_rsp(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
) -> CommandSet {
    response_about(command_field::N_DELETE_RSP, message_id, sop_class, sop_instance, status, false)
}

/// What every response begins with, with room for one about this instance.
fn response(
    field: u16,
    message_id: u16,
    sop_class: &[u8],
    sop_instance: &[u8],
    status: u16,
    has_data_set: bool,
) -> CommandSet {
    // Field, Message ID, Data Set Type, Status, and the numbers of four sub-operations.
    let mut set = CommandSet::with_room_for(8, &[sop_class, sop_instance]);
    set.set_text(element::AFFECTED_SOP_CLASS_UID, sop_class);
    set.append_u16(element::COMMAND_FIELD, field);
    set.append_u16(element::MESSAGE_ID_BEING_RESPONDED_TO, message_id);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, data_set_type(has_data_set));
    set.append_u16(element::STATUS, status);
    set
}

fn response_about(
    field: u16,
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    status: u16,
    has_data_set: bool,
) -> CommandSet {
    let instance = sop_instance.unwrap_or_default();
    let mut set = response(field, message_id, sop_class, instance, status, has_data_set);
    if sop_instance.is_some() {
        set.set_text(element::AFFECTED_SOP_INSTANCE_UID, instance);
    }
    set
}

fn set_sub_operations(set: &mut CommandSet, status: u16, numbers: SubOperations) {
    if matches!(StatusClass::of(status), StatusClass::Pending | StatusClass::Cancel) {
        set.append_u16(element::NUMBER_OF_REMAINING_SUB_OPERATIONS, numbers.remaining);
    }
    set.append_u16(element::NUMBER_OF_COMPLETED_SUB_OPERATIONS, numbers.completed);
    set.append_u16(element::NUMBER_OF_FAILED_SUB_OPERATIONS, numbers.failed);
    set.append_u16(element::NUMBER_OF_WARNING_SUB_OPERATIONS, numbers.warning);
}

/// Whether a response tells the type of event or action.
fn tells_type(status: u16, has_reply: bool) -> bool {
    let is_done = matches!(StatusClass::of(status), StatusClass::Success | StatusClass::Warning);
    // PS3.7 C.5: those that list the type among their fields.
    let is_about_it = matches!(
        status,
        status::NO_SUCH_EVENT_TYPE
            | status::NO_SUCH_ACTION_TYPE
            | status::NO_SUCH_ARGUMENT
            | status::INVALID_ARGUMENT_VALUE
    );
    has_reply || is_done || is_about_it
}

/// The response to `request` with `status` and without a data set, or `None`
/// if nothing answers it: it is a response itself, a C-CANCEL-RQ, or has no
/// Command Field.
///
/// SOP Class and SOP Instance are named as the request named them, and left
/// out where the request left them out or named what is no UID. A request with a Command Field that
/// the standard does not have is answered with that field and the response bit.
/// A request without a usable Message ID is answered as if that were 0: its
/// sender gets a status that way, rather than no answer at all.
pub fn response_to(request: &CommandSet, status: u16) -> Option<CommandSet> {
    let field = request.command_field()?;
    if command_field::is_response(field) || field == command_field::C_CANCEL_RQ {
        return None;
    }
    let sop_class = sop_class_of(request).filter(|uid| is_uid(uid));
    let sop_instance = sop_instance_of(request).filter(|uid| is_uid(uid));
    let texts = [sop_class.unwrap_or_default(), sop_instance.unwrap_or_default()];
    let mut set = CommandSet::with_room_for(5, &texts);
    if let Some(uid) = sop_class {
        set.set_text(element::AFFECTED_SOP_CLASS_UID, uid);
    }
    set.append_u16(element::COMMAND_FIELD, field | command_field::RESPONSE);
    set.append_u16(element::MESSAGE_ID_BEING_RESPONDED_TO, request.message_id().unwrap_or(0));
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    set.append_u16(element::STATUS, status);
    if let Some(uid) = sop_instance {
        set.set_text(element::AFFECTED_SOP_INSTANCE_UID, uid);
    }
    if tells_type(status, false)
        && let Some(type_element) = type_element_of(field)
        && let Some(type_id) = request.u16(type_element)
    {
        set.set_u16(type_element, type_id);
    }
    Some(set)
}

/// The element that tells what kind of event or action it was. A response may
/// repeat it if it is a success, and has to if it carries a reply
/// (PS3.7 10.1.1.1.5 and 10.1.4.1.5).
fn type_element_of(field: u16) -> Option<u16> {
    match field {
        command_field::N_EVENT_REPORT_RQ => Some(element::EVENT_TYPE_ID),
        command_field::N_ACTION_RQ => Some(element::ACTION_TYPE_ID),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimse::requests::{DATA_SET_PRESENT, c_echo_rq};

    const CLASS: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
    const INSTANCE: &[u8] = b"1.2.3.4";

    /// Each request of PS3.7 with the elements that it names things in, and
    /// whether its response names an instance.
    const REQUESTS: [(u16, u16, Option<u16>); 11] = [
        (command_field::C_STORE_RQ, 0x0002, Some(0x1000)),
        (command_field::C_FIND_RQ, 0x0002, None),
        (command_field::C_GET_RQ, 0x0002, None),
        (command_field::C_MOVE_RQ, 0x0002, None),
        (command_field::C_ECHO_RQ, 0x0002, None),
        (command_field::N_EVENT_REPORT_RQ, 0x0002, Some(0x1000)),
        (command_field::N_GET_RQ, 0x0003, Some(0x1001)),
        (command_field::N_SET_RQ, 0x0003, Some(0x1001)),
        (command_field::N_ACTION_RQ, 0x0003, Some(0x1001)),
        (command_field::N_CREATE_RQ, 0x0002, Some(0x1000)),
        (command_field::N_DELETE_RQ, 0x0003, Some(0x1001)),
    ];

    fn request(field: u16, class_element: u16, instance_element: Option<u16>) -> CommandSet {
        let mut set = CommandSet::new();
        set.set_text(class_element, CLASS);
        set.set_u16(element::COMMAND_FIELD, field);
        set.set_u16(element::MESSAGE_ID, 0xBEEF);
        set.set_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_PRESENT);
        if let Some(instance_element) = instance_element {
            set.set_text(instance_element, INSTANCE);
        }
        set
    }

    #[test]
    fn every_request_gets_its_response() {
        let fields: Vec<u16> = REQUESTS.iter().map(|entry| entry.0).collect();
        assert_eq!(fields, command_field::ANSWERED_REQUESTS);
        for (field, class_element, instance_element) in REQUESTS {
            let request = request(field, class_element, instance_element);
            let response = response_to(&request, status::CLASS_NOT_SUPPORTED).unwrap();
            let mut expected = CommandSet::new();
            expected.set_text(element::AFFECTED_SOP_CLASS_UID, CLASS);
            expected.set_u16(element::COMMAND_FIELD, field | 0x8000);
            expected.set_u16(element::MESSAGE_ID_BEING_RESPONDED_TO, 0xBEEF);
            expected.set_u16(element::COMMAND_DATA_SET_TYPE, 0x0101);
            expected.set_u16(element::STATUS, 0x0122);
            if instance_element.is_some() {
                expected.set_text(element::AFFECTED_SOP_INSTANCE_UID, INSTANCE);
            }
            assert_eq!(response, expected);
        }
    }

    #[test]
    fn nothing_answers_responses_and_cancels() {
        for field in [0x8030, 0x8001, 0xFFFF, command_field::C_CANCEL_RQ] {
            assert_eq!(response_to(&request(field, 0x0002, None), 0), None);
        }
        assert_eq!(response_to(&CommandSet::new(), 0), None);
    }

    #[test]
    fn an_unknown_request_is_answered_with_its_field_and_the_response_bit() {
        let response = response_to(&request(0x0777, 0x0003, Some(0x1001)), 0x0211).unwrap();
        assert_eq!(response.command_field(), Some(0x8777));
        assert_eq!(response.status(), Some(0x0211));
        assert_eq!(response.affected_sop_class_uid(), Some(CLASS));
        assert_eq!(response.affected_sop_instance_uid(), Some(INSTANCE));
        assert_eq!(response.requested_sop_class_uid(), None);
    }

    #[test]
    fn what_a_request_left_out_is_left_out() {
        let mut bare = CommandSet::new();
        bare.set_u16(element::COMMAND_FIELD, command_field::C_STORE_RQ);
        let response = response_to(&bare, 0).unwrap();
        assert_eq!(response.message_id_being_responded_to(), Some(0));
        assert_eq!(response.len(), 4);
    }

    #[test]
    fn a_success_repeats_the_type_of_event_or_action() {
        for (field, type_element) in [
            (command_field::N_EVENT_REPORT_RQ, element::EVENT_TYPE_ID),
            (command_field::N_ACTION_RQ, element::ACTION_TYPE_ID),
        ] {
            let mut request = request(field, 0x0002, Some(0x1000));
            request.set_u16(type_element, 3);
            let success = response_to(&request, status::SUCCESS).unwrap();
            let failure = response_to(&request, status::PROCESSING_FAILURE).unwrap();
            assert_eq!(success.u16(type_element), Some(3));
            assert_eq!(failure.u16(type_element), None);
        }
    }

    #[test]
    fn an_echo_is_answered_by_itself() {
        let request = c_echo_rq(7, b"1.2.840.10008.1.1");
        assert_eq!(response_to(&request, 0), Some(c_echo_rsp(7, b"1.2.840.10008.1.1", 0)));
    }
}
