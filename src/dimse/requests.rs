//! The command sets of requests, one function for each: PS3.7 sections 9.3 and 10.3.
//!
//! Each has the elements that its table lists, and those conditional ones that it
//! is given. The elements of a status that went wrong are for the responses. UIDs
//! and titles go out as they are: it must not judge what they name, nor send anything.

use super::command_field;
use super::command_set::CommandSet;
use super::element;

/// The Command Data Set Type (0000,0800) of a message without a data set
/// (PS3.7 E.1-1); every other value means that one follows.
pub const DATA_SET_ABSENT: u16 = 0x0101;
/// The Command Data Set Type that we give to a message with a data set.
pub const DATA_SET_PRESENT: u16 = 0x0000;

/// The C-MOVE that a C-STORE is a sub-operation of (PS3.7 9.1.1.1.6 and 9.1.1.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveOriginator<'a> {
    /// The title of the application entity that asked for the C-MOVE.
    pub title: &'a [u8],
    /// The Message ID of the C-MOVE-RQ.
    pub message_id: u16,
}

/// A C-STORE-RQ (PS3.7 Table 9.3-1). The data set goes with it.
///
/// `originator` is there for a sub-operation of a C-MOVE, and for nothing else: a
/// plain store and a sub-operation of a C-GET leave both of its elements out.
pub fn c_store_rq(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: &[u8],
    priority: u16,
    originator: Option<MoveOriginator<'_>>,
) -> CommandSet {
    let title = originator.map_or(&[][..], |it| it.title);
    let mut set = request(command_field::C_STORE_RQ, message_id, sop_class, [sop_instance, title]);
    set.append_u16(element::PRIORITY, priority);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_PRESENT);
    set.set_text(element::AFFECTED_SOP_INSTANCE_UID, sop_instance);
    if let Some(MoveOriginator { title, message_id }) = originator {
        set.set_text(element::MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE, title);
        set.append_u16(element::MOVE_ORIGINATOR_MESSAGE_ID, message_id);
    }
    set
}

/// A C-FIND-RQ (PS3.7 Table 9.3-3). The identifier goes with it.
pub fn c_find_rq(message_id: u16, sop_class: &[u8], priority: u16) -> CommandSet {
    query(command_field::C_FIND_RQ, message_id, sop_class, priority, &[])
}

/// A C-GET-RQ (PS3.7 Table 9.3-6). The identifier goes with it.
pub fn c_get_rq(message_id: u16, sop_class: &[u8], priority: u16) -> CommandSet {
    query(command_field::C_GET_RQ, message_id, sop_class, priority, &[])
}

/// A C-MOVE-RQ (PS3.7 Table 9.3-9). The identifier goes with it. `destination` is
/// the title of the application entity that the instances are to be sent to.
pub fn c_move_rq(message_id: u16, sop_class: &[u8], priority: u16, destination: &[u8]) -> CommandSet {
    let mut set = query(command_field::C_MOVE_RQ, message_id, sop_class, priority, destination);
    set.set_text(element::MOVE_DESTINATION, destination);
    set
}

/// A C-CANCEL-RQ for the C-FIND, C-GET or C-MOVE with `message_id` (PS3.7 Tables
/// 9.3-5, 9.3-8 and 9.3-11, which are one and the same).
pub fn c_cancel_rq(message_id: u16) -> CommandSet {
    let mut set = CommandSet::with_room_for(3, &[]);
    set.append_u16(element::COMMAND_FIELD, command_field::C_CANCEL_RQ);
    set.append_u16(element::MESSAGE_ID_BEING_RESPONDED_TO, message_id);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    set
}

/// A C-ECHO-RQ (PS3.7 Table 9.3-12). `sop_class` is the Verification SOP Class UID.
pub fn c_echo_rq(message_id: u16, sop_class: &[u8]) -> CommandSet {
    let mut set = request(command_field::C_ECHO_RQ, message_id, sop_class, [&[], &[]]);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT);
    set
}

/// An N-EVENT-REPORT-RQ (PS3.7 Table 10.3-1); the information about the event goes
/// with it, if there is any.
pub fn n_event_report_rq(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: &[u8],
    event_type_id: u16,
    has_data_set: bool,
) -> CommandSet {
    let mut set = request(command_field::N_EVENT_REPORT_RQ, message_id, sop_class, [sop_instance, &[]]);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, data_set_type(has_data_set));
    set.set_text(element::AFFECTED_SOP_INSTANCE_UID, sop_instance);
    set.append_u16(element::EVENT_TYPE_ID, event_type_id);
    set
}

