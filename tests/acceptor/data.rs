//! Sta6: P-DATA-TF, PDVs and the messages in them.

use crate::support::hooks::{Event, Server, Then};
use crate::support::peer::Peer;
use crate::support::wire::{self, COMMAND, LAST, Request, context};
use ldicomnet::Code;
use ldicomnet::engine::Net;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// Sends this in Sta6 and expects an A-ABORT by the provider, at once.
#[track_caller]
fn is_aborted(server: &Server, bytes: &[u8], reason: u8) {
    let mut request = Request::default();
    // Proposed, and refused below.
    request.contexts.push(context(5, b"1.2.3", &[wire::IMPLICIT]));
    let mut peer = server.peer();
    peer.associate(&request.bytes());
    peer.send(bytes);
    peer.is_answered(&wire::abort(2, reason));
    peer.finish();
    peer.is_closed();
}

fn server_refusing_5() -> Server {
    Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) => {
            let mut answer = crate::support::hooks::accepting(request);
            if answer.context(5).is_some() {
                answer.set_result(5, 3).unwrap();
            }
            net.associate_accept(&answer).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    })
}

#[test]
fn a_pdv_with_an_id_not_accepted_gets_aa8_reason_6() {
    let server = server_refusing_5();
    for id in [0, 2, 3, 5, 254, 255] {
        is_aborted(&server, &wire::echo_rq(id, 1), 6);
        // Its first six bytes are enough.
        is_aborted(&server, &[wire::header(4, 1000), vec![0, 0, 3, 0xE4, id, COMMAND, 0]].concat(), 6);
    }
}

#[test]
fn a_pdv_length_of_0_or_1_or_past_the_end_or_2_31_and_more_gets_aa8_reason_6() {
    let server = server_refusing_5();
    for length in [0, 1, 97, 1 << 16, (1 << 31) - 1, 1 << 31, u32::MAX - 4, u32::MAX - 3, u32::MAX] {
        let mut bytes = wire::header(4, 100);
        bytes.extend(u32::to_be_bytes(length));
        // Whether or not anything more comes.
        is_aborted(&server, &bytes, 6);
        bytes.extend([1, COMMAND | LAST]);
        bytes.resize(106, 0);
        is_aborted(&server, &bytes, 6);
    }
}

#[test]
fn a_second_pdv_is_judged_like_the_first() {
    let server = server_refusing_5();
    let first = wire::pdv(1, COMMAND, &[0; 4]);
    for length in [0_u32, 1, 3, 1 << 31, u32::MAX] {
        let body = [&first[..], &length.to_be_bytes(), &[1, COMMAND]].concat();
        is_aborted(&server, &wire::pdu(4, &body), 6);
    }
    // Too few bytes for another PDV are left.
    for left in 1..6 {
        is_aborted(&server, &wire::pdu(4, &[&first[..], &vec![0; left]].concat()), 6);
    }
}

#[test]
fn an_empty_p_data_tf_gets_aa8_reason_6() {
    let server = server_refusing_5();
    is_aborted(&server, &wire::header(4, 0), 6);
    for length in 1..6 {
        is_aborted(&server, &wire::pdu(4, &vec![0; length]), 6);
    }
}

#[test]
fn a_p_data_tf_longer_than_advertised_gets_aa8_reason_6() {
    let server = Server::with_settings(|settings| settings.maximum_length = 4096);
    for length in [4097, 1 << 20, u32::MAX] {
        // The header is enough.
        is_aborted(&server, &wire::header(4, length), 6);
    }
    let mut peer = server.associated();
    // At the limit: a command set with an unknown element that fills it up.
    let fixed = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, 3, false).len();
    let filler = vec![0; 4096 - 6 - fixed - 8];
    let command = wire::command_set(&[
        wire::element(0x0002, &wire::padded(wire::VERIFICATION)),
        wire::element(0x0100, &wire::C_ECHO_RQ.to_le_bytes()),
        wire::element(0x0110, &3_u16.to_le_bytes()),
        wire::element(0x0800, &0x0101_u16.to_le_bytes()),
        wire::element(0xFFF0, &filler),
    ]);
    let longest = wire::data_tf(1, COMMAND | LAST, &command);
    assert_eq!(longest.len(), 6 + 4096);
    peer.send(&longest);
    peer.is_answered(&wire::echo_rsp(1, 3));
}

