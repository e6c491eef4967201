//! Host texts to socket addresses, and back to the text that users read.
//!
//! Nothing here opens a connection; only names (never literals) ask the resolver, which
//! may block.

#[cfg(not(ldicomnet_simulation))]
use crate::error::code_of_io;
use crate::error::{Code, Error};
#[cfg(not(ldicomnet_simulation))]
use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType};
use if_addrs::{IfAddr, Interface};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};

/// Which IP versions an object uses: `DICOM_IPTYPE_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpType {
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
    /// Both; IPv6 first where a choice is to be made (RFC 6724).
    V4OrV6,
}

impl IpType {
    fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
            Self::V4OrV6 => true,
        }
    }
}

/// A host as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// NULL or "": this computer.
    Own,
    /// "*": every local address.
    Any,
    /// An address, with the scope of a link-local one.
    Literal(IpAddr, u32),
    /// A name for the resolver.
    Name(String),
}

/// Where to listen: an address, and whether IPv4 peers come in over an IPv6 socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListenAddress {
    pub(crate) address: SocketAddr,
    pub(crate) dual_stack: bool,
}

/// A port number as the interface carries it, checked.
pub(crate) fn port(number: u32) -> Result<u16, Error> {
    u16::try_from(number).map_err(|_| Error::new(Code::Parameter, format!("port {number} is over 65535")))
}

impl Host {
    /// Understands what the user wrote, and that its IP version is one of `ip`.
    pub(crate) fn parse(text: &[u8], ip: IpType) -> Result<Self, Error> {
        let text = std::str::from_utf8(text)
            .map_err(|_| Error::new(Code::NetHostNotFound, "the host name is not text"))?
            .trim();
        match text {
            "" => return Ok(Self::Own),
            "*" => return Ok(Self::Any),
            _ => {}
        }
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let (literal, scope) = bare.split_once('%').map_or((bare, None), |(ip, scope)| (ip, Some(scope)));
        let Ok(address) = literal.parse::<IpAddr>() else {
            return if text.contains('\0') {
                Err(Error::new(Code::NetHostNotFound, "the host name holds a NUL"))
            } else {
                Ok(Self::Name(text.to_owned()))
            };
        };
        if !ip.allows(address) {
            return Err(Error::new(
                Code::Ipv4Ipv6Conflict,
                format!("{address} is not of the IP version asked for ({ip:?})"),
            ));
        }
        Ok(Self::Literal(address, scope_of(address, scope)?))
    }

    /// The addresses a connection to this host (or from it) can use, in the order to try.
    /// Blocks while a name is resolved.
    pub(crate) fn addresses(&self, port: u16, ip: IpType) -> Result<Vec<SocketAddr>, Error> {
        match self {
            Self::Own => own_addresses(port, ip),
            Self::Any => Ok(match ip {
                IpType::V4 => vec![(Ipv4Addr::UNSPECIFIED, port).into()],
                IpType::V6 => vec![(Ipv6Addr::UNSPECIFIED, port).into()],
                IpType::V4OrV6 => {
                    vec![(Ipv6Addr::UNSPECIFIED, port).into(), (Ipv4Addr::UNSPECIFIED, port).into()]
                }
            }),
            Self::Literal(address, scope) => Ok(vec![socket_address(*address, *scope, port)]),
            Self::Name(name) => resolve(name, port, ip),
        }
    }

    /// Does this host stand for whatever the machine has, so that a machine without IPv6 is
    /// served by IPv4 alone?
    pub(crate) fn may_lack_ipv6(&self, ip: IpType) -> bool {
        matches!(self, Self::Own | Self::Any) && ip == IpType::V4OrV6
    }

    /// Where a listener of this host listens. `Any` with both IP versions is one dual-stack
    /// socket; the caller falls back to two where the system cannot.
    pub(crate) fn listen_addresses(&self, port: u16, ip: IpType) -> Result<Vec<ListenAddress>, Error> {
        if *self == Self::Any && ip == IpType::V4OrV6 {
            let address = (Ipv6Addr::UNSPECIFIED, port).into();
            return Ok(vec![ListenAddress { address, dual_stack: true }]);
        }
        let addresses = self.addresses(port, ip)?;
        Ok(addresses.into_iter().map(|address| ListenAddress { address, dual_stack: false }).collect())
    }
}

/// An address as users read it: no brackets, an IPv4-mapped one as dotted quad, a
/// link-local one with its scope.
pub(crate) fn text(address: &SocketAddr) -> String {
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => v4_text(ip),
        IpAddr::V6(ip) => match address {
            SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{ip}%{}", scope_text(v6.scope_id())),
            _ => ip.to_string(),
        },
    }
}

