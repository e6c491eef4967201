//! The A-ASSOCIATE-RQ and its answer, and what has no place in Sta6.

use crate::support::hooks::{Event, Server, Then};
use crate::support::wire::{self, Request, context, item};
use ldicomnet::pdu::{Associate, Rejection};
use ldicomnet::ul::Config;
use std::sync::{Arc, Mutex};

/// Sends this request to an acceptor that takes everything, and expects the reject.
#[track_caller]
fn is_rejected(request: &Request, result: u8, source: u8, reason: u8) {
    let server = Server::start();
    let mut peer = server.peer();
    peer.send(&request.bytes());
    peer.is_answered(&wire::associate_rj(result, source, reason));
    peer.finish();
    peer.is_closed();
    assert_eq!(
        server.log.count(|_, event| matches!(event, Event::AssociateRequest(_))),
        0,
        "shown to the user"
    );
}

/// Sends this request, which must be accepted, works with it, and gives what the
/// application was shown.
#[track_caller]
fn is_accepted(request: &Request) -> Arc<Associate> {
    let server = Server::start();
    let mut peer = server.peer();
    peer.associate(&request.bytes());
    peer.echoes(1);
    peer.releases();
    server.log.wait(|_, event| match event {
        Event::AssociateRequest(associate) => Some(Arc::clone(associate)),
        _ => None,
    })
}

#[test]
fn a_plain_request_is_accepted_byte_by_byte() {
    let server = Server::start();
    let mut peer = server.peer();
    let mut request = Request { reserved: 0xA5, ..Request::default() };
    request.contexts.push(context(3, wire::CT_STORAGE, &[wire::EXPLICIT, wire::IMPLICIT]));
    peer.send(&request.bytes());
    let config = Config::default();
    let user = [
        item(0x51, &config.maximum_length.to_be_bytes()),
        item(0x52, config.implementation_class_uid.as_bytes()),
        item(0x55, config.implementation_version_name.as_bytes()),
    ]
    .concat();
    let body = [
        &[0, 1, 0, 0][..],
        &request.called,
        &request.calling,
        // PS3.8 Table 9-17: the value received from the A-ASSOCIATE-RQ.
        &[0xA5; 32],
        &item(0x10, wire::APPLICATION_CONTEXT),
        &wire::answered_context(1, 0, wire::IMPLICIT),
        &wire::answered_context(3, 0, wire::EXPLICIT),
        &item(0x50, &user),
    ]
    .concat();
    peer.is_answered(&wire::pdu(2, &body));
    peer.echoes(1);
}

#[test]
fn protocol_version_without_bit_0_is_rejected_1_2_2() {
    for version in [0x0002, 0x0000, 0xFFFE] {
        is_rejected(&Request { version, ..Request::default() }, 1, 2, 2);
    }
}

#[test]
fn protocol_version_0003_is_accepted() {
    for version in [0x0003, 0xFFFF] {
        is_accepted(&Request { version, ..Request::default() });
    }
}

#[test]
fn a_wrong_application_context_is_rejected_1_1_2() {
    for name in [&b"1.2.840.10008.3.1.1.2"[..], b"1.2.3", b"", b"%n%s%n", &[0xFF; 64]] {
        is_rejected(&Request { items: vec![item(0x10, name)], ..Request::default() }, 1, 1, 2);
    }
    is_rejected(&Request { items: Vec::new(), ..Request::default() }, 1, 1, 2);
}

#[test]
fn zero_presentation_contexts_are_rejected() {
    is_rejected(&Request { contexts: Vec::new(), ..Request::default() }, 1, 2, 1);
}

#[test]
fn an_even_presentation_context_id_is_rejected() {
    for id in [0, 2, 254] {
        let contexts =
            vec![context(1, wire::VERIFICATION, &[wire::IMPLICIT]), context(id, b"1.2.3", &[wire::IMPLICIT])];
        is_rejected(&Request { contexts, ..Request::default() }, 1, 2, 1);
    }
}

#[test]
fn a_repeated_presentation_context_id_is_rejected() {
    let contexts =
        vec![context(1, wire::VERIFICATION, &[wire::IMPLICIT]), context(1, b"1.2.3", &[wire::IMPLICIT])];
    is_rejected(&Request { contexts, ..Request::default() }, 1, 2, 1);
}

#[test]
fn a_context_without_a_transfer_syntax_is_rejected() {
    for contexts in [
        vec![context(1, wire::VERIFICATION, &[])],
        vec![context(1, wire::VERIFICATION, &[b""])],
        vec![context(1, wire::VERIFICATION, &[wire::IMPLICIT]), context(3, b"1.2.3", &[])],
    ] {
        is_rejected(&Request { contexts, ..Request::default() }, 1, 2, 1);
    }
}