#[test]
fn what_the_application_advertises_counts_and_not_the_setting() {
    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) => {
            let mut answer = crate::support::hooks::accepting(request);
            answer.set_maximum_length(Some(1000)).unwrap();
            net.associate_accept(&answer).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    is_aborted(&server, &wire::header(4, 1001), 6);
    server.associated().echoes(1);
}

#[test]
fn fragments_that_make_no_message_are_aborted() {
    let server = server_refusing_5();
    let echo = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, 1, false);
    let store = wire::request_command(wire::CT_STORAGE, 0x0001, 1, true);
    let store_command = wire::data_tf(1, COMMAND | LAST, &store);
    let unexpected = [
        ("a data set without a command", wire::data_tf(1, LAST, &[0; 8])),
        (
            "a data set behind a message that has none",
            [wire::echo_rq(1, 1), wire::data_tf(1, LAST, &[0; 8])].concat(),
        ),
        (
            "a data set inside a command",
            [wire::data_tf(1, COMMAND, &echo[..20]), wire::data_tf(1, 0, &[0; 8])].concat(),
        ),
        ("a command where its data set was announced", [store_command.clone(), wire::echo_rq(1, 2)].concat()),
    ];
    for (what, bytes) in &unexpected {
        let mut peer = server.associated();
        peer.send(bytes);
        let mut answer = peer.pdu();
        if answer == wire::echo_rsp(1, 1) {
            answer = peer.pdu();
        }
        assert_eq!(answer, wire::abort(2, 5), "{what}");
    }
    let long: &[u8] = &[0, 0, 2, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0, 0];
    // Elements of another group are the unexpected parameter of PS3.8 Table 9-26.
    for (what, command, reason) in [
        ("a command set that is none", &[0xFF; 64][..], 5),
        ("a command set of text", b"(0000,0002) UI [1.2.840.10008.1.1]", 5),
        ("an empty command set", b"", 6),
        ("a command element of 4 GiB", long, 6),
        ("half an element", &long[..7], 6),
    ] {
        let mut peer = server.associated();
        peer.send(&wire::data_tf(1, COMMAND | LAST, command));
        assert_eq!(peer.pdu(), wire::abort(2, reason), "{what}");
    }
    // A command that never ends is given up at a limit, not kept.
    let mut peer = server.associated();
    let endless = wire::data_tf(1, COMMAND, &[0; 16_000]);
    for _ in 0..8 {
        peer.send(&endless);
    }
    peer.is_answered(&wire::abort(2, 6));
}

/// The request in fragments of `size`, so many to a PDU.
fn fragmented(command: &[u8], size: usize, to_a_pdu: usize) -> Vec<u8> {
    let fragments: Vec<&[u8]> = command.chunks(size).collect();
    let count = fragments.len();
    let pdvs: Vec<Vec<u8>> = fragments
        .iter()
        .enumerate()
        .map(|(index, bytes)| wire::pdv(1, COMMAND | if index + 1 == count { LAST } else { 0 }, bytes))
        .collect();
    pdvs.chunks(to_a_pdu).flat_map(|some| wire::pdu(4, &some.concat())).collect()
}

#[test]
fn a_command_set_split_over_pdvs_and_pdus_is_answered() {
    let server = Server::start();
    let mut peer = server.associated();
    for (message_id, (size, to_a_pdu)) in
        (1_u16..).zip([(1, 1), (1, 2), (1, 7), (1, 1000), (3, 1), (7, 3), (40, 2)])
    {
        let command = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, message_id, false);
        peer.send(&fragmented(&command, size, to_a_pdu));
        peer.is_answered(&wire::echo_rsp(1, message_id));
    }
}

#[test]
fn a_command_set_split_over_tcp_segments_of_one_byte_is_answered() {
    let server = Server::start();
    let mut peer = server.associated();
    for (message_id, size) in [(1, 1000), (2, 1), (3, 5)] {
        let command = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, message_id, false);
        // TCP_NODELAY is on, so that each of them is a segment.
        for byte in fragmented(&command, size, 2) {
            peer.send(&[byte]);
        }
        peer.is_answered(&wire::echo_rsp(1, message_id));
    }
}

#[test]
fn an_empty_last_fragment_ends_a_command() {
    let server = Server::start();
    let mut peer = server.associated();
    let command = wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, 9, false);
    peer.send(&[wire::data_tf(1, COMMAND, &command), wire::data_tf(1, COMMAND | LAST, &[])].concat());
    peer.is_answered(&wire::echo_rsp(1, 9));
}

