//! Command sets with something missing or of the wrong kind (PS3.7 6.3, 9.3, 10.3, Annex E).

use crate::support::hooks::{Event, Server, Then};
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND, LAST};
use ldicomnet::dimse::{self, CommandSet};

/// Requests, C-CANCEL-RQ, and a response of each kind.
const FIELDS: [u16; 23] = [
    0x0001, 0x0010, 0x0020, 0x0021, 0x0030, 0x0100, 0x0110, 0x0120, 0x0130, 0x0140, 0x0150, 0x0FFF, 0x8001,
    0x8010, 0x8020, 0x8021, 0x8030, 0x8100, 0x8110, 0x8120, 0x8130, 0x8140, 0x8150,
];

const COMMAND_FIELD: u16 = 0x0100;
const DATA_SET_TYPE: u16 = 0x0800;
const NO_DATA_SET: [u8; 2] = 0x0101_u16.to_le_bytes();
/// The C-ECHO that shows that the association goes on; no other message has its number.
const WITNESS: u16 = 0x7777;

/// Every element that any command has, with a value that it may have.
fn elements(field: u16) -> Vec<(u16, Vec<u8>)> {
    let number = 1_u16.to_le_bytes().to_vec();
    let mut elements = vec![
        (0x0002, wire::padded(wire::VERIFICATION)),
        (0x0003, wire::padded(wire::VERIFICATION)),
        (COMMAND_FIELD, field.to_le_bytes().to_vec()),
        (0x0110, number.clone()),
        (0x0120, number.clone()),
        (0x0600, b"STORESCP".to_vec()),
        (0x0700, number.clone()),
        (DATA_SET_TYPE, NO_DATA_SET.to_vec()),
        (0x0900, number.clone()),
        (0x0901, vec![0x10, 0, 0x10, 0]),
        (0x0902, b"a comment ".to_vec()),
        (0x0903, number.clone()),
        (0x1000, wire::padded(b"1.2.3")),
        (0x1001, wire::padded(b"1.2.3")),
        (0x1002, number.clone()),
        (0x1005, vec![0x10, 0, 0x10, 0]),
        (0x1008, number.clone()),
    ];
    elements.extend((0x1020..=0x1023).map(|element| (element, number.clone())));
    elements.extend([(0x1030, b"MOVESCU ".to_vec()), (0x1031, number)]);
    elements
}

/// What may be wrong with an element; `None`: it is missing.
fn wrong_values(right: &[u8]) -> [Option<Vec<u8>>; 6] {
    [
        None,
        Some(Vec::new()),
        Some(right[..1].to_vec()),
        Some([right, &[0x31]].concat()),
        Some(right.repeat(400)),
        // A number where there is text, text where there is a number.
        Some(if right.len() == 2 { b"one hundred ".to_vec() } else { vec![0xFF, 0xFF] }),
    ]
}

/// One that looks at everything that a command set may be asked for.
fn inquisitive() -> Server {
    Server::with_script(|_, event| {
        if let Event::Message(message) = event {
            look_at(&message.command);
        }
        Then::Usual
    })
}

fn look_at(command: &CommandSet) {
    let numbers = [
        command.command_field(),
        command.message_id(),
        command.message_id_being_responded_to(),
        command.status(),
        command.priority(),
    ];
    let texts = [
        command.affected_sop_class_uid(),
        command.requested_sop_class_uid(),
        command.affected_sop_instance_uid(),
        command.requested_sop_instance_uid(),
        command.move_destination(),
        command.error_comment(),
        dimse::sop_class_of(command),
        dimse::sop_instance_of(command),
    ];
    // Text that is there lies within what was sent.
    let longest = command.iter().map(|element| format!("{element:?}").len()).max().unwrap_or(0);
    assert!(texts.iter().flatten().all(|text| text.len() <= 20_000) && longest > 0, "{numbers:?}");
}

/// Sends the command and then a C-ECHO. Statuses that came before the echo's answer; `None`: an A-ABORT came.
fn statuses(peer: &mut Peer, command: &[u8]) -> Option<Vec<u16>> {
    peer.send(&[wire::data_tf(1, COMMAND | LAST, command), wire::echo_rq(1, WITNESS)].concat());
    let mut statuses = Vec::new();
    loop {
        let pdu = peer.pdu();
        if pdu == wire::echo_rsp(1, WITNESS) {
            return Some(statuses);
        }
        match pdu[0] {
            4 => {
                let answer = CommandSet::parse(&wire::pdvs(&pdu)[0].2).expect("a command set");
                statuses.push(answer.status().expect("a response has one"));
            }
            7 => return None,
            other => panic!("a PDU of type {other}"),
        }
    }
}

/// CVE-2022-2121: a request without its data set, or of a kind that nobody had thought of, led to a null pointer.
#[test]
fn cve_2022_2121_a_request_without_its_data_set_is_told_so() {
    let server = inquisitive();
    let mut peer = server.associated();
    // PS3.7 C.4: the data set does not match the SOP class; Annex C.5.10 for N-SET.
    for (field, status) in
        [(0x0001, 0xA900), (0x0020, 0xA900), (0x0010, 0xA900), (0x0021, 0xA900), (0x0120, 0x0120)]
    {
        let elements: Vec<_> =
            elements(field).iter().map(|(number, value)| wire::element(*number, value)).collect();
        assert_eq!(statuses(&mut peer, &wire::command_set(&elements)), Some(vec![status]), "{field:04X}");
    }
    // One that announces a data set and goes on without it.
    let promising = wire::request_command(wire::VERIFICATION, 0x0020, 5, true);
    assert_eq!(statuses(&mut peer, &promising), None);
    // A command field that is none.
    let mut peer = server.associated();
    for field in [0x0000, 0x0002, 0x0040, 0x0FFE, 0x7FFF] {
        let command = wire::request_command(wire::VERIFICATION, field, 6, false);
        assert_eq!(statuses(&mut peer, &command), Some(vec![0x0211]), "{field:04X}");
    }
}

/// CVE-2024-34508, CVE-2024-34509: command elements of the wrong length, or missing, were null pointers.
#[test]
fn cve_2024_34508_and_34509_any_element_of_any_command_may_be_missing_empty_odd_or_too_long() {
    let server = inquisitive();
    let mut peer = server.associated();
    let (mut answered, mut aborted) = (0, 0);
    for field in FIELDS {
        let is_request = field < 0x8000 && field != 0x0FFF;
        let right = elements(field);
        for (place, (number, value)) in right.iter().enumerate() {
            for wrong in wrong_values(value) {
                let parts = right.iter().enumerate().filter_map(|(other, (number, value))| {
                    let value = if other == place { wrong.as_ref() } else { Some(value) };
                    value.map(|value| wire::element(*number, value))
                });
                let command = wire::command_set(&parts.collect::<Vec<_>>());
                match statuses(&mut peer, &command) {
                    Some(statuses) => {
                        // Whoever asks is answered once, if it can be told what he asks and that it is all.
                        let is_clear = ![COMMAND_FIELD, DATA_SET_TYPE].contains(number);
                        let expected = usize::from(is_request);
                        assert!(
                            !is_clear || statuses.len() == expected,
                            "{field:04X} {number:04X} {wrong:02x?}"
                        );
                        answered += 1;
                    }
                    None => {
                        aborted += 1;
                        peer = server.associated();
                    }
                }
            }
        }
    }
    assert_eq!(answered + aborted, FIELDS.len() * elements(0).len() * wrong_values(&[0, 0]).len());
    assert!(answered > aborted, "{answered} answered, {aborted} aborted");
}
