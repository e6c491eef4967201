//! Machines without IPv6: where it is switched off, as in many containers, and where the
//! system never had it. Each test is on such a machine of its own.

use crate::connect::{associates, outcome};
use crate::support::child::{hosts, in_a_network};
use crate::support::hooks::{Event, Recorder, Server, address_of};
use crate::support::peer::Peer;
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::engine::{IpType, Net};
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::sync::Arc;

/// IPv6 sockets can be made, but no interface has an address for them.
fn switched_off() -> String {
    "for which in all default lo; do
        echo 1 >/proc/sys/net/ipv6/conf/$which/disable_ipv6
    done
    ip link set lo up\n"
        .to_owned()
        + &hosts("127.0.0.1 pacs\nfd00::1 pacs")
}

/// No IPv6 socket can be made. A filter of system calls stands in for such a kernel.
fn absent() -> String {
    let filter = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/without_ipv6.py");
    switched_off() + &format!("python3 '{filter}' true || exit 77\nset -- python3 '{filter}' \"$@\"\n")
}

#[test]
fn every_own_address_of_both_versions_is_ipv4_alone_where_ipv6_is_switched_off() {
    let name = every_own_address_of_both_versions_is_ipv4_alone_where_ipv6_is_switched_off;
    in_a_network(name, &switched_off(), listening_with_both_versions_is_ipv4_alone);
}

#[test]
fn every_own_address_of_both_versions_is_ipv4_alone_where_the_system_has_no_ipv6() {
    let name = every_own_address_of_both_versions_is_ipv4_alone_where_the_system_has_no_ipv6;
    in_a_network(name, &absent(), listening_with_both_versions_is_ipv4_alone);
}

fn listening_with_both_versions_is_ipv4_alone() {
    for host in ["", "*"] {
        let net = Net::new(Recorder::usual());
        net.listen(host.as_bytes(), 0, 16, IpType::V4OrV6)
            .unwrap_or_else(|error| panic!("{host:?}: {error}"));
        let port = net.host_info().unwrap().1;
        assert_ne!(port, 0);
        Peer::associated((Ipv4Addr::LOCALHOST, port).into()).echoes(1);
        TcpStream::connect((Ipv6Addr::LOCALHOST, port)).expect_err("no IPv6");
        // The port given is the one taken.
        net.server_close();
        net.listen(host.as_bytes(), u32::from(port), 16, IpType::V4OrV6).unwrap();
        Peer::associated((Ipv4Addr::LOCALHOST, port).into()).echoes(1);
        net.server_close();
    }
}

#[test]
fn ipv6_alone_is_32_where_ipv6_is_switched_off() {
    in_a_network(ipv6_alone_is_32_where_ipv6_is_switched_off, &switched_off(), || {
        ipv6_alone_is(Code::NetAddressNotAvailable, &["", "::1"]);
    });
}

#[test]
fn ipv6_alone_is_33_where_the_system_has_no_ipv6() {
    in_a_network(ipv6_alone_is_33_where_the_system_has_no_ipv6, &absent(), || {
        ipv6_alone_is(Code::NetAddressNotSupported, &["", "*", "::1"]);
    });
}

fn ipv6_alone_is(code: Code, hosts: &[&str]) {
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    for host in hosts {
        let error = net.listen(host.as_bytes(), 11_112, 16, IpType::V6).expect_err(host);
        assert_eq!(error.code(), code, "{host:?}: {error}");
        // It says what was tried.
        assert!(error.to_string().contains("]:11112"), "{host:?}: {error}");
        assert!(!net.is_activated());
    }
    for peer in ["::1", "pacs"] {
        let error = net.connect_wait(b"", 0, peer.as_bytes(), 104, IpType::V6, Some(DEADLINE)).unwrap_err();
        assert_eq!(error.code(), code, "{peer}: {error}");
        assert!(error.to_string().contains("]:104"), "{peer}: {error}");
        until("the object is free", || !net.is_activated());
    }
    until("both failures were told", || recorder.log.all().len() == 2);
    assert!(recorder.log.all().iter().all(|entry| matches!(entry.event, Event::Connect(it) if it == code)));
    // The object can be used all the same.
    net.listen(b"127.0.0.1", 0, 16, IpType::V4).unwrap();
    Peer::associated(address_of(&net)).echoes(1);
    net.server_close();
}

#[test]
fn connecting_with_both_versions_is_by_ipv4_where_ipv6_is_switched_off() {
    let name = connecting_with_both_versions_is_by_ipv4_where_ipv6_is_switched_off;
    in_a_network(name, &switched_off(), connecting_with_both_versions_is_by_ipv4);
}

#[test]
fn connecting_with_both_versions_is_by_ipv4_where_the_system_has_no_ipv6() {
    let name = connecting_with_both_versions_is_by_ipv4_where_the_system_has_no_ipv6;
    in_a_network(name, &absent(), connecting_with_both_versions_is_by_ipv4);
}

fn connecting_with_both_versions_is_by_ipv4() {
    let server = Server::start();
    let port = u32::from(server.address.port());
    for (local, peer) in [("", "127.0.0.1"), ("", "pacs"), ("*", "pacs"), ("127.0.0.1", "pacs")] {
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        net.connect(local.as_bytes(), 0, peer.as_bytes(), port, IpType::V4OrV6).unwrap();
        assert_eq!(outcome(&recorder), Code::Success, "{local:?} to {peer}");
        assert_eq!(net.peer_info().unwrap().0, "127.0.0.1");
        // It is told once: a second time would be there before what comes later.
        associates(&net, &recorder);
        assert_eq!(recorder.log.count(|_, event| matches!(event, Event::Connect(_))), 1);
        net.close();
    }
}