#[test]
fn pipelined_echoes_are_answered_each_with_its_own_id() {
    const MESSAGES: u16 = 2000;
    let server = Server::start();
    let mut peer = server.associated();
    let id_of = |number: u16| number.wrapping_mul(40_503);
    let all: Vec<u8> = (0..MESSAGES).flat_map(|number| wire::echo_rq(1, id_of(number))).collect();
    let mut writer = peer.stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || writer.write_all(&all).unwrap());
    for number in 0..MESSAGES {
        peer.is_answered(&wire::echo_rsp(1, id_of(number)));
    }
    sending.join().unwrap();
    peer.releases();
}

#[test]
fn many_messages_in_one_p_data_tf_are_answered_in_order() {
    let server = Server::start();
    let mut peer = server.associated();
    let command = |id| wire::request_command(wire::VERIFICATION, wire::C_ECHO_RQ, id, false);
    let body: Vec<u8> = (1..=100).flat_map(|id| wire::pdv(1, COMMAND | LAST, &command(id))).collect();
    peer.send(&wire::pdu(4, &body));
    for id in 1..=100 {
        peer.is_answered(&wire::echo_rsp(1, id));
    }
}

#[test]
fn a_request_without_a_message_id_or_sop_class_is_told_so() {
    let server = Server::start();
    let mut peer = server.associated();
    let field = wire::element(0x0100, &wire::C_ECHO_RQ.to_le_bytes());
    let no_data_set = wire::element(0x0800, &0x0101_u16.to_le_bytes());
    let bare = wire::command_set(&[field, no_data_set.clone()]);
    peer.send(&wire::data_tf(1, COMMAND | LAST, &bare));
    let answer = wire::command_set(&[
        wire::element(0x0100, &wire::C_ECHO_RSP.to_le_bytes()),
        wire::element(0x0120, &[0, 0]),
        no_data_set,
        // Mistyped argument (PS3.7 Annex C).
        wire::element(0x0900, &0x0212_u16.to_le_bytes()),
    ]);
    peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &answer));
}

#[test]
fn requests_other_than_c_echo_are_told_that_they_are_not_known() {
    let server = Server::start();
    let mut peer = server.associated();
    // C-FIND-RQ with a data set: SOP class not supported. A command field that is none:
    // unrecognized operation (PS3.7 Annex C). Responses and C-CANCEL-RQ: nothing.
    let find = wire::request_command(wire::VERIFICATION, 0x0020, 1, true);
    peer.send(&[wire::data_tf(1, COMMAND | LAST, &find), wire::data_tf(1, LAST, &[0; 8])].concat());
    let refused = wire::response_command(wire::VERIFICATION, 0x8020, 1, 0x0122);
    peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &refused));
    let unknown = wire::request_command(wire::VERIFICATION, 0x0040, 2, false);
    peer.send(&wire::data_tf(1, COMMAND | LAST, &unknown));
    let refused = wire::response_command(wire::VERIFICATION, 0x8040, 2, 0x0211);
    peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &refused));
    let cancel = wire::command_set(&[
        wire::element(0x0100, &0x0FFF_u16.to_le_bytes()),
        wire::element(0x0120, &1_u16.to_le_bytes()),
        wire::element(0x0800, &0x0101_u16.to_le_bytes()),
    ]);
    let response = wire::response_command(wire::VERIFICATION, wire::C_ECHO_RSP, 3, 0);
    peer.send(&wire::data_tf(1, COMMAND | LAST, &cancel));
    peer.send(&wire::data_tf(1, COMMAND | LAST, &response));
    peer.echoes(4);
}

/// A peer that takes P-DATA-TFs of at most `maximum_length`, and a server that answers its
/// C-FIND-RQ with a data set.
struct Limited {
    server: Server,
    peer: Peer,
    sent: Arc<Mutex<Vec<Result<(), Code>>>>,
}

const DATA_SET_BYTES: usize = 40_001;

/// The bytes of a message's data set.
fn data_set_of(message: &ldicomnet::engine::Message) -> Option<Vec<u8>> {
    message.data_set.as_ref().map(|content| content.to_bytes(u64::MAX).unwrap().to_vec())
}

