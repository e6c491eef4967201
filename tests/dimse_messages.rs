//! The command sets of all messages, against the tables of PS3.7 9.3 and 10.3: written out here
//! by hand, and compared byte for byte. Then what a received message must have of them, and what
//! answers one that has not.

use ldicomnet::dimse::{
    self, CommandSet, MessageError, MoveOriginator, SubOperations, check_message, command_field,
    default_status, element, is_uid, needs_data_set, response_to, sop_class_of, sop_instance_of,
};

const CLASS: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const INSTANCE: &[u8] = b"1.2.3.4";

/// What is in a table's column, as bytes on the wire: a UID has a NUL behind it where it is of odd
/// length, a title a space.
const CLASS_ON_WIRE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2\0";
const INSTANCE_ON_WIRE: &[u8] = b"1.2.3.4\0";
const ABSENT: &[u8] = &[0x01, 0x01];
const PRESENT: &[u8] = &[0x00, 0x00];
const MESSAGE_ID: u16 = 0xBEEF;
const ID_ON_WIRE: &[u8] = &[0xEF, 0xBE];

type Elements<'a> = &'a [(u16, &'a [u8])];

/// A command set byte for byte: (0000,0000), and these.
fn on_wire(elements: Elements<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, value) in elements {
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value);
    }
    let mut whole = vec![0, 0, 0, 0, 4, 0, 0, 0];
    whole.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    whole.extend_from_slice(&bytes);
    whole
}

#[track_caller]
fn assert_is(set: &CommandSet, elements: Elements<'_>) {
    let mut encoded = Vec::new();
    set.encode(&mut encoded);
    assert_eq!(encoded, on_wire(elements), "{set:?}");
    assert_eq!(CommandSet::parse(&encoded).as_ref(), Ok(set));
}

mod requests {
    use super::*;

    #[test]
    fn c_store() {
        let plain = dimse::c_store_rq(MESSAGE_ID, CLASS, INSTANCE, 2, None);
        assert_is(
            &plain,
            &[
                (0x0002, CLASS_ON_WIRE),
                (0x0100, &[0x01, 0x00]),
                (0x0110, ID_ON_WIRE),
                (0x0700, &[2, 0]),
                (0x0800, PRESENT),
                (0x1000, INSTANCE_ON_WIRE),
            ],
        );
        let originator = MoveOriginator { title: b"MOVER", message_id: 0 };
        let moved = dimse::c_store_rq(MESSAGE_ID, CLASS, INSTANCE, 0, Some(originator));
        assert_is(
            &moved,
            &[
                (0x0002, CLASS_ON_WIRE),
                (0x0100, &[0x01, 0x00]),
                (0x0110, ID_ON_WIRE),
                (0x0700, &[0, 0]),
                (0x0800, PRESENT),
                (0x1000, INSTANCE_ON_WIRE),
                (0x1030, b"MOVER "),
                (0x1031, &[0, 0]),
            ],
        );
    }

    #[test]
    fn c_find_and_c_get() {
        for (set, field) in [
            (dimse::c_find_rq(MESSAGE_ID, CLASS, 1), [0x20, 0x00]),
            (dimse::c_get_rq(MESSAGE_ID, CLASS, 1), [0x10, 0x00]),
        ] {
            assert_is(
                &set,
                &[
                    (0x0002, CLASS_ON_WIRE),
                    (0x0100, &field),
                    (0x0110, ID_ON_WIRE),
                    (0x0700, &[1, 0]),
                    (0x0800, PRESENT),
                ],
            );
        }
    }

    #[test]
    fn c_move() {
        assert_is(
            &dimse::c_move_rq(MESSAGE_ID, CLASS, 0, b"STORAGE"),
            &[
                (0x0002, CLASS_ON_WIRE),
                (0x0100, &[0x21, 0x00]),
                (0x0110, ID_ON_WIRE),
                (0x0600, b"STORAGE "),
                (0x0700, &[0, 0]),
                (0x0800, PRESENT),
            ],
        );
    }

