//! The requestor whose calls wait, and the listener that serves.

use super::connect::verification;
use crate::support::DEADLINE;
use crate::support::hooks::{Event, Recorder, Server, Then, accepting, address_of};
use crate::support::peer::Host;
use crate::support::wire;
use ldicomnet::Code;
use ldicomnet::dataset::Content;
use ldicomnet::dimse::{self, status};
use ldicomnet::engine::{IpType, Net, Requestor};
use ldicomnet::pdu::{Abort, Associate, Rejection};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// No test waits for it where all is well.
fn requestor() -> Requestor {
    Requestor::new(DEADLINE)
}

fn associate(requestor: &Requestor, port: impl Into<u32>) -> Result<Arc<Associate>, ldicomnet::Error> {
    requestor.associate(b"127.0.0.1", port.into(), IpType::V4, &verification())
}

/// One that rejects, aborts or closes where it should accept an association or answer a C-ECHO.
fn server(decide: impl Fn(&Net, &Event) -> Then + Send + Sync + 'static) -> Server {
    Server::with_script(decide)
}

#[test]
fn it_associates_verifies_and_releases_and_does_so_again() {
    let server = Server::start();
    let requestor = requestor();
    for _ in 0..3 {
        let negotiated = associate(&requestor, server.address.port()).unwrap();
        assert_eq!(negotiated.result(1), Some(0));
        for _ in 0..3 {
            assert_eq!(requestor.echo().unwrap(), status::SUCCESS);
        }
        requestor.release().unwrap();
        assert!(!requestor.net().is_activated());
    }
    assert_eq!(server.log.count(|_, event| matches!(event, Event::ReleaseRequest)), 3);
    assert_eq!(requestor.echo().unwrap_err().code(), Code::NetNotConnected);
    assert_eq!(requestor.release().unwrap_err().code(), Code::NetNotConnected);
}

#[test]
fn a_rejection_and_an_abort_are_errors_in_words() {
    let rejecting = server(|net, event| {
        let Event::AssociateRequest(_) = event else { return Then::Usual };
        net.associate_reject(Rejection { result: 1, source: 1, reason: 7 }).unwrap();
        Then::Nothing
    });
    let requestor = requestor();
    let error = associate(&requestor, rejecting.address.port()).unwrap_err();
    assert_eq!(error.code(), Code::NetConnectionRefused);
    assert!(error.to_string().contains("called AE title not recognized"), "{error}");
    assert!(!requestor.net().is_activated());
    let aborting = server(|net, event| {
        let Event::Message(_) = event else { return Then::Usual };
        net.abort(Abort { source: 0, reason: 0 }).unwrap();
        Then::Nothing
    });
    associate(&requestor, aborting.address.port()).unwrap();
    let error = requestor.echo().unwrap_err();
    assert_eq!(error.code(), Code::NetConnectionAborted);
    assert!(error.to_string().contains("aborted by the user"), "{error}");
    // It is of use again.
    let server = Server::start();
    associate(&requestor, server.address.port()).unwrap();
    assert_eq!(requestor.echo().unwrap(), status::SUCCESS);
}

#[test]
fn a_peer_that_is_not_there_or_leaves_is_an_error() {
    let host = Host::new();
    let requestor = requestor();
    thread::scope(|scope| {
        scope.spawn(|| host.accept().pdu());
        let error = associate(&requestor, host.port()).unwrap_err();
        assert!([Code::NetNotConnected, Code::NetConnectionReset].contains(&error.code()), "{error}");
    });
    let port = host.port();
    drop(host);
    assert_eq!(associate(&requestor, port).unwrap_err().code(), Code::NetConnectionRefused);
}

#[test]
fn who_does_not_answer_is_waited_for_so_long_and_not_longer() {
    let host = Host::new();
    let requestor = Requestor::new(Duration::from_millis(50));
    thread::scope(|scope| {
        let silent = scope.spawn(|| host.accept());
        assert_eq!(associate(&requestor, host.port()).unwrap_err().code(), Code::NetTimeOut);
        assert!(!requestor.net().is_activated());
        silent.join().unwrap().ends();
    });
}

