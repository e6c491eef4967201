//! Lengths and counts inside an A-ASSOCIATE-RQ that are not true. Each is answered, with
//! whatever fits: never with silence, and never by coming to harm.

use crate::support::hooks::Server;
use crate::support::wire::{self, Request, context, item};

/// Sends this, and wants any answer at all.
#[track_caller]
fn is_not_ignored(server: &Server, bytes: &[u8]) -> u8 {
    let mut peer = server.peer();
    peer.send(bytes);
    // Whoever waits for more bytes than came is told that there are none.
    peer.finish();
    let answer = peer.pdu();
    assert!(matches!(answer[0], 2 | 3 | 7), "{answer:02x?}");
    answer[0]
}

/// One with every sub-item of PS3.7 Annex D, so that every length field is there.
fn full_request() -> Request {
    let sop_class = |bytes: &[u8]| [&[0, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let mut user = wire::user_information(16384);
    user.extend(item(0x53, &[0, 1, 0, 1]));
    user.extend(item(0x54, &[&sop_class(wire::VERIFICATION)[..], &[1, 1]].concat()));
    user.extend(item(0x55, b"TEST"));
    user.extend(item(0x56, &[&sop_class(wire::VERIFICATION)[..], &[1, 2, 3]].concat()));
    user.extend(item(0x57, &[sop_class(wire::CT_STORAGE), sop_class(b"1.2.3"), vec![0, 0]].concat()));
    user.extend(item(0x58, &[1, 0, 0, 4, b'u', b's', b'e', b'r', 0, 0]));
    Request { user, ..Request::default() }
}

#[test]
fn every_byte_of_a_request_may_be_wrong() {
    let server = Server::start();
    let bytes = full_request().bytes();
    assert_eq!(is_not_ignored(&server, &bytes), 2);
    // The titles and reserved bytes before may have any value; the length of the PDU is
    // judged by the framing, which has tests of its own.
    for place in 74..bytes.len() {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut wrong = bytes.clone();
            wrong[place] = value;
            is_not_ignored(&server, &wrong);
        }
    }
}

#[test]
fn a_request_may_end_anywhere() {
    let server = Server::start();
    let bytes = full_request().bytes();
    for end in 74..bytes.len() {
        let body = &bytes[6..end];
        is_not_ignored(&server, &wire::pdu(1, body));
    }
}

#[test]
fn sub_items_of_the_wrong_length_are_aborted() {
    let server = Server::start();
    let fixed: [(u8, &[usize]); 2] = [(0x51, &[0, 1, 2, 3, 5, 1000]), (0x53, &[0, 1, 3, 5, 1000])];
    for (item_type, lengths) in fixed {
        for length in lengths {
            let request = Request { user: item(item_type, &vec![0; *length]), ..Request::default() };
            assert_eq!(is_not_ignored(&server, &request.bytes()), 7, "{item_type:02x} of {length}");
        }
    }
    // The inner length of a role selection goes past its item (DCMTK's parseSCUSCPRole).
    for inner in [[0xFF, 0xFF], [0, 18], [0, 3]] {
        let role = item(0x54, &[&inner[..], wire::VERIFICATION, &[1]].concat());
        let request = Request { user: role, ..Request::default() };
        assert_eq!(is_not_ignored(&server, &request.bytes()), 7, "{inner:02x?}");
    }
}

#[test]
fn ten_thousand_contexts_and_names_of_64_kib_come_to_nothing() {
    let server = Server::start();
    let contexts = vec![context(1, b"1", &[b"1"]); 10_000];
    assert_eq!(is_not_ignored(&server, &Request { contexts, ..Request::default() }.bytes()), 7);
    let long = vec![b'1'; 65_000];
    let contexts = vec![context(1, &long, &[wire::IMPLICIT])];
    is_not_ignored(&server, &Request { contexts, ..Request::default() }.bytes());
    let items = vec![item(0x10, &[b'1'; 65_535])];
    is_not_ignored(&server, &Request { items, ..Request::default() }.bytes());
    let contexts = vec![context(1, wire::VERIFICATION, &vec![&b""[..]; 16_000])];
    is_not_ignored(&server, &Request { contexts, ..Request::default() }.bytes());
    let user = item(0x5F, b"").repeat(16_000);
    is_not_ignored(&server, &Request { user, ..Request::default() }.bytes());
    // The server is well.
    server.associated().echoes(1);
}