    #[test]
    fn c_cancel() {
        let elements: Elements<'_> = &[(0x0100, &[0xFF, 0x0F]), (0x0120, ID_ON_WIRE), (0x0800, ABSENT)];
        assert_is(&dimse::c_cancel_rq(MESSAGE_ID), elements);
    }

    #[test]
    fn c_echo() {
        assert_is(
            &dimse::c_echo_rq(MESSAGE_ID, CLASS),
            &[(0x0002, CLASS_ON_WIRE), (0x0100, &[0x30, 0x00]), (0x0110, ID_ON_WIRE), (0x0800, ABSENT)],
        );
    }

    #[test]
    fn n_event_report() {
        for (has_data_set, data_set_type) in [(true, PRESENT), (false, ABSENT)] {
            assert_is(
                &dimse::n_event_report_rq(MESSAGE_ID, CLASS, INSTANCE, 0x0102, has_data_set),
                &[
                    (0x0002, CLASS_ON_WIRE),
                    (0x0100, &[0x00, 0x01]),
                    (0x0110, ID_ON_WIRE),
                    (0x0800, data_set_type),
                    (0x1000, INSTANCE_ON_WIRE),
                    (0x1002, &[0x02, 0x01]),
                ],
            );
        }
    }

    #[test]
    fn n_get() {
        let some = dimse::n_get_rq(MESSAGE_ID, CLASS, INSTANCE, &[0x0010_0020, 0x2110_0010]);
        assert_is(
            &some,
            &[
                (0x0003, CLASS_ON_WIRE),
                (0x0100, &[0x10, 0x01]),
                (0x0110, ID_ON_WIRE),
                (0x0800, ABSENT),
                (0x1001, INSTANCE_ON_WIRE),
                (0x1005, &[0x10, 0x00, 0x20, 0x00, 0x10, 0x21, 0x10, 0x00]),
            ],
        );
        let all = dimse::n_get_rq(MESSAGE_ID, CLASS, INSTANCE, &[]);
        assert!(!all.contains(element::ATTRIBUTE_IDENTIFIER_LIST) && all.len() == 5);
    }

    #[test]
    fn n_set_and_n_delete() {
        for (set, field, data_set_type) in [
            (dimse::n_set_rq(MESSAGE_ID, CLASS, INSTANCE), [0x20, 0x01], PRESENT),
            (dimse::n_delete_rq(MESSAGE_ID, CLASS, INSTANCE), [0x50, 0x01], ABSENT),
        ] {
            assert_is(
                &set,
                &[
                    (0x0003, CLASS_ON_WIRE),
                    (0x0100, &field),
                    (0x0110, ID_ON_WIRE),
                    (0x0800, data_set_type),
                    (0x1001, INSTANCE_ON_WIRE),
                ],
            );
        }
    }

    #[test]
    fn n_action() {
        for (has_data_set, data_set_type) in [(true, PRESENT), (false, ABSENT)] {
            assert_is(
                &dimse::n_action_rq(MESSAGE_ID, CLASS, INSTANCE, 3, has_data_set),
                &[
                    (0x0003, CLASS_ON_WIRE),
                    (0x0100, &[0x30, 0x01]),
                    (0x0110, ID_ON_WIRE),
                    (0x0800, data_set_type),
                    (0x1001, INSTANCE_ON_WIRE),
                    (0x1008, &[3, 0]),
                ],
            );
        }
    }

    #[test]
    fn n_create() {
        let named = dimse::n_create_rq(MESSAGE_ID, CLASS, Some(INSTANCE), true);
        assert_is(
            &named,
            &[
                (0x0002, CLASS_ON_WIRE),
                (0x0100, &[0x40, 0x01]),
                (0x0110, ID_ON_WIRE),
                (0x0800, PRESENT),
                (0x1000, INSTANCE_ON_WIRE),
            ],
        );
        assert_is(
            &dimse::n_create_rq(MESSAGE_ID, CLASS, None, false),
            &[(0x0002, CLASS_ON_WIRE), (0x0100, &[0x40, 0x01]), (0x0110, ID_ON_WIRE), (0x0800, ABSENT)],
        );
    }
}

