//! Every row of the table of what `listen` is told, proven by really connecting.

use crate::support::hooks::{Event, Recorder, Server, address_of};
use crate::support::peer::{Host, Peer};
use ldicomnet::Code;
use ldicomnet::engine::{IpType, Net};
use socket2::{Domain, Socket, Type};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

fn listener() -> (Net, Arc<crate::support::hooks::Log>) {
    let recorder = Recorder::usual();
    let log = Arc::clone(&recorder.log);
    (Net::new(recorder), log)
}

#[track_caller]
fn listens(host: &str, ip: IpType) -> (Net, u16) {
    let (net, _) = listener();
    net.listen(host.as_bytes(), 0, 16, ip).unwrap_or_else(|error| panic!("{host:?} {ip:?}: {error}"));
    let port = net.host_info().unwrap().1;
    assert_ne!(port, 0);
    (net, port)
}

#[track_caller]
fn refused(host: &str, port: u32, backlog: i32, ip: IpType) -> Code {
    let (net, _) = listener();
    let error = net.listen(host.as_bytes(), port, backlog, ip).expect_err("to be refused");
    assert!(!net.is_activated());
    // It can be used all the same.
    net.listen(b"127.0.0.1", 0, 1, IpType::V4).unwrap();
    net.close();
    error.code()
}