fn data_set() -> Vec<u8> {
    (0..DATA_SET_BYTES).map(|index| (index % 251) as u8).collect()
}

impl Limited {
    fn new(user: Vec<u8>) -> Self {
        let sent: Arc<Mutex<Vec<_>>> = Arc::default();
        let outcomes = Arc::clone(&sent);
        let answer = move |net: &Net, event: &Event| match event {
            Event::Message(message) if message.data_set.is_some() => {
                let mut response = ldicomnet::dimse::response_to(&message.command, 0xFF00).unwrap();
                response.set_u16(ldicomnet::dimse::element::COMMAND_DATA_SET_TYPE, 0);
                let outcome = net.send_command(1, response, Some(data_set().into()));
                outcomes.lock().unwrap().push(outcome.map_err(|error| error.code()));
                Then::Nothing
            }
            _ => Then::Usual,
        };
        let server = Server::with_script(answer);
        let mut peer = server.peer();
        peer.associate(&Request { user, ..Request::default() }.bytes());
        Self { server, peer, sent }
    }

    fn with(maximum_length: u32) -> Self {
        Self::new(wire::user_information(maximum_length))
    }

    fn send_find(&mut self) {
        let find = wire::request_command(wire::VERIFICATION, 0x0020, 1, true);
        self.peer.send(&[wire::data_tf(1, COMMAND | LAST, &find), wire::data_tf(1, LAST, &[0; 8])].concat());
    }

    /// Echoes and a data set come in P-DATA-TFs of at most this many bytes, and as few of
    /// them as that allows.
    fn sees_obeyed(mut self, pdu_bytes_max: usize) {
        self.peer.send(&wire::echo_rq(1, 0x1234));
        let (command, longest) = self.part(COMMAND);
        assert_eq!(command, wire::response_command(wire::VERIFICATION, wire::C_ECHO_RSP, 0x1234, 0));
        assert!(longest <= pdu_bytes_max, "a P-DATA-TF of {longest}");
        self.send_find();
        let (command, longest) = self.part(COMMAND);
        assert!(command.len() > 60 && longest <= pdu_bytes_max);
        let (found, longest) = self.part(0);
        assert!(found == data_set(), "the data set is another");
        let expected = (DATA_SET_BYTES + 6).min(pdu_bytes_max);
        assert!(longest == expected || longest + 1 == expected, "the longest P-DATA-TF has {longest}");
        // The release is answered after the hook that sent has returned.
        self.peer.releases();
        assert_eq!(*self.sent.lock().unwrap(), [Ok(())]);
    }

    /// One part of a message put together, and the length of its longest P-DATA-TF.
    fn part(&mut self, kind: u8) -> (Vec<u8>, usize) {
        let (mut bytes, mut longest) = (Vec::new(), 0);
        loop {
            let pdu = self.peer.pdu();
            longest = longest.max(pdu.len() - 6);
            for (id, control, fragment) in wire::pdvs(&pdu) {
                assert_eq!((id, control & COMMAND), (1, kind));
                bytes.extend(fragment);
                if control & LAST != 0 {
                    return (bytes, longest);
                }
            }
        }
    }
}

#[test]
fn the_peers_maximum_length_of_0_is_no_limit() {
    Limited::with(0).sees_obeyed(usize::MAX);
}

#[test]
fn the_peers_maximum_length_of_7_is_obeyed() {
    Limited::with(7).sees_obeyed(7);
}

#[test]
fn the_peers_maximum_length_of_8_is_obeyed() {
    Limited::with(8).sees_obeyed(8);
}

#[test]
fn the_peers_maximum_length_of_16384_is_obeyed() {
    Limited::with(16_384).sees_obeyed(16_384);
}

#[test]
fn the_peers_maximum_length_of_16383_is_obeyed() {
    Limited::with(16_383).sees_obeyed(16_383);
}

#[test]
fn the_peers_maximum_length_of_2_32_less_1_is_obeyed() {
    Limited::with(u32::MAX).sees_obeyed(u32::MAX as usize);
}

#[test]
fn a_peer_without_a_maximum_length_gets_16384() {
    Limited::new(wire::item(0x52, b"1.2.3")).sees_obeyed(16_384);
}