mod responses {
    use super::*;

    const STATUS: u16 = 0x0110;
    const STATUS_ON_WIRE: &[u8] = &[0x10, 0x01];

    #[test]
    fn c_store_and_n_delete() {
        for (set, field) in [
            (dimse::c_store_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), STATUS), [0x01, 0x80]),
            (dimse::n_delete_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), STATUS), [0x50, 0x81]),
        ] {
            assert_is(
                &set,
                &[
                    (0x0002, CLASS_ON_WIRE),
                    (0x0100, &field),
                    (0x0120, ID_ON_WIRE),
                    (0x0800, ABSENT),
                    (0x0900, STATUS_ON_WIRE),
                    (0x1000, INSTANCE_ON_WIRE),
                ],
            );
        }
    }

    #[test]
    fn c_find_and_c_echo() {
        for (set, field, data_set_type, status) in [
            (dimse::c_find_rsp(MESSAGE_ID, CLASS, 0xFF00, true), [0x20, 0x80], PRESENT, [0x00, 0xFF]),
            (dimse::c_find_rsp(MESSAGE_ID, CLASS, 0, false), [0x20, 0x80], ABSENT, [0, 0]),
            (dimse::c_echo_rsp(MESSAGE_ID, CLASS, 0), [0x30, 0x80], ABSENT, [0, 0]),
        ] {
            assert_is(
                &set,
                &[
                    (0x0002, CLASS_ON_WIRE),
                    (0x0100, &field),
                    (0x0120, ID_ON_WIRE),
                    (0x0800, data_set_type),
                    (0x0900, &status),
                ],
            );
        }
    }

    /// PS3.4 C.4.2.1.6 and C.4.3.1.4: how many remain is told while there is something to remain.
    #[test]
    fn c_get_and_c_move() {
        let numbers = SubOperations { remaining: 0x0104, completed: 3, failed: 2, warning: 1 };
        for status in [0x0000_u16, 0xFF00, 0xFE00, 0xB000, 0xA702, 0xC001] {
            for has_identifier in [true, false] {
                for (set, field) in [
                    (dimse::c_get_rsp(MESSAGE_ID, CLASS, status, numbers, has_identifier), [0x10, 0x80]),
                    (dimse::c_move_rsp(MESSAGE_ID, CLASS, status, numbers, has_identifier), [0x21, 0x80]),
                ] {
                    let status_on_wire = status.to_le_bytes();
                    let data_set_type = if has_identifier { PRESENT } else { ABSENT };
                    let mut elements: Vec<(u16, &[u8])> = vec![
                        (0x0002, CLASS_ON_WIRE),
                        (0x0100, &field),
                        (0x0120, ID_ON_WIRE),
                        (0x0800, data_set_type),
                        (0x0900, &status_on_wire),
                        (0x1020, &[0x04, 0x01]),
                        (0x1021, &[3, 0]),
                        (0x1022, &[2, 0]),
                        (0x1023, &[1, 0]),
                    ];
                    if !matches!(status, 0xFF00 | 0xFE00) {
                        elements.remove(5);
                    }
                    assert_is(&set, &elements);
                }
            }
        }
    }

    #[test]
    fn n_get_n_set_and_n_create() {
        for (has_data_set, data_set_type) in [(true, PRESENT), (false, ABSENT)] {
            for (set, field) in [
                (dimse::n_get_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), STATUS, has_data_set), [0x10, 0x81]),
                (dimse::n_set_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), STATUS, has_data_set), [0x20, 0x81]),
                (dimse::n_create_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), STATUS, has_data_set), [0x40, 0x81]),
            ] {
                assert_is(
                    &set,
                    &[
                        (0x0002, CLASS_ON_WIRE),
                        (0x0100, &field),
                        (0x0120, ID_ON_WIRE),
                        (0x0800, data_set_type),
                        (0x0900, STATUS_ON_WIRE),
                        (0x1000, INSTANCE_ON_WIRE),
                    ],
                );
            }
        }
    }

    #[test]
    fn n_event_report_and_n_action() {
        for (has_reply, data_set_type) in [(true, PRESENT), (false, ABSENT)] {
            for (set, field, type_element) in [
                (
                    dimse::n_event_report_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), 0, 0x0203, has_reply),
                    [0x00, 0x81],
                    0x1002,
                ),
                (
                    dimse::n_action_rsp(MESSAGE_ID, CLASS, Some(INSTANCE), 0, 0x0203, has_reply),
                    [0x30, 0x81],
                    0x1008,
                ),
            ] {
                assert_is(
                    &set,
                    &[
                        (0x0002, CLASS_ON_WIRE),
                        (0x0100, &field),
                        (0x0120, ID_ON_WIRE),
                        (0x0800, data_set_type),
                        (0x0900, &[0, 0]),
                        (0x1000, INSTANCE_ON_WIRE),
                        (type_element, &[0x03, 0x02]),
                    ],
                );
            }
        }
    }

    /// PS3.7 10.1.1.1.5, 10.1.4.1.5, C.5.
    #[test]
    fn the_type_is_told_where_it_belongs() {
        for (status, has_reply, is_told) in [
            (0x0000, false, true),
            (0xB000, false, true),
            (0x0110, false, false),
            (0x0110, true, true),
            (0x0112, false, false),
            (0x0113, false, true),
            (0x0114, false, true),
            (0x0115, false, true),
            (0x0122, false, false),
            (0x0123, false, true),
        ] {
            let event = dimse::n_event_report_rsp(1, CLASS, None, status, 7, has_reply);
            let action = dimse::n_action_rsp(1, CLASS, None, status, 7, has_reply);
            assert_eq!(event.contains(element::EVENT_TYPE_ID), is_told, "{status:04X}");
            assert_eq!(action.contains(element::ACTION_TYPE_ID), is_told, "{status:04X}");
        }
    }

    #[test]
    fn an_instance_may_be_left_out() {
        for set in [
            dimse::c_store_rsp(1, CLASS, None, 0),
            dimse::n_event_report_rsp(1, CLASS, None, STATUS, 2, false),
            dimse::n_get_rsp(1, CLASS, None, 0, false),
            dimse::n_set_rsp(1, CLASS, None, 0, false),
            dimse::n_action_rsp(1, CLASS, None, STATUS, 2, false),
            dimse::n_create_rsp(1, CLASS, None, 0, false),
            dimse::n_delete_rsp(1, CLASS, None, 0),
        ] {
            assert!(!set.contains(element::AFFECTED_SOP_INSTANCE_UID) && set.len() == 5, "{set:?}");
        }
    }
}

