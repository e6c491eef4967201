//! Limits of a listener, as its peers are told of them.

use crate::support::hooks::{Event, Recorder, Server, Then};
use crate::support::peer::Peer;
use crate::support::{DEADLINE, until, wire};
use ldicomnet::engine::{IpType, Limits, Net};
use ldicomnet::pdu::{AeTitle, Associate, AssociateForm, Rejection, UserIdentity};
use std::sync::Arc;

fn limited(limits: Limits) -> Server {
    Server::with_settings(|settings| settings.limits = limits)
}

/// The request is rejected, and the application hears nothing of it.
fn is_rejected(server: &Server, result: u8, source: u8, reason: u8) {
    let asked = || server.log.count(|_, event| matches!(event, Event::AssociateRequest(_)));
    let before = asked();
    let mut peer = server.peer();
    peer.send(&wire::associate_rq());
    peer.is_answered(&wire::associate_rj(result, source, reason));
    peer.finish();
    peer.is_closed();
    assert_eq!(asked(), before);
}

#[test]
fn one_association_too_many_is_rejected_until_another_is_over() {
    let server = limited(Limits { associations_max: 2, ..Limits::default() });
    let mut first = server.associated();
    let mut second = server.associated();
    is_rejected(&server, 2, 3, 2);
    first.releases();
    first.finish();
    first.is_closed();
    let freed = || {
        let mut peer = server.peer();
        peer.send(&wire::associate_rq());
        peer.pdu().first() == Some(&2)
    };
    until("a place is free", freed);
    // By a reset too.
    second.echoes(1);
    second.reset();
    until("another place is free", freed);
}

#[test]
fn each_filter_has_its_own_words() {
    let title = |text: &[u8]| AeTitle::new(text).unwrap();
    let networks = vec!["192.0.2.0/24".parse().unwrap()];
    is_rejected(&limited(Limits { networks, ..Limits::default() }), 1, 1, 1);
    let calling_titles = vec![title(b"NOBODY")];
    is_rejected(&limited(Limits { calling_titles, ..Limits::default() }), 1, 1, 3);
    let called_titles = vec![title(b"NOBODY")];
    is_rejected(&limited(Limits { called_titles, ..Limits::default() }), 1, 1, 7);
    let slow = limited(Limits { requests_per_second_max: 1, ..Limits::default() });
    let _first = slow.associated();
    is_rejected(&slow, 2, 3, 1);
}

#[test]
fn who_is_named_is_served() {
    let mut peers: Vec<Peer> = Vec::new();
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let server = limited(Limits { networks, associations_per_address_max: 3, ..Limits::default() });
    for message_id in 1..=3 {
        let mut peer = server.associated();
        peer.echoes(message_id);
        peers.push(peer);
    }
    is_rejected(&server, 2, 3, 2);
}

#[test]
fn an_application_may_reject_by_who_the_user_is_before_the_association_stands() {
    let refused = Rejection { result: 1, source: 1, reason: 1 };
    let server = Server::with_script(move |net, event| {
        let Event::AssociateRequest(request) = event else { return Then::Usual };
        let identity = request.user_identity().expect("every requestor says who its user is");
        if (identity.primary.as_slice(), identity.secondary.as_slice()) == (b"ann", b"secret") {
            return Then::Usual;
        }
        net.associate_reject(refused).unwrap();
        Then::Nothing
    });
    for (passcode, is_let_in) in [(b"secret", true), (b"guess!", false)] {
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        let port = u32::from(server.address.port());
        net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, Some(DEADLINE)).unwrap();
        let mut request = Associate::new(AssociateForm::Request);
        request.add_default_contexts();
        let (primary, secondary) = (b"ann".to_vec(), passcode.to_vec());
        let identity = UserIdentity { kind: 2, positive_response_requested: false, primary, secondary };
        request.set_user_identity(identity).unwrap();
        net.associate_request(&request).unwrap();
        let outcome = recorder.log.wait(|_, event| match event {
            Event::AssociateAccept(_) => Some(None),
            Event::AssociateReject(rejection) => Some(Some(*rejection)),
            _ => None,
        });
        assert_eq!(outcome, (!is_let_in).then_some(refused));
        net.close();
    }
}