fn v4(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn v6(port: u16) -> SocketAddr {
    (Ipv6Addr::LOCALHOST, port).into()
}

/// As [`listens`], on a port where it is not reached at the other address.
#[track_caller]
fn listens_but_not_at(other: fn(u16) -> SocketAddr, host: &str, ip: IpType) -> (Net, u16) {
    for _ in 0..10 {
        let (net, port) = listens(host, ip);
        // Somebody else may be there already. Once the port is held, nobody but the
        // listener under test could answer, and if that were on it, it could not be held.
        let held = Socket::new(Domain::for_address(other(port)), Type::STREAM, None).unwrap();
        if held.bind(&other(port).into()).is_ok() {
            let error = TcpStream::connect(other(port)).expect_err("nobody to listen");
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
            return (net, port);
        }
        net.close();
    }
    panic!("{host} {ip:?} is on {} too", other(0).ip());
}

#[test]
fn the_empty_host_is_this_computers_own_address() {
    for (ip, is_v4) in [(IpType::V4, true), (IpType::V6, false)] {
        let (net, _) = listens("", ip);
        let own = address_of_own(&net);
        assert_eq!(own.is_ipv4(), is_v4);
        Peer::associated(own).echoes(1);
        net.server_close();
    }
}

/// As [`address_of`], where the text may have a scope.
fn address_of_own(net: &Net) -> SocketAddr {
    let (host, port) = net.host_info().unwrap();
    assert!(!host.contains('%'), "a link-local address only: {host}");
    SocketAddr::new(host.parse().unwrap(), port)
}

#[test]
fn the_empty_host_with_both_versions_is_one_of_each_on_the_same_port() {
    // What one version alone takes, both must take together.
    let own = [IpType::V4, IpType::V6].map(|ip| {
        let (net, _) = listens("", ip);
        let own = address_of_own(&net).ip();
        net.close();
        own
    });
    let (net, port) = listens("", IpType::V4OrV6);
    for ip in own {
        let mut peer = Peer::associated(SocketAddr::new(ip, port));
        peer.echoes(1);
    }
    net.server_close();
}

#[test]
fn the_star_is_every_address_of_the_type() {
    let (net, port) = listens_but_not_at(v6, "*", IpType::V4);
    Peer::associated(v4(port)).echoes(1);
    net.server_close();
    // V6ONLY is on.
    let (net, port) = listens_but_not_at(v4, "*", IpType::V6);
    Peer::associated(v6(port)).echoes(1);
    net.server_close();
    // V6ONLY is off, or there are two sockets.
    let (net, port) = listens("*", IpType::V4OrV6);
    Peer::associated(v4(port)).echoes(1);
    Peer::associated(v6(port)).echoes(1);
    net.server_close();
}

#[test]
fn an_ipv4_peer_of_a_dual_stack_socket_has_a_dotted_quad() {
    let (net, log) = listener();
    net.listen(b"*", 0, 16, IpType::V4OrV6).unwrap();
    let peer = Peer::connect(v4(net.host_info().unwrap().1));
    let info = log.wait(|_, event| match event {
        Event::Condition(info) => Some(*info),
        _ => None,
    });
    assert_eq!(info.peer.ip().to_canonical(), IpAddr::V4(Ipv4Addr::LOCALHOST));
    crate::support::until("the connection is accepted", || net.client_count() == 1);
    let client = net.client(0).unwrap();
    assert_eq!(client.peer_info().unwrap(), ("127.0.0.1".to_owned(), peer.local().port()));
    assert_eq!(client.host_info().unwrap().0, "127.0.0.1");
    net.server_close();
}

#[test]
fn a_literal_is_that_address() {
    let (net, port) = listens("127.0.0.1", IpType::V4);
    assert_eq!(address_of(&net), v4(port));
    Peer::associated(v4(port)).echoes(1);
    net.server_close();
    for text in ["::1", "[::1]", "0:0:0:0:0:0:0:1"] {
        for ip in [IpType::V6, IpType::V4OrV6] {
            let (net, port) = listens_but_not_at(v4, text, ip);
            assert_eq!(address_of(&net), v6(port));
            Peer::associated(v6(port)).echoes(1);
            net.server_close();
        }
    }
}

#[test]
fn a_name_is_resolved() {
    for ip in [IpType::V4, IpType::V4OrV6] {
        let (net, port) = listens("localhost", ip);
        Peer::associated(v4(port)).echoes(1);
        net.server_close();
    }
}

#[test]
fn a_literal_of_the_wrong_family_is_307() {
    assert_eq!(refused("127.0.0.1", 0, 1, IpType::V6), Code::Ipv4Ipv6Conflict);
    assert_eq!(refused("::1", 0, 1, IpType::V4), Code::Ipv4Ipv6Conflict);
    assert_eq!(Code::Ipv4Ipv6Conflict.number(), 307);
}

#[test]
fn a_port_over_65535_is_a_parameter_error() {
    for port in [65_536, 65_537, u32::MAX] {
        assert_eq!(refused("127.0.0.1", port, 1, IpType::V4), Code::Parameter);
    }
}

#[test]
fn a_negative_backlog_is_a_parameter_error_and_a_large_one_is_cut() {
    for backlog in [-1, i32::MIN] {
        assert_eq!(refused("127.0.0.1", 0, backlog, IpType::V4), Code::Parameter);
    }
    for backlog in [0, 1, i32::MAX] {
        let (net, _) = listener();
        net.listen(b"127.0.0.1", 0, backlog, IpType::V4).unwrap();
        Peer::associated(address_of(&net)).echoes(1);
        net.server_close();
    }
}

#[test]
fn the_backlog_is_no_limit_on_clients() {
    let (net, _) = listener();
    net.listen(b"127.0.0.1", 0, 1, IpType::V4).unwrap();
    let mut peers: Vec<_> = (0..20).map(|_| Peer::associated(address_of(&net))).collect();
    assert_eq!(net.client_count(), 20);
    peers.iter_mut().for_each(|peer| peer.echoes(1));
    net.server_close();
}

#[test]
fn a_port_in_use_is_31() {
    let server = Server::start();
    let port = u32::from(server.address.port());
    assert_eq!(refused("127.0.0.1", port, 1, IpType::V4), Code::NetAddressInUse);
    assert_eq!(refused("*", port, 1, IpType::V4), Code::NetAddressInUse);
    assert_eq!(refused("*", port, 1, IpType::V4OrV6), Code::NetAddressInUse);
    let other = TcpListener::bind("[::1]:0").unwrap();
    let port = u32::from(other.local_addr().unwrap().port());
    assert_eq!(refused("::1", port, 1, IpType::V6), Code::NetAddressInUse);
    assert_eq!(refused("*", port, 1, IpType::V4OrV6), Code::NetAddressInUse);
}

#[test]
fn an_address_that_is_not_local_is_32() {
    // TEST-NET-3 and the documentation prefix (RFC 5737, RFC 3849).
    assert_eq!(refused("203.0.113.7", 0, 1, IpType::V4), Code::NetAddressNotAvailable);
    assert_eq!(refused("2001:db8::7", 0, 1, IpType::V6), Code::NetAddressNotAvailable);
}

#[test]
fn a_privileged_port_is_30_but_for_root() {
    let first_free: u32 = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start")
        .map_or(1024, |text| text.trim().parse().unwrap());
    let Some(port) = (1..first_free).rev().find(|port| !is_in_use(*port)) else { return };
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let uids = status.lines().find(|line| line.starts_with("Uid:")).unwrap();
    let is_root = uids.split_whitespace().nth(2) == Some("0");
    let (net, _) = listener();
    let outcome = net.listen(b"127.0.0.1", port, 1, IpType::V4).map_err(|error| error.code());
    assert_eq!(outcome, if is_root { Ok(()) } else { Err(Code::NetAccess) });
    net.close();
}

fn is_in_use(port: u32) -> bool {
    TcpStream::connect(v4(u16::try_from(port).unwrap())).is_ok()
}

#[test]
fn hosts_that_cannot_be_found_are_58_and_scopes_that_are_missing_9() {
    let code = refused("no-such-host.invalid", 0, 1, IpType::V4);
    assert!(matches!(code, Code::NetHostNotFound | Code::NetTryAgain), "{code:?}");
    assert_eq!(refused("a host", 0, 1, IpType::V4), Code::NetHostNotFound);
    assert_eq!(refused("fe80::1", 0, 1, IpType::V6), Code::Parameter);
    assert_eq!(refused("fe80::1%no-such-interface", 0, 1, IpType::V6), Code::NetAddressNotAvailable);
}

#[test]
fn an_object_in_use_cannot_listen() {
    let is_connected = |net: &Net| {
        let error = net.listen(b"127.0.0.1", 0, 1, IpType::V4).expect_err("it is in use");
        assert_eq!(error.code(), Code::NetIsConnected);
    };
    let server = Server::start();
    is_connected(&server.net);
    let mut peer = server.associated();
    is_connected(&server.net.client(0).unwrap());
    // Neither has come to harm.
    peer.echoes(1);
    let host = Host::new();
    let net = Net::new(Recorder::usual());
    net.connect(b"", 0, b"127.0.0.1", host.port(), IpType::V4).unwrap();
    is_connected(&net);
    net.close();
}

#[test]
fn a_closed_listener_listens_again_on_the_same_port() {
    let server = Server::start();
    let mut peer = server.associated();
    server.net.close();
    assert!(!server.net.is_activated());
    let port = u32::from(server.address.port());
    server.net.listen(b"127.0.0.1", port, 16, IpType::V4).unwrap();
    let mut other = server.associated();
    other.echoes(1);
    // The client of its former life lives on, and is no client of this one.
    peer.echoes(2);
    assert_eq!(server.net.client_count(), 1);
    peer.releases();
}