#[test]
fn all_128_contexts_are_negotiated_and_one_more_is_aborted() {
    let mut contexts: Vec<_> =
        (0..128).map(|number| context(number * 2 + 1, wire::VERIFICATION, &[wire::IMPLICIT])).collect();
    let server = Server::start();
    let mut peer = server.peer();
    peer.associate(&Request { contexts: contexts.clone(), ..Request::default() }.bytes());
    for id in [1, 127, 255] {
        peer.send(&wire::echo_rq(id, u16::from(id)));
        peer.is_answered(&wire::echo_rsp(id, u16::from(id)));
    }
    contexts.push(context(2, wire::VERIFICATION, &[wire::IMPLICIT]));
    let mut peer = server.peer();
    peer.send(&Request { contexts, ..Request::default() }.bytes());
    peer.is_answered(&wire::abort(0, 0));
}

#[test]
fn blank_ae_titles_are_the_applications_decision() {
    let blank = [b' '; 16];
    for (called, calling) in
        [(blank, *b"ECHOSCU         "), (*b"ANY-SCP         ", blank), ([0; 16], [0; 16])]
    {
        let shown = is_accepted(&Request { called, calling, ..Request::default() });
        assert_eq!(shown.called_ae_title.is_blank(), called != *b"ANY-SCP         ");
        assert_eq!(shown.calling_ae_title.is_blank(), calling != *b"ECHOSCU         ");
    }
}

#[test]
fn the_application_may_refuse_blank_ae_titles() {
    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) if request.calling_ae_title.is_blank() => {
            net.associate_reject(Rejection { result: 1, source: 1, reason: 3 }).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let mut peer = server.peer();
    peer.send(&Request { calling: [b' '; 16], ..Request::default() }.bytes());
    peer.is_answered(&wire::associate_rj(1, 1, 3));
}

#[test]
fn any_bytes_in_ae_titles_come_back_as_they_were() {
    for title in [*b"%n%s%x\\../..\0\x01\xFF\x7F", [0xFF; 16], *b"\xC4rzte-PACS     \r"] {
        let server = Server::start();
        let mut peer = server.peer();
        let answer = peer.associate(&Request { called: title, calling: title, ..Request::default() }.bytes());
        assert_eq!(answer[10..26], title);
        assert_eq!(answer[26..42], title);
    }
}

#[test]
fn unknown_items_and_sub_items_and_reserved_fields_are_ignored() {
    let mut inside = vec![1, 0xFF, 0xFF, 0xFF];
    inside.extend(item(0x3F, b"unknown"));
    inside.extend(item(0x30, wire::VERIFICATION));
    inside.extend(item(0x40, wire::IMPLICIT));
    inside.extend(item(0x99, b""));
    let mut presentation = item(0x20, &inside);
    // The reserved second byte of each item.
    presentation[1] = 0xEE;
    let mut application = item(0x10, wire::APPLICATION_CONTEXT);
    application[1] = 0xEE;
    let mut user = wire::user_information(16384);
    user.extend(item(0x5F, &[1, 2, 3]));
    user.extend(item(0x00, b""));
    user.extend(item(0xFF, &[0; 300]));
    let request = Request {
        reserved: 0xFF,
        items: vec![item(0x01, b"before"), application, item(0x99, &[0xFF; 1000])],
        contexts: vec![presentation, item(0x22, b"behind")],
        user,
        ..Request::default()
    };
    let mut bytes = request.bytes();
    // The reserved second byte of the PDU.
    bytes[1] = 0xFF;
    let server = Server::start();
    let mut peer = server.peer();
    peer.associate(&bytes);
    peer.echoes(1);
    // And those of an A-RELEASE-RQ.
    peer.send(&[5, 0xFF, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF]);
    peer.is_answered(&wire::release_rp());
}

#[test]
fn a_request_split_into_single_bytes_is_accepted() {
    let server = Server::start();
    let mut peer = server.peer();
    for byte in wire::associate_rq() {
        peer.send(&[byte]);
    }
    assert_eq!(peer.pdu()[0], 2);
    peer.echoes(1);
}

#[test]
fn request_data_and_release_in_one_segment_are_served_in_order() {
    let server = Server::start();
    let mut peer = server.peer();
    peer.send(&[wire::associate_rq(), wire::echo_rq(1, 5), wire::echo_rq(1, 6), wire::release_rq()].concat());
    assert_eq!(peer.pdu()[0], 2);
    peer.is_answered(&wire::echo_rsp(1, 5));
    peer.is_answered(&wire::echo_rsp(1, 6));
    peer.is_answered(&wire::release_rp());
}