/// An N-GET-RQ (PS3.7 Table 10.3-3) for the attributes with these tags, the group
/// in their upper 16 bits; with none, for all there are (PS3.7 10.1.2.1.5).
pub fn n_get_rq(message_id: u16, sop_class: &[u8], sop_instance: &[u8], attributes: &[u32]) -> CommandSet {
    let mut set = request_of(command_field::N_GET_RQ, message_id, sop_class, sop_instance, false);
    if !attributes.is_empty() {
        set.set_tags(element::ATTRIBUTE_IDENTIFIER_LIST, attributes);
    }
    set
}

/// An N-SET-RQ (PS3.7 Table 10.3-5). The modification list goes with it.
pub fn n_set_rq(message_id: u16, sop_class: &[u8], sop_instance: &[u8]) -> CommandSet {
    request_of(command_field::N_SET_RQ, message_id, sop_class, sop_instance, true)
}

/// An N-ACTION-RQ (PS3.7 Table 10.3-7); the information about the action goes with
/// it, if there is any.
pub fn n_action_rq(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: &[u8],
    action_type_id: u16,
    has_data_set: bool,
) -> CommandSet {
    let mut set = request_of(command_field::N_ACTION_RQ, message_id, sop_class, sop_instance, has_data_set);
    set.append_u16(element::ACTION_TYPE_ID, action_type_id);
    set
}

/// An N-CREATE-RQ (PS3.7 Table 10.3-9); the attributes go with it, if there are any.
/// Without an instance the performer names it (PS3.7 10.1.5.1.4).
pub fn n_create_rq(
    message_id: u16,
    sop_class: &[u8],
    sop_instance: Option<&[u8]>,
    has_data_set: bool,
) -> CommandSet {
    let instance = sop_instance.unwrap_or_default();
    let mut set = request(command_field::N_CREATE_RQ, message_id, sop_class, [instance, &[]]);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, data_set_type(has_data_set));
    if let Some(uid) = sop_instance {
        set.set_text(element::AFFECTED_SOP_INSTANCE_UID, uid);
    }
    set
}

/// An N-DELETE-RQ (PS3.7 Table 10.3-11).
pub fn n_delete_rq(message_id: u16, sop_class: &[u8], sop_instance: &[u8]) -> CommandSet {
    request_of(command_field::N_DELETE_RQ, message_id, sop_class, sop_instance, false)
}

pub(super) const fn data_set_type(has_data_set: bool) -> u16 {
    if has_data_set { DATA_SET_PRESENT } else { DATA_SET_ABSENT }
}

/// What requests begin with that name an affected class, with room for five numbers
/// and these texts.
fn request(field: u16, message_id: u16, sop_class: &[u8], texts: [&[u8]; 2]) -> CommandSet {
    let [first, second] = texts;
    let mut set = CommandSet::with_room_for(5, &[sop_class, first, second]);
    set.set_text(element::AFFECTED_SOP_CLASS_UID, sop_class);
    set.append_u16(element::COMMAND_FIELD, field);
    set.append_u16(element::MESSAGE_ID, message_id);
    set
}

/// C-FIND, C-GET and C-MOVE, the last with room for its destination.
fn query(field: u16, message_id: u16, sop_class: &[u8], priority: u16, destination: &[u8]) -> CommandSet {
    let mut set = request(field, message_id, sop_class, [destination, &[]]);
    set.append_u16(element::PRIORITY, priority);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_PRESENT);
    set
}

/// Requests about an instance that is there already, and is not affected but requested
/// (PS3.7 10.3.2, 10.3.3, 10.3.4 and 10.3.6).
fn request_of(
    field: u16,
    message_id: u16,
    sop_class: &[u8],
    sop_instance: &[u8],
    has_data_set: bool,
) -> CommandSet {
    let mut set = CommandSet::with_room_for(4, &[sop_class, sop_instance]);
    set.set_text(element::REQUESTED_SOP_CLASS_UID, sop_class);
    set.append_u16(element::COMMAND_FIELD, field);
    set.append_u16(element::MESSAGE_ID, message_id);
    set.append_u16(element::COMMAND_DATA_SET_TYPE, data_set_type(has_data_set));
    set.set_text(element::REQUESTED_SOP_INSTANCE_UID, sop_instance);
    set
}