/// As `Display` has it, but written for every connection that arrives.
fn v4_text(ip: Ipv4Addr) -> String {
    let mut text = String::with_capacity("255.255.255.255".len());
    for (place, octet) in ip.octets().into_iter().enumerate() {
        if place > 0 {
            text.push('.');
        }
        if octet >= 100 {
            text.push(char::from(b'0' + octet / 100));
        }
        if octet >= 10 {
            text.push(char::from(b'0' + octet / 10 % 10));
        }
        text.push(char::from(b'0' + octet % 10));
    }
    text
}

fn socket_address(ip: IpAddr, scope: u32, port: u16) -> SocketAddr {
    match ip {
        IpAddr::V4(ip) => SocketAddrV4::new(ip, port).into(),
        IpAddr::V6(ip) => SocketAddrV6::new(ip, port, 0, scope).into(),
    }
}

/// The scope of a literal: an interface's name or number. A link-local address needs one
/// (RFC 4007 section 11).
fn scope_of(address: IpAddr, scope: Option<&str>) -> Result<u32, Error> {
    let link_local = matches!(address, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let Some(scope) = scope else {
        return if link_local {
            Err(Error::new(
                Code::Parameter,
                format!("{address} is link-local and needs a scope, as {address}%eth0"),
            ))
        } else {
            Ok(0)
        };
    };
    if address.is_ipv4() {
        return Err(Error::new(Code::Parameter, format!("{address} is IPv4 and takes no scope")));
    }
    if let Ok(number) = scope.parse() {
        return Ok(number);
    }
    let interfaces = interfaces()?;
    interfaces
        .iter()
        .find(|interface| interface.name == scope)
        .and_then(|interface| interface.index)
        .ok_or_else(|| Error::new(Code::NetAddressNotAvailable, format!("no interface is named {scope}")))
}

fn scope_text(scope: u32) -> String {
    interfaces()
        .ok()
        .and_then(|all| all.into_iter().find(|interface| interface.index == Some(scope)))
        .map_or_else(|| scope.to_string(), |interface| interface.name)
}

fn interfaces() -> Result<Vec<Interface>, Error> {
    if_addrs::get_if_addrs().map_err(|error| Error::io("list the network interfaces", &error))
}

/// This computer's own addresses, one of each IP version asked for.
fn own_addresses(port: u16, ip: IpType) -> Result<Vec<SocketAddr>, Error> {
    let interfaces = interfaces()?;
    Ok(match ip {
        IpType::V4 => vec![own_v4(&interfaces, port)],
        IpType::V6 => vec![own_v6(&interfaces, port)],
        IpType::V4OrV6 => vec![own_v6(&interfaces, port), own_v4(&interfaces, port)],
    })
}

fn own_v4(interfaces: &[Interface], port: u16) -> SocketAddr {
    // TEST-NET-1 (RFC 5737) lies behind the default route; connecting UDP sends nothing.
    let routed = route_source((Ipv4Addr::UNSPECIFIED, 0).into(), (Ipv4Addr::new(192, 0, 2, 1), 9).into());
    let first = || interfaces.iter().filter(|one| usable(one)).map(|one| one.addr.ip()).find(IpAddr::is_ipv4);
    let ip = routed.map(|address| address.ip()).or_else(first).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    SocketAddr::new(ip, port)
}

fn own_v6(interfaces: &[Interface], port: u16) -> SocketAddr {
    // 2001:db8::/32 is the documentation prefix (RFC 3849).
    let target = (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into();
    if let Some(SocketAddr::V6(mut source)) = route_source((Ipv6Addr::UNSPECIFIED, 0).into(), target) {
        source.set_port(port);
        return source.into();
    }
    let first = interfaces.iter().filter(|one| usable(one)).find_map(|one| match &one.addr {
        IfAddr::V6(v6) => Some((v6.ip, one.index.unwrap_or(0))),
        IfAddr::V4(_) => None,
    });
    let (ip, index) = first.unwrap_or((Ipv6Addr::LOCALHOST, 0));
    let scope = if ip.is_unicast_link_local() { index } else { 0 };
    SocketAddrV6::new(ip, port, 0, scope).into()
}

fn usable(interface: &Interface) -> bool {
    interface.is_oper_up() && !interface.is_loopback()
}

fn route_source(local: SocketAddr, target: SocketAddr) -> Option<SocketAddr> {
    let socket = UdpSocket::bind(local).ok()?;
    socket.connect(target).ok()?;
    let source = socket.local_addr().ok()?;
    (!source.ip().is_unspecified()).then_some(source)
}

/// Asks the simulation's.
#[cfg(ldicomnet_simulation)]
fn resolve(name: &str, port: u16, _ip: IpType) -> Result<Vec<SocketAddr>, Error> {
    let found = super::simulation::resolve(name).ok_or_else(|| Error::of(Code::NetTryAgain))?;
    Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
}

/// Asks the system's resolver. Blocks.
#[cfg(not(ldicomnet_simulation))]
fn resolve(name: &str, port: u16, ip: IpType) -> Result<Vec<SocketAddr>, Error> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    let found =
        dns_lookup::getaddrinfo(Some(name), None, Some(hints)).map_err(|error| lookup_error(name, &error))?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    let mut other_version = false;
    for info in found {
        let info = info.map_err(|error| Error::io(&format!("resolve {name}"), &error))?;
        let mut address = info.sockaddr;
        address.set_port(port);
        if !ip.allows(address.ip()) {
            other_version = true;
        } else if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    match (addresses.is_empty(), other_version) {
        (false, _) => Ok(addresses),
        (true, true) => {
            Err(Error::new(Code::NetNoData, format!("{name} has no address of the IP version asked for")))
        }
        (true, false) => Err(Error::new(Code::NetHostNotFound, format!("{name} has no address"))),
    }
}

#[cfg(not(ldicomnet_simulation))]
fn lookup_error(name: &str, error: &LookupError) -> Error {
    let code = match error.kind() {
        LookupErrorKind::NoName => Code::NetHostNotFound,
        LookupErrorKind::NoData => Code::NetNoData,
        LookupErrorKind::Again => Code::NetTryAgain,
        LookupErrorKind::Fail => Code::NetNoRecovery,
        LookupErrorKind::Memory => Code::Memory,
        LookupErrorKind::Family => Code::NetAddressNotSupported,
        LookupErrorKind::System => code_of_io(&std::io::Error::last_os_error()),
        _ => Code::NetHostNotFound,
    };
    Error::new(code, format!("resolve {name}: {}", code.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, ip: IpType) -> Code {
        Host::parse(text.as_bytes(), ip)
            .and_then(|host| host.addresses(104, ip))
            .map_or_else(|e| e.code(), |_| Code::Success)
    }

    #[test]
    fn hosts_are_understood() {
        assert_eq!(Host::parse(b"", IpType::V4), Ok(Host::Own));
        assert_eq!(Host::parse(b"*", IpType::V6), Ok(Host::Any));
        assert_eq!(Host::parse(b"pacs", IpType::V4), Ok(Host::Name("pacs".into())));
        assert_eq!(Host::parse(b"::1", IpType::V6), Ok(Host::Literal(Ipv6Addr::LOCALHOST.into(), 0)));
        assert_eq!(Host::parse(b"[::1]", IpType::V4OrV6), Ok(Host::Literal(Ipv6Addr::LOCALHOST.into(), 0)));
        assert_eq!(
            Host::parse(b"fe80::1%7", IpType::V6).unwrap().addresses(1, IpType::V6).unwrap()[0].to_string(),
            "[fe80::1%7]:1"
        );
    }

    #[test]
    fn a_literal_of_the_other_version_is_a_conflict() {
        assert_eq!(code("127.0.0.1", IpType::V6), Code::Ipv4Ipv6Conflict);
        assert_eq!(code("::1", IpType::V4), Code::Ipv4Ipv6Conflict);
        assert_eq!(code("::1", IpType::V4OrV6), Code::Success);
    }

    #[test]
    fn scopes_are_needed_by_link_local_addresses_alone() {
        assert_eq!(code("fe80::1", IpType::V6), Code::Parameter);
        assert_eq!(code("fe80::1%no-such-interface", IpType::V6), Code::NetAddressNotAvailable);
        assert_eq!(code("127.0.0.1%lo", IpType::V4), Code::Parameter);
    }

    #[test]
    fn names_that_do_not_resolve_say_so() {
        assert!(matches!(
            code("no-such-host.invalid", IpType::V4),
            Code::NetHostNotFound | Code::NetTryAgain
        ));
        assert_eq!(code("a\0b", IpType::V4), Code::NetHostNotFound);
        assert_eq!(Host::parse(&[0xff, 0xfe], IpType::V4).unwrap_err().code(), Code::NetHostNotFound);
    }

    #[test]
    fn own_addresses_are_one_of_each_version_on_the_port() {
        let own = Host::Own.addresses(104, IpType::V4OrV6).unwrap();
        assert!(
            own.len() == 2 && own[0].is_ipv6() && own[1].is_ipv4() && own.iter().all(|a| a.port() == 104)
        );
    }

    #[test]
    fn users_read_plain_addresses() {
        assert_eq!(text(&"[::ffff:10.0.0.1]:104".parse().unwrap()), "10.0.0.1");
        assert_eq!(text(&"[::1]:104".parse().unwrap()), "::1");
        assert_eq!(
            text(&SocketAddrV6::new("fe80::1".parse().unwrap(), 1, 0, 999_999).into()),
            "fe80::1%999999"
        );
    }

    #[test]
    fn ipv4_addresses_are_written_as_the_standard_library_writes_them() {
        let octets = (0..=255).map(|octet| Ipv4Addr::new(octet, 255 - octet, octet / 3, 0));
        for ip in octets {
            assert_eq!(v4_text(ip), ip.to_string());
        }
    }

    #[test]
    fn ports_end_at_65535() {
        assert_eq!(port(65_535), Ok(65_535));
        assert_eq!(port(65_536).unwrap_err().code(), Code::Parameter);
    }
}
