//! Handlers of the application that fail: each must end what it was called for, and nothing else.

use crate::provider::{self, INSTANCE, Provider, Serving};
use crate::support::hooks::{Event, Server, Then};
use crate::support::peer::Peer;
use crate::support::{until, wire};
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A hook that a peer can cause, and with what.
type Cause = (&'static str, fn(&Event) -> bool, Vec<u8>);

fn causes() -> [Cause; 11] {
    let with = |then: Vec<u8>| [wire::associate_rq(), then].concat();
    let (plain, echo) = (wire::associate_rq(), with(wire::echo_rq(1, 1)));
    let (release, abort) = (with(wire::release_rq()), with(wire::abort(0, 0)));
    [
        ("on_condition", |event| matches!(event, Event::Condition(_)), plain.clone()),
        ("on_accept", |event| matches!(event, Event::Accept(_)), plain.clone()),
        ("on_receive", |event| matches!(event, Event::Receive(1, _)), plain.clone()),
        ("on_associate_request", |event| matches!(event, Event::AssociateRequest(_)), plain.clone()),
        ("on_send", |event| matches!(event, Event::Send(_, 2, _)), plain.clone()),
        ("on_data", |event| matches!(event, Event::Data(_)), echo.clone()),
        ("on_message", |event| matches!(event, Event::Message(_)), echo),
        ("on_release_request", |event| matches!(event, Event::ReleaseRequest), release),
        ("on_abort", |event| matches!(event, Event::Abort(_)), abort.clone()),
        ("on_abort of our own", |event| matches!(event, Event::Abort(_)), with(plain)),
        ("on_close", |event| matches!(event, Event::Close(..)), abort),
    ]
}

/// Connects and sends, as far as the other end lets it, and sees the connection end.
fn comes_to_an_end(server: &Server, bytes: &[u8]) {
    let Ok(stream) = TcpStream::connect(server.address) else { return };
    let mut peer = Peer::of(stream);
    // A connection that is reset at once takes nothing, which is an end as well.
    if peer.stream.write_all(bytes).and_then(|()| peer.stream.shutdown(Shutdown::Write)).is_ok() {
        peer.ends();
    }
}

/// CVE-2025-0568, CVE-2025-53948: an exception that nobody caught ended the service, for all of its peers.
#[test]
fn cve_2025_0568_and_53948_a_handler_that_fails_ends_one_association() {
    for (hook, is_it, cause) in causes() {
        // 0: nothing fails; 1: the next such hook does; 2: it has.
        let armed = Arc::new(AtomicUsize::new(0));
        let fails = Arc::clone(&armed);
        let server = Server::with_script(move |_, event| {
            let fails =
                is_it(event) && fails.compare_exchange(1, 2, Ordering::SeqCst, Ordering::SeqCst).is_ok();
            if fails { Then::Fail } else { Then::Usual }
        });
        let mut witness = server.associated();
        // Its own hooks have all been called when this is answered.
        witness.echoes(0);
        armed.store(1, Ordering::SeqCst);
        comes_to_an_end(&server, &cause);
        until(hook, || armed.load(Ordering::SeqCst) == 2);
        witness.echoes(1);
        let mut later = server.associated();
        later.echoes(2);
        later.releases();
        witness.releases();
    }
}

/// CVE-2025-0568: the same for what asks where an object goes, in the middle of a message.
#[test]
fn cve_2025_0568_a_failure_while_an_object_arrives_ends_one_association() {
    let hooks = Provider::new(
        |request| match request.message_id {
            666 => std::panic::resume_unwind(Box::new("a hook that fails")),
            _ => ldicomnet::engine::StoreDecision::AsUsual,
        },
        |_| 0,
    );
    let serving = Serving::start(hooks);
    let mut witness = serving.peer(wire::IMPLICIT);
    let mut peer = serving.peer(wire::IMPLICIT);
    peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 666, &[0; 40_000]));
    peer.finish();
    peer.ends();
    for peer in [&mut witness, &mut serving.peer(wire::IMPLICIT)] {
        peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 7, &[0; 40_000]));
        assert_eq!(provider::answer(peer), (0, 7));
    }
    assert_eq!(serving.hooks.counts(), (3, 2));
}
