//! Command sets that the library makes itself: C-ECHO, and the response that a
//! request calls for. PS3.7 sections 9.3 and 10.3.
//!
//! It must not decide how an operation went: the status is the caller's.

use super::command_field;
use super::command_set::CommandSet;
use super::element;
use super::status;

/// The Command Data Set Type (0000,0800) of a message without a data set
/// (PS3.7 E.1-1); every other value means that one follows.
pub const DATA_SET_ABSENT: u16 = 0x0101;
/// The Command Data Set Type that we give to a message with a data set.
pub const DATA_SET_PRESENT: u16 = 0x0000;

/// What a C-ECHO takes: four or five elements, one of them a UID.
const ECHO_BYTES: usize = 5 * 10 + 64;

/// A C-ECHO-RQ (PS3.7 Table 9.3-12). `sop_class` is the Verification SOP Class
/// UID; it goes out as it is.
pub fn c_echo_rq(message_id: u16, sop_class: &[u8]) -> CommandSet {
    let mut set = CommandSet::with_capacity(ECHO_BYTES);
    set.set_text(element::AFFECTED_SOP_CLASS_UID, sop_class);
    set.append_u16(element::COMMAND_FIELD, command_field::C_ECHO_RQ);
    set.append_u16(element::MESSAGE_ID, message_id);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    set
}

/// A C-ECHO-RSP (PS3.7 Table 9.3-13) to the request with `message_id`.
pub fn c_echo_rsp(message_id: u16, sop_class: &[u8], status: u16) -> CommandSet {
    let mut set = CommandSet::with_capacity(ECHO_BYTES);
    set.set_text(element::AFFECTED_SOP_CLASS_UID, sop_class);
    set.append_u16(element::COMMAND_FIELD, command_field::C_ECHO_RSP);
    set.append_u16(element::MESSAGE_ID_BEING_RESPONDED_TO, message_id);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    set.append_u16(element::STATUS, status);
    set
}

/// The response to `request` with `status` and without a data set, or `None`
/// if nothing answers it: it is a response itself, a C-CANCEL-RQ, or has no
/// Command Field.
///
/// SOP Class and SOP Instance are named as the request named them, and left
/// out where the request left them out. A request with a Command Field that
/// the standard does not have is answered with that field and the response bit.
/// A request without a usable Message ID is answered as if that were 0: its
/// sender gets a status that way, rather than no answer at all.
pub fn response_to(request: &CommandSet, status: u16) -> Option<CommandSet> {
    let field = request.command_field()?;
    if command_field::is_response(field) || field == command_field::C_CANCEL_RQ {
        return None;
    }
    let sop_class = sop_class_of(field, request);
    let sop_instance = sop_instance_of(field, request);
    let text_bytes = sop_class.map_or(0, <[u8]>::len) + sop_instance.map_or(0, <[u8]>::len);
    // Five numbers with 10 bytes each, two texts with a header and a pad byte.
    let mut set = CommandSet::with_capacity(5 * 10 + 2 * 9 + text_bytes);
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
    if status == status::SUCCESS
        && let Some(type_element) = type_element_of(field)
        && let Some(type_id) = request.u16(type_element)
    {
        set.set_u16(type_element, type_id);
    }
    Some(set)
}

/// The SOP Class that a request is about. A peer that put it into the element
/// of the other kind of request still means the same.
fn sop_class_of(field: u16, request: &CommandSet) -> Option<&[u8]> {
    let affected = element::AFFECTED_SOP_CLASS_UID;
    let requested = element::REQUESTED_SOP_CLASS_UID;
    if names_what_it_requests(field) {
        request.text(requested).or_else(|| request.text(affected))
    } else {
        request.text(affected).or_else(|| request.text(requested))
    }
}

/// The SOP Instance that a request is about, if its response names one.
fn sop_instance_of(field: u16, request: &CommandSet) -> Option<&[u8]> {
    let affected = element::AFFECTED_SOP_INSTANCE_UID;
    let requested = element::REQUESTED_SOP_INSTANCE_UID;
    match field {
        // Nothing but a SOP Class to speak of (PS3.7 Tables 9.3-4, -7, -10, -13).
        command_field::C_FIND_RQ
        | command_field::C_GET_RQ
        | command_field::C_MOVE_RQ
        | command_field::C_ECHO_RQ => None,
        _ if names_what_it_requests(field) => request.text(requested).or_else(|| request.text(affected)),
        _ => request.text(affected).or_else(|| request.text(requested)),
    }
}

/// Whether a request names an instance that exists already, in the Requested
/// elements (PS3.7 10.3.2, 10.3.3, 10.3.4 and 10.3.6).
fn names_what_it_requests(field: u16) -> bool {
    matches!(
        field,
        command_field::N_GET_RQ
            | command_field::N_SET_RQ
            | command_field::N_ACTION_RQ
            | command_field::N_DELETE_RQ
    )
}

/// The element that tells what kind of event or action it was. A response may
/// repeat it if it is a success, and has to if it carries a reply
/// (PS3.7 10.1.1.1.4 and 10.1.4.1.5).
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
