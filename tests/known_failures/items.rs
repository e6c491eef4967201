//! Items and sub-items of A-ASSOCIATE PDUs that lie (PS3.8 9.3.2, PS3.7 Annex D), and numbers that are in no table.

use crate::provider;
use crate::support::hooks::{Event, Recorder, Server};
use crate::support::wire::{self, Request, context, item};
use std::sync::Arc;

/// Sends this and gives the type of the answer, which there must be; then the server must be well.
#[track_caller]
fn answered(server: &Server, bytes: &[u8]) -> u8 {
    let mut peer = server.peer();
    peer.send(bytes);
    let answer = peer.pdu()[0];
    assert!(matches!(answer, 2 | 3 | 7), "{answer}");
    answer
}

const AC: u8 = 2;
const ABORT: u8 = 7;

/// CVE-2015-8979, ZSL-2016-5384, ZSL-2016-5386, Horos #163: arrays of fixed size on the stack, and lengths that were
/// trusted.
#[test]
fn cve_2015_8979_ten_thousand_contexts_and_uids_of_64_kib_overrun_nothing() {
    let server = Server::start();
    let many = vec![context(1, wire::VERIFICATION, &[wire::IMPLICIT]); 10_000];
    assert_eq!(answered(&server, &Request { contexts: many, ..Request::default() }.bytes()), ABORT);
    let long = vec![b'1'; 65_500];
    for contexts in [vec![context(1, &long, &[wire::IMPLICIT])], vec![context(1, b"1.2", &[&long[..60_000]])]]
    {
        answered(&server, &Request { contexts, ..Request::default() }.bytes());
    }
    for item_type in [0x52, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59] {
        let user = item(item_type, &long);
        answered(&server, &Request { user, ..Request::default() }.bytes());
    }
    server.associated().echoes(1);
}

/// DCMTK #847: what was left of a PDU was unsigned, and an item longer than that made it wrap.
#[test]
fn dcmtk_847_no_sub_item_is_longer_than_what_holds_it() {
    let server = Server::start();
    // The header of an item, saying what it likes, at the end of each thing that holds items.
    let head = |item_type: u8, length: u16| [&[item_type, 0], &length.to_be_bytes()[..]].concat();
    for item_type in [0x30, 0x40, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x5F] {
        for length in [0, 1, 2, 3, 4, 5, 0x7FFF, 0x8000, 0xFFFB, 0xFFFC, 0xFFFF] {
            let inside = head(item_type, length);
            let in_context = item(0x20, &[&[1, 0, 0, 0], &inside[..]].concat());
            let requests = [
                Request { user: inside.clone(), ..Request::default() },
                Request { contexts: vec![in_context], ..Request::default() },
                Request { items: vec![inside], ..Request::default() },
            ];
            for (place, request) in requests.iter().enumerate() {
                let answer = answered(&server, &request.bytes());
                // Nothing follows it inside user information and the context; among the items the next one does.
                assert!(
                    length == 0 || place == 2 || answer == ABORT,
                    "{item_type:02x} of {length} in {place}"
                );
            }
        }
    }
    // Half a header.
    for bytes in 1..4 {
        let user = head(0x51, 4)[..bytes].to_vec();
        assert_eq!(answered(&server, &Request { user, ..Request::default() }.bytes()), ABORT);
    }
    server.associated().echoes(1);
}

/// DCMTK #942 (`parseSCUSCPRole`): the UID inside a role selection was longer than the item, and was read.
#[test]
fn dcmtk_942_the_uid_of_a_role_selection_ends_with_its_item() {
    let server = Server::start();
    let role = |length: u16| {
        let user = item(0x54, &[&length.to_be_bytes()[..], wire::VERIFICATION, &[1, 1]].concat());
        Request { user, ..Request::default() }.bytes()
    };
    let length = u16::try_from(wire::VERIFICATION.len()).unwrap();
    assert_eq!(answered(&server, &role(length)), AC);
    for wrong in [0, 1, length - 1, length + 1, length + 2, length + 3, 0x7FFF, 0x8000, 0xFFFD, 0xFFFF] {
        assert_eq!(answered(&server, &role(wrong)), ABORT, "{wrong}");
    }
}

/// DCMTK 48d00326a: the Maximum Length item was read as four bytes, however many it had.
#[test]
fn dcmtk_48d00326a_a_maximum_length_item_has_four_bytes() {
    /// User information has no room for more.
    const LONGEST: usize = 65_531;
    let server = Server::start();
    let request =
        |length: usize| Request { user: item(0x51, &vec![0; length]), ..Request::default() }.bytes();
    assert_eq!(answered(&server, &request(4)), AC);
    for wrong in (0..4).chain(5..20).chain([255, 256, 32_767, 32_768, LONGEST]) {
        assert_eq!(answered(&server, &request(wrong)), ABORT, "{wrong}");
    }
}

/// DCMTK 5f6e38d05: result, source and reason of an A-ASSOCIATE-RJ were enumerations without a look at the number.
#[test]
fn dcmtk_5f6e38d05_an_a_associate_rj_may_say_any_numbers() {
    // Each byte at its edges with the others at theirs: all rows of PS3.8 Table 9-21 are among them.
    const NUMBERS: [u8; 8] = [0, 1, 2, 3, 7, 0x7F, 0x80, 0xFF];
    for place in 0..NUMBERS.len().pow(3) {
        let number = |power: u32| NUMBERS[place / NUMBERS.len().pow(power) % NUMBERS.len()];
        let (result, source, reason) = (number(0), number(1), number(2));
        let recorder = Recorder::usual();
        let (_net, mut peer) = provider::requesting(Arc::clone(&recorder) as Arc<_>, |_| {});
        peer.send(&wire::associate_rj(result, source, reason));
        let told = recorder.log.wait(|_, event| match event {
            Event::AssociateReject(rejection) => Some((rejection.result, rejection.source, rejection.reason)),
            _ => None,
        });
        assert_eq!(told, (result, source, reason));
        peer.is_closed();
    }
}