mod received {
    use super::*;

    fn answer_to(set: &CommandSet) -> u16 {
        default_status(set, check_message(set).err().as_ref())
    }

    /// A good request of each command, and a response.
    fn good() -> Vec<CommandSet> {
        vec![
            dimse::c_store_rq(7, CLASS, INSTANCE, 0, None),
            dimse::c_find_rq(7, CLASS, 0),
            dimse::c_get_rq(7, CLASS, 0),
            dimse::c_move_rq(7, CLASS, 0, b"STORAGE"),
            dimse::c_cancel_rq(7),
            dimse::c_echo_rq(7, CLASS),
            dimse::n_event_report_rq(7, CLASS, INSTANCE, 1, true),
            dimse::n_get_rq(7, CLASS, INSTANCE, &[0x0010_0010]),
            dimse::n_set_rq(7, CLASS, INSTANCE),
            dimse::n_action_rq(7, CLASS, INSTANCE, 1, true),
            dimse::n_create_rq(7, CLASS, Some(INSTANCE), true),
            dimse::n_delete_rq(7, CLASS, INSTANCE),
            dimse::c_store_rsp(7, CLASS, Some(INSTANCE), 0),
            dimse::n_action_rsp(7, CLASS, Some(INSTANCE), 0, 1, true),
        ]
    }