#[test]
fn pending_responses_come_before_the_final_one_and_late_ones_are_passed_over() {
    let server = server(|net, event| {
        let Event::Message(message) = event else { return Then::Usual };
        let number = message.command.message_id().unwrap();
        let answer = |number, status| {
            net.send_command(1, dimse::c_find_rsp(number, wire::VERIFICATION, status, false), None).unwrap();
        };
        answer(number.wrapping_sub(1), status::SUCCESS);
        answer(number, status::PENDING);
        answer(number, 0xFF01);
        answer(number, status::CANCEL);
        Then::Nothing
    });
    let requestor = requestor();
    associate(&requestor, server.address.port()).unwrap();
    let request = dimse::c_find_rq(requestor.message_id(), wire::VERIFICATION, 0);
    let mut pending = Vec::new();
    let identifier = Some(Content::from(wire::element(0x0010, b"A ")));
    let last =
        requestor.exchange(1, request, identifier, |message| pending.push(message.command.status())).unwrap();
    assert_eq!(pending, [Some(0xFF00), Some(0xFF01)]);
    assert_eq!(last.command.status(), Some(0xFE00));
    let announced = dimse::c_find_rq(requestor.message_id(), wire::VERIFICATION, 0);
    assert_eq!(requestor.exchange(1, announced, None, |_| ()).unwrap_err().code(), Code::Parameter);
    let nameless = requestor.exchange(1, dimse::CommandSet::default(), None, |_| ());
    assert_eq!(nameless.unwrap_err().code(), Code::Parameter);
    let refused = requestor.exchange(3, dimse::c_echo_rq(9, wire::VERIFICATION), None, |_| ());
    assert_eq!(refused.unwrap_err().code(), Code::PduId);
}

#[test]
fn an_echo_needs_its_context() {
    let server = server(|net, event| {
        let Event::AssociateRequest(request) = event else { return Then::Usual };
        let mut answer = accepting(request);
        answer.set_result(1, 3).unwrap();
        net.associate_accept(&answer).unwrap();
        Then::Nothing
    });
    let requestor = requestor();
    associate(&requestor, server.address.port()).unwrap();
    assert_eq!(requestor.echo().unwrap_err().code(), Code::PduId);
}

#[test]
fn requests_of_the_peer_do_not_wait_for_an_answer() {
    let server = server(|net, event| {
        let Event::Message(message) = event else { return Then::Usual };
        if message.command.message_id().is_some() {
            net.send_command(1, dimse::c_echo_rq(77, wire::VERIFICATION), None).unwrap();
        }
        Then::Usual
    });
    let requestor = requestor();
    associate(&requestor, server.address.port()).unwrap();
    assert_eq!(requestor.echo().unwrap(), status::SUCCESS);
    server.log.wait(|_, event| match event {
        Event::Message(message) => {
            (message.command.message_id_being_responded_to() == Some(77)).then_some(())
        }
        _ => None,
    });
}

#[test]
fn one_that_is_dropped_aborts() {
    let server = Server::start();
    let requestor = requestor();
    associate(&requestor, server.address.port()).unwrap();
    drop(requestor);
    let abort = server.log.wait(|_, event| match event {
        Event::Abort(abort) => Some(*abort),
        _ => None,
    });
    assert_eq!(abort, Abort { source: 0, reason: 0 });
}

#[test]
fn a_listener_serves_until_it_is_closed() {
    // Only the scope accepts: `on_accept` does nothing.
    let recorder = Recorder::new(|_, event| match event {
        Event::Accept(_) => Then::Nothing,
        _ => Then::Usual,
    });
    let listener = Net::new(recorder);
    assert_eq!(listener.serve().unwrap_err().code(), Code::NetNotConnected);
    listener.listen(b"127.0.0.1", 0, 4, IpType::V4).unwrap();
    thread::scope(|scope| {
        let serving = scope.spawn(|| listener.serve());
        for _ in 0..3 {
            let requestor = requestor();
            associate(&requestor, address_of(&listener).port()).unwrap();
            assert_eq!(requestor.echo().unwrap(), status::SUCCESS);
            requestor.release().unwrap();
        }
        listener.close();
        serving.join().unwrap().unwrap();
    });
}
