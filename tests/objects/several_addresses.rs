//! Names with several addresses: each is listened on, and connecting tries them in the order
//! of RFC 8305. Each test is on a machine of its own, where the names are what it needs.

use crate::connect::{associates, full_backlog_at, outcome};
use crate::support::child::{hosts, in_a_network};
use crate::support::hooks::{Event, Recorder, Server};
use crate::support::peer::Peer;
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::engine::{IpType, Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many addresses of each IP version "many" has.
const MANY: u16 = 8;

/// The machine has the port for itself.
const PORT: u16 = 11_112;

fn v6(number: u16) -> SocketAddr {
    (Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, number), PORT).into()
}

fn v4(number: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 1, u8::try_from(number).unwrap()), PORT).into()
}

/// "pacs" has one address of each version, and "many" has [`MANY`]; "old" and "new" have one of
/// one version. All are this machine's.
fn machine() -> String {
    let mut shell = "ip link set lo up\n".to_owned();
    let mut names = format!("{0} pacs new\n{1} pacs old\n", v6(1).ip(), v4(1).ip());
    for number in 1..=MANY {
        shell += &format!("ip addr add {}/128 dev lo nodad\n", v6(number).ip());
        names += &format!("{} many\n{} many\n", v6(number).ip(), v4(number).ip());
    }
    shell + &hosts(names.trim_end())
}

/// Runs the body of a test on such a machine, once all its addresses can be reached: the system
/// makes the routes to IPv6 addresses a little later than the addresses.
fn on_the_machine<T: Fn()>(test: T, body: impl FnOnce()) {
    in_a_network(test, &machine(), || {
        let any = (Ipv6Addr::UNSPECIFIED, 0);
        let reaches = |address| UdpSocket::bind(any).unwrap().connect(address).is_ok();
        until("every address has a route", || (1..=MANY).all(|number| reaches(v6(number))));
        body();
    });
}

/// A server on one of the addresses.
fn serving(at: SocketAddr) -> Net {
    let net = Net::new(Recorder::usual());
    let ip = if at.is_ipv4() { IpType::V4 } else { IpType::V6 };
    net.listen(at.ip().to_string().as_bytes(), u32::from(at.port()), 16, ip).unwrap();
    net
}

/// An object that begins to connect, and who is told how that went.
fn connecting(name: &str, ip: IpType) -> (Net, Arc<Recorder>) {
    let recorder = Recorder::usual();
    let net = Net::new(Arc::clone(&recorder) as Arc<_>);
    net.connect(b"", 0, name.as_bytes(), u32::from(PORT), ip).unwrap();
    (net, recorder)
}

fn peer_of(net: &Net) -> IpAddr {
    net.peer_info().unwrap().0.parse().unwrap()
}

/// Attempts to connect that this machine has begun: what RFC 4022 names tcpActiveOpens.
fn attempts() -> u64 {
    let text = std::fs::read_to_string("/proc/self/net/snmp").expect("Linux has /proc");
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp: "));
    let mut fields = || lines.next().expect("two lines of TCP").split(' ');
    let (mut names, mut values) = (fields(), fields());
    let place = names.position(|name| name == "ActiveOpens").unwrap();
    values.nth(place).unwrap().parse().unwrap()
}

/// What the hook was told, in order.
fn outcomes(recorder: &Recorder) -> Vec<Code> {
    let entries = recorder.log.all();
    let codes = entries.iter().filter_map(|entry| match entry.event {
        Event::Connect(code) => Some(code),
        _ => None,
    });
    codes.collect()
}

/// The connection was told of once: hooks of an object come in order, and a later one has come.
#[track_caller]
fn is_connected_once(net: &Net, recorder: &Recorder) {
    associates(net, recorder);
    assert_eq!(outcomes(recorder), [Code::Success]);
    net.close();
}

/// The failure was told of once, and the object can connect: to another server.
#[track_caller]
fn failed_once(net: &Net, recorder: &Recorder, code: Code) {
    until("the object is free", || !net.is_activated());
    let other = Server::start();
    net.connect(b"", 0, b"127.0.0.1", u32::from(other.address.port()), IpType::V4).unwrap();
    recorder.log.wait(|_, event| matches!(event, Event::Connect(Code::Success)).then_some(()));
    associates(net, recorder);
    assert_eq!(outcomes(recorder), [code, Code::Success]);
    net.close();
}

#[test]
fn a_listener_is_on_every_address_of_its_name_that_is_of_the_type() {
    on_the_machine(a_listener_is_on_every_address_of_its_name_that_is_of_the_type, || {
        for (ip, has_v4, has_v6) in
            [(IpType::V4, true, false), (IpType::V6, false, true), (IpType::V4OrV6, true, true)]
        {
            let net = Net::new(Recorder::usual());
            net.listen(b"many", u32::from(PORT), 16, ip).unwrap();
            for number in 1..=MANY {
                for (at, is_there) in [(v4(number), has_v4), (v6(number), has_v6)] {
                    if is_there {
                        Peer::associated(at).echoes(1);
                    } else {
                        TcpStream::connect(at).expect_err("nobody to listen");
                    }
                }
            }
            net.server_close();
        }
    });
}

#[test]
fn the_first_address_of_the_type_is_the_one_connected_to_and_ipv6_is_the_first_of_both() {
    let name = the_first_address_of_the_type_is_the_one_connected_to_and_ipv6_is_the_first_of_both;
    on_the_machine(name, || {
        let servers = [serving(v6(1)), serving(v4(1))];
        for (ip, expected) in [(IpType::V4, v4(1)), (IpType::V6, v6(1)), (IpType::V4OrV6, v6(1))] {
            let before = attempts();
            let (net, recorder) = connecting("pacs", ip);
            assert_eq!(outcome(&recorder), Code::Success);
            assert_eq!(peer_of(&net), expected.ip(), "{ip:?}");
            assert_eq!(attempts() - before, 1, "{ip:?}: no other address is tried");
            net.close();
        }
        servers.iter().for_each(Net::server_close);
    });
}