    fn status_of(set: &CommandSet) -> Option<u16> {
        check_message(set).err().map(|error| error.status())
    }

    #[test]
    fn what_the_builders_make_is_whole() {
        for set in good() {
            assert_eq!(check_message(&set), Ok(()), "{set:?}");
        }
        for field in command_field::ANSWERED_REQUESTS {
            let is_whole = good().iter().any(|set| set.command_field() == Some(field));
            assert!(is_whole, "no good message of {field:04X}");
        }
    }

    /// What each element is missed by, and how its absence is answered: PS3.7 C.5.
    fn missed(field: u16, number: u16) -> Option<u16> {
        let is_request = field & command_field::RESPONSE == 0 && field != command_field::C_CANCEL_RQ;
        match number {
            0x0120 if !is_request => Some(0x0212),
            0x0110 => Some(0x0212),
            0x0002 | 0x0003 if is_request => Some(0x0118),
            0x1000 | 0x1001 if is_request && field != command_field::N_CREATE_RQ => Some(0x0117),
            0x0600 => Some(0xA801),
            0x1002 if is_request => Some(0x0113),
            0x1008 if is_request => Some(0x0123),
            _ => None,
        }
    }

    /// The Command Field and the Data Set Type are the assembler's to miss.
    fn is_looked_at(number: u16) -> bool {
        number != element::COMMAND_FIELD && number != element::COMMAND_DATA_SET_TYPE
    }

    #[test]
    fn each_element_missing_empty_or_of_wrong_length() {
        for set in good() {
            let field = set.command_field().unwrap();
            let numbers: Vec<u16> = set.iter().map(|(number, _)| number).collect();
            for number in numbers.into_iter().filter(|number| is_looked_at(*number)) {
                let what = format!("{field:04X} without {number:04X}");
                let mut without = set.clone();
                without.remove(number);
                assert_eq!(status_of(&without), missed(field, number), "{what}");
                let mut empty = set.clone();
                empty.set_raw(number, b"");
                assert_eq!(status_of(&empty), missed(field, number), "{what}, but empty");
                let mut long = set.clone();
                long.set_raw(number, &[b'1'; 65]);
                let wrong = match (field, number) {
                    // The one element that may be missing and not wrong.
                    (command_field::N_GET_RQ, 0x1005) => Some(0x0212),
                    (command_field::N_CREATE_RQ, 0x1000) => Some(0x0117),
                    _ => missed(field, number),
                };
                assert_eq!(status_of(&long), wrong, "{what}, but of 65 bytes");
            }
        }
    }

    #[test]
    fn a_data_set_that_must_be_there() {
        for set in good() {
            let field = set.command_field().unwrap();
            let mut without = set.clone();
            without.set_u16(element::COMMAND_DATA_SET_TYPE, 0x0101);
            let expected = match field {
                0x0001 | 0x0010 | 0x0020 | 0x0021 => Some(0xA900),
                0x0120 => Some(0x0120),
                _ => None,
            };
            assert_eq!(status_of(&without), expected, "{field:04X}");
            assert_eq!(needs_data_set(field), expected.is_some());
            // One that nobody asked for does no harm.
            let mut with = set;
            with.set_u16(element::COMMAND_DATA_SET_TYPE, 0x0102);
            assert_eq!(status_of(&with), None);
        }
    }