#[test]
fn in_sta6_a_second_request_a_release_rp_an_ac_and_an_rj_get_aa8_reason_2() {
    let server = Server::start();
    for stimulus in [
        wire::associate_rq(),
        wire::release_rp(),
        wire::associate_ac(16384, &[wire::answered_context(1, 0, wire::IMPLICIT)]),
        wire::associate_rj(1, 1, 1),
    ] {
        let mut peer = server.associated();
        peer.send(&stimulus);
        peer.is_answered(&wire::abort(2, 2));
        peer.finish();
        peer.is_closed();
    }
    // The application is told of each.
    let told = server
        .log
        .count(|_, event| matches!(event, Event::Abort(abort) if (abort.source, abort.reason) == (2, 2)));
    assert_eq!(told, 4);
}

#[test]
fn in_sta6_an_unknown_pdu_type_gets_aa8_reason_1() {
    let server = Server::start();
    for pdu_type in [0, 8, 0x20, 0xFF] {
        let mut peer = server.associated();
        // Its type is enough.
        peer.send(&[pdu_type]);
        peer.is_answered(&wire::abort(2, 1));
        peer.finish();
        peer.is_closed();
    }
}

#[test]
fn in_sta6_an_abort_of_any_source_and_reason_ends_it() {
    let server = Server::start();
    for (source, reason) in [(0, 0), (2, 0), (2, 6), (1, 3), (255, 255)] {
        let mut peer = server.associated();
        peer.send(&wire::abort(source, reason));
        peer.is_closed();
        server.log.wait(|_, event| match event {
            Event::Abort(abort) if (abort.source, abort.reason) == (source, reason) => Some(()),
            _ => None,
        });
    }
}

#[test]
fn in_sta3_a_pdu_that_does_not_wait_for_the_answer_gets_aa8() {
    let server = Server::with_script(|_, event| match event {
        Event::AssociateRequest(_) => Then::Nothing,
        _ => Then::Usual,
    });
    for stimulus in [wire::associate_rq(), wire::echo_rq(1, 1), wire::release_rq(), wire::release_rp()] {
        let mut peer = server.peer();
        peer.send(&wire::associate_rq());
        peer.send(&stimulus);
        peer.is_answered(&wire::abort(2, 2));
    }
}

#[test]
fn contexts_that_the_application_leaves_out_are_refused() {
    let server = Server::with_script(|net, event| match event {
        Event::AssociateRequest(request) => {
            let mut answer = crate::support::hooks::accepting(request);
            answer.remove_context(3);
            answer.set_result(5, 3).unwrap();
            net.associate_accept(&answer).unwrap();
            Then::Nothing
        }
        _ => Then::Usual,
    });
    let mut request = Request::default();
    request.contexts.push(context(3, wire::CT_STORAGE, &[wire::EXPLICIT]));
    request.contexts.push(context(5, b"1.2.3", &[wire::EXPLICIT]));
    let mut peer = server.peer();
    let answer = peer.associate(&request.bytes());
    let results: Vec<_> = [1, 3, 5]
        .map(|id: u8| {
            let place = answer.windows(5).position(|window| window[0] == 0x21 && window[4] == id).unwrap();
            answer[place + 6]
        })
        .into();
    assert_eq!(results, [0, 2, 3]);
    peer.send(&wire::echo_rq(3, 1));
    peer.is_answered(&wire::abort(2, 6));
}

#[test]
fn a_request_that_is_longer_than_the_receive_buffer_is_read_to_its_end() {
    let (all_is_sent, wait_for_it) = std::sync::mpsc::channel();
    let wait_for_it = Mutex::new(wait_for_it);
    let server = Server::with(
        |settings| settings.socket.receive_buffer_bytes = 2 << 20,
        move |_, event| {
            if matches!(event, Event::Condition(_)) {
                // So that every read but the last has as much as it has room for.
                wait_for_it.lock().unwrap().recv().unwrap();
            }
            Then::Usual
        },
    );
    let mut request = Request::default();
    let syntaxes: Vec<_> =
        (100..160).map(|number| format!("1.2.826.0.1.3680043.9.9999.1{number:029}")).collect();
    let syntaxes: Vec<_> = syntaxes.iter().map(String::as_bytes).collect();
    request.contexts.extend((1..128).map(|number| context(2 * number + 1, wire::CT_STORAGE, &syntaxes)));
    let bytes = request.bytes();
    assert!(bytes.len() > 400_000, "{}", bytes.len());
    let mut peer = server.peer();
    peer.send(&bytes);
    all_is_sent.send(()).unwrap();
    assert_eq!(peer.pdu()[0], 2, "an A-ASSOCIATE-AC");
    peer.echoes(1);
}