#[test]
fn addresses_that_refuse_are_passed_over_at_once() {
    on_the_machine(addresses_that_refuse_are_passed_over_at_once, || {
        // The last of sixteen, the IP versions alternating.
        let server = serving(v4(MANY));
        let before = attempts();
        let begun = Instant::now();
        let (net, recorder) = connecting("many", IpType::V4OrV6);
        assert_eq!(outcome(&recorder), Code::Success);
        let took = begun.elapsed();
        assert_eq!(peer_of(&net), v4(MANY).ip());
        assert_eq!(attempts() - before, 2 * u64::from(MANY), "each address is tried once");
        // Fifteen times the attempt delay of RFC 8305 would be near four seconds.
        assert!(took < Duration::from_secs(2), "{took:?}");
        is_connected_once(&net, &recorder);
        server.server_close();
    });
}

/// Between these, RFC 8305 section 5 has the next attempt begin where the last is not answered.
const ATTEMPT_DELAY_MIN: Duration = Duration::from_millis(100);
const ATTEMPT_DELAY_MAX: Duration = Duration::from_secs(2);

#[test]
fn an_address_that_does_not_answer_is_given_the_attempt_delay_before_the_next_is_tried_and_wins() {
    let name = an_address_that_does_not_answer_is_given_the_attempt_delay_before_the_next_is_tried_and_wins;
    on_the_machine(name, || {
        let _silent = full_backlog_at(v6(1));
        let server = serving(v4(1));
        let before = attempts();
        let begun = Instant::now();
        let (net, recorder) = connecting("pacs", IpType::V4OrV6);
        assert_eq!(outcome(&recorder), Code::Success);
        let took = begun.elapsed();
        assert_eq!(peer_of(&net), v4(1).ip());
        assert_eq!(attempts() - before, 2, "both are tried");
        assert!((ATTEMPT_DELAY_MIN..ATTEMPT_DELAY_MAX).contains(&took), "{took:?}");
        is_connected_once(&net, &recorder);
        server.server_close();
    });
}

#[test]
fn an_address_may_still_answer_when_the_next_is_being_tried() {
    on_the_machine(an_address_may_still_answer_when_the_next_is_being_tried, || {
        let (silent, fillers) = full_backlog_at(v6(1));
        let _other = full_backlog_at(v4(1));
        let before = attempts();
        let (net, recorder) = connecting("pacs", IpType::V4OrV6);
        until("both are tried", || attempts() - before == 2);
        // There is room now: the system answers when the first is tried again, after a second.
        let accepted: Vec<_> = fillers.iter().map(|_| silent.accept().unwrap()).collect();
        assert_eq!(outcome(&recorder), Code::Success);
        assert_eq!(peer_of(&net), v6(1).ip());
        net.close();
        assert_eq!(outcomes(&recorder), [Code::Success]);
        drop(accepted);
    });
}

#[test]
fn when_every_address_fails_the_hook_is_told_once_and_of_the_last_to_fail() {
    let name = when_every_address_fails_the_hook_is_told_once_and_of_the_last_to_fail;
    on_the_machine(name, || {
        for (name, count) in [("pacs", 2), ("many", 2 * u64::from(MANY))] {
            let before = attempts();
            let (net, recorder) = connecting(name, IpType::V4OrV6);
            assert_eq!(outcome(&recorder), Code::NetConnectionRefused, "{name}");
            assert_eq!(attempts() - before, count, "{name}");
            failed_once(&net, &recorder, Code::NetConnectionRefused);
        }
        // The first does not answer, and the second refuses long before the first is given up.
        let _silent = full_backlog_at(v6(1));
        let time = Duration::from_millis(600);
        let recorder = Recorder::usual();
        let net = Net::new(Arc::clone(&recorder) as Arc<_>);
        net.update_settings(|settings| settings.connect_timeout = time);
        let begun = Instant::now();
        let error = net
            .connect_wait(b"", 0, b"pacs", u32::from(PORT), IpType::V4OrV6, Some(DEADLINE))
            .expect_err("nobody answers");
        assert!(begun.elapsed() >= time, "{:?}", begun.elapsed());
        assert_eq!(error.code(), Code::NetTimeOut);
        failed_once(&net, &recorder, Code::NetTimeOut);
    });
}

#[test]
fn that_there_is_no_way_to_an_address_does_not_hide_that_another_refused() {
    // As most machines are: IPv6 is there, but leads nowhere.
    let machine = format!("ip link set lo up\n{}", hosts("127.0.1.1 down\n2001:db8::1 down"));
    in_a_network(that_there_is_no_way_to_an_address_does_not_hide_that_another_refused, &machine, || {
        let (net, recorder) = connecting("down", IpType::V4OrV6);
        failed_once(&net, &recorder, Code::NetConnectionRefused);
    });
}

#[test]
fn a_name_without_an_address_of_the_type_is_59() {
    on_the_machine(a_name_without_an_address_of_the_type_is_59, || {
        let net = Net::new(Recorder::usual());
        for (name, ip) in [("old", IpType::V6), ("new", IpType::V4)] {
            let error = net.listen(name.as_bytes(), 0, 1, ip).unwrap_err();
            assert_eq!(error.code().number(), 59, "{name}: {error}");
            let (net, recorder) = connecting(name, ip);
            assert_eq!(outcome(&recorder), Code::NetNoData, "{name}");
            failed_once(&net, &recorder, Code::NetNoData);
        }
    });
}