    #[test]
    fn uids_are_digits_and_dots() {
        let long = "1".repeat(64);
        let good: [&[u8]; 6] = [b"1", b"1.2", b"0.0", b"1.2.03", b"00.1", long.as_bytes()];
        for uid in good {
            assert!(is_uid(uid), "{}", uid.escape_ascii());
        }
        let too_long = "1".repeat(65);
        let bad: [&[u8]; 14] = [
            b"",
            b".",
            b"1.",
            b".1",
            b"1..2",
            b"../../x",
            b"/etc/passwd",
            b"1.2\0.3",
            b"1.2 ",
            b"1.2\\1.3",
            b"1.2.x",
            b"1.-2",
            "1.\u{661}".as_bytes(),
            too_long.as_bytes(),
        ];
        for uid in bad {
            assert!(!is_uid(uid), "{}", uid.escape_ascii());
            let store = dimse::c_store_rq(1, CLASS, uid, 0, None);
            let is_padded = uid == b"1.2 ";
            assert_eq!(status_of(&store), (!is_padded).then_some(0x0117), "{}", uid.escape_ascii());
        }
    }

    #[test]
    fn move_destinations() {
        for (title, is_good) in [
            (&b"A"[..], true),
            (b" A", true),
            (b"M\xC3\x9CNCHEN", true),
            (&[b'A'; 16], true),
            (&[b'A'; 17], false),
            (b"", false),
            (b"   ", false),
            (b"A\\B", false),
            (b"A\nB", false),
            (b"A\0B", false),
        ] {
            let set = dimse::c_move_rq(1, CLASS, 0, title);
            assert_eq!(status_of(&set).is_none(), is_good, "{}", title.escape_ascii());
        }
    }

    #[test]
    fn classes_and_instances_of_the_other_kind_are_taken() {
        for (set, from) in [
            (dimse::c_store_rq(7, CLASS, INSTANCE, 0, None), [0x0002, 0x1000]),
            (dimse::n_get_rq(7, CLASS, INSTANCE, &[]), [0x0003, 0x1001]),
            (dimse::n_create_rq(7, CLASS, Some(INSTANCE), false), [0x0002, 0x1000]),
            (dimse::n_set_rsp(7, CLASS, Some(INSTANCE), 0, false), [0x0002, 0x1000]),
        ] {
            let mut mixed = set;
            let [class, instance] = from;
            mixed.remove(class);
            mixed.remove(instance);
            mixed.set_text(class ^ 1, CLASS);
            mixed.set_text(instance ^ 1, INSTANCE);
            assert_eq!(check_message(&mixed), Ok(()), "{mixed:?}");
            assert_eq!(sop_class_of(&mixed), Some(CLASS));
            assert_eq!(sop_instance_of(&mixed), Some(INSTANCE));
        }
        let find = dimse::c_find_rq(7, CLASS, 0);
        assert_eq!((sop_class_of(&find), sop_instance_of(&find)), (Some(CLASS), None));
    }

    #[test]
    fn unknown_commands() {
        for field in [0x0000, 0x0042, 0x8042, 0x8FFF, 0xFFFF] {
            let mut set = dimse::c_echo_rq(7, CLASS);
            set.set_u16(element::COMMAND_FIELD, field);
            assert_eq!(check_message(&set), Err(MessageError::UnknownCommand { command_field: field }));
            assert_eq!(answer_to(&set), 0x0211);
        }
        assert_eq!(status_of(&CommandSet::new()), Some(0x0211));
    }

    #[test]
    fn default_answers() {
        for set in good() {
            let expected = if set.command_field() == Some(command_field::C_ECHO_RQ) { 0 } else { 0x0122 };
            assert_eq!(answer_to(&set), expected);
        }
        let mut bad = dimse::c_echo_rq(7, CLASS);
        bad.remove(element::AFFECTED_SOP_CLASS_UID);
        assert_eq!(answer_to(&bad), 0x0118);
    }

    #[test]
    fn an_answer_does_not_repeat_what_is_no_uid() {
        let request = dimse::c_store_rq(7, b"../../x", &[b'1'; 65], 0, None);
        let response = response_to(&request, answer_to(&request)).unwrap();
        assert_eq!(response.status(), Some(0x0118));
        assert_eq!((sop_class_of(&response), sop_instance_of(&response)), (None, None));
        assert_eq!(response.len(), 4);
    }
}