#[test]
fn a_maximum_length_too_small_to_carry_a_pdv_aborts_with_a_clear_error() {
    for maximum_length in 1..7 {
        let mut limited = Limited::with(maximum_length);
        limited.send_find();
        limited.peer.is_answered(&wire::abort(0, 0));
        limited.peer.finish();
        limited.peer.is_closed();
        assert_eq!(*limited.sent.lock().unwrap(), [Err(Code::PduLength)]);
        // The library's own answer fares no better, and leaves nobody waiting.
        let mut peer = limited.server.peer();
        peer.associate(
            &Request { user: wire::user_information(maximum_length), ..Request::default() }.bytes(),
        );
        peer.send(&wire::echo_rq(1, 1));
        peer.is_answered(&wire::abort(0, 0));
    }
}

#[test]
fn data_sets_split_in_any_way_arrive_whole() {
    let server = Server::start();
    let mut peer = server.associated();
    let store = wire::request_command(wire::CT_STORAGE, 0x0001, 8, true);
    let data = data_set();
    for size in [1, 13, 16_000] {
        let mut bytes = fragmented(&store, size, 5);
        let count = data.chunks(size).count();
        for (index, chunk) in data.chunks(size).enumerate() {
            bytes.extend(wire::data_tf(1, if index + 1 == count { LAST } else { 0 }, chunk));
        }
        peer.send(&bytes);
        let refused = wire::response_command(wire::CT_STORAGE, 0x8001, 8, 0x0122);
        peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &refused));
    }
    let whole = server.log.count(
        |_, event| matches!(event, Event::Message(message) if data_set_of(message).as_ref() == Some(&data)),
    );
    assert_eq!(whole, 3);
}

#[test]
fn a_data_set_longer_than_is_kept_is_refused_and_the_association_goes_on() {
    let server = Server::with_settings(|settings| settings.data_set_bytes_max = 10_000);
    let mut peer = server.associated();
    let store = wire::request_command(wire::CT_STORAGE, 0x0001, 1, true);
    for (length, status) in [(10_000, 0x0122), (10_001, 0xA700), (200_000, 0xA700)] {
        peer.send(&wire::data_tf(1, COMMAND | LAST, &store));
        let data = vec![0; length];
        let count = data.chunks(8_000).count();
        for (index, chunk) in data.chunks(8_000).enumerate() {
            peer.send(&wire::data_tf(1, if index + 1 == count { LAST } else { 0 }, chunk));
        }
        let answer = wire::response_command(wire::CT_STORAGE, 0x8001, 1, status);
        peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &answer));
    }
    peer.echoes(2);
}

#[test]
fn a_data_set_that_lies_ready_whole_arrives_whole_whatever_the_reads_cut() {
    for size in [1000usize, 16_378, 99_991, 130_000, 131_066, 200_000] {
        let (all_is_sent, wait_for_it) = std::sync::mpsc::channel();
        let wait_for_it = Mutex::new(wait_for_it);
        let server = Server::with(
            |settings| {
                settings.socket.receive_buffer_bytes = 4 << 20;
                settings.maximum_length = 300_000;
                settings.data_set_bytes_max = 1 << 30;
                settings.memory_bytes_max = 1 << 30;
            },
            move |_, event| {
                if matches!(event, Event::Message(message) if message.command.message_id() == Some(1)) {
                    wait_for_it.lock().unwrap().recv().unwrap();
                }
                Then::Usual
            },
        );
        let mut peer = server.associated();
        let data: Vec<u8> =
            (0..4_000_000u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let mut bytes = wire::echo_rq(1, 1);
        bytes.extend(fragmented(&wire::request_command(wire::CT_STORAGE, 0x0001, 8, true), 5000, 5000));
        let count = data.chunks(size).count();
        for (index, chunk) in data.chunks(size).enumerate() {
            bytes.extend(wire::data_tf(1, if index + 1 == count { LAST } else { 0 }, chunk));
        }
        peer.send(&bytes[..100]);
        peer.send(&bytes[100..]);
        all_is_sent.send(()).unwrap();
        peer.is_answered(&wire::echo_rsp(1, 1));
        let refused = wire::response_command(wire::CT_STORAGE, 0x8001, 8, 0x0122);
        peer.is_answered(&wire::data_tf(1, COMMAND | LAST, &refused));
        let whole = server.log.count(
            |_, event| matches!(event, Event::Message(message) if data_set_of(message).as_ref() == Some(&data)),
        );
        assert_eq!(whole, 1, "{size}");
    }
}
