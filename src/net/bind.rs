//! Listening sockets: every address of a host, all on one port.

use super::address::{Host, IpType, ListenAddress};
use super::socket::{self, Socket, SocketOptions};
use crate::error::{Code, Error, code_of_io};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Listens on every address of `host`. Port 0 takes one that is free for all of them.
/// Blocks while a name is resolved.
pub(crate) fn listen_on(
    host: &Host,
    port: u16,
    ip: IpType,
    backlog: i32,
    options: &SocketOptions,
) -> Result<Vec<Socket>, Error> {
    let binding = Binding { backlog, options, may_lack_ipv6: host.may_lack_ipv6(ip) };
    let addresses = host.listen_addresses(port, ip)?;
    // A port that is free for the first address may be taken for the next.
    const TRIES: usize = 16;
    let mut outcome = Err(Error::of(Code::NetAddressInUse));
    for _ in 0..TRIES {
        outcome = binding.all(&addresses, port);
        let in_use = matches!(&outcome, Err(error) if error.code() == Code::NetAddressInUse);
        if !in_use || port != 0 || addresses.len() == 1 {
            break;
        }
    }
    outcome
}

struct Binding<'a> {
    backlog: i32,
    options: &'a SocketOptions,
    /// Where IPv6 is switched off, IPv4 alone is what was asked for.
    may_lack_ipv6: bool,
}

impl Binding<'_> {
    fn all(&self, addresses: &[ListenAddress], port: u16) -> Result<Vec<Socket>, Error> {
        let mut sockets = Vec::with_capacity(addresses.len());
        let mut port = port;
        for wanted in addresses {
            let outcome = match self.one(wanted.address, wanted.dual_stack, port) {
                // One socket cannot do both here: two can.
                Err((_, code)) if wanted.dual_stack && !is_final(code) => {
                    self.apart(&mut sockets, &mut port)?;
                    continue;
                }
                outcome => outcome,
            };
            self.keep(outcome, wanted.address, &mut sockets, &mut port)?;
        }
        if sockets.is_empty() {
            return Err(Error::of(Code::NetAddressNotSupported));
        }
        Ok(sockets)
    }

    /// Every IPv6 and every IPv4 address, each on a socket of its own.
    fn apart(&self, sockets: &mut Vec<Socket>, port: &mut u16) -> Result<(), Error> {
        for address in [(Ipv6Addr::UNSPECIFIED, 0).into(), (Ipv4Addr::UNSPECIFIED, 0).into()] {
            let outcome = self.one(address, false, *port);
            self.keep(outcome, address, sockets, port)?;
        }
        Ok(())
    }

    fn one(&self, mut address: SocketAddr, dual_stack: bool, port: u16) -> Result<Socket, (io::Error, Code)> {
        address.set_port(port);
        socket::listen(&ListenAddress { address, dual_stack }, self.backlog, self.options).map_err(|error| {
            let code = code_of_io(&error);
            (error, code)
        })
    }

    fn keep(
        &self,
        outcome: Result<Socket, (io::Error, Code)>,
        mut address: SocketAddr,
        sockets: &mut Vec<Socket>,
        port: &mut u16,
    ) -> Result<(), Error> {
        match outcome {
            Ok(socket) => {
                if let Some(bound) = socket.local_addr().ok().and_then(|address| address.as_socket()) {
                    *port = bound.port();
                }
                sockets.push(socket);
                Ok(())
            }
            Err((error, code)) if self.may_lack_ipv6 && address.is_ipv6() && !is_final(code) => {
                tracing::info!(%error, %address, "IPv6 cannot be listened on; IPv4 alone is");
                Ok(())
            }
            Err((error, _)) => {
                address.set_port(*port);
                Err(Error::io(&format!("listen on {address}"), &error))
            }
        }
    }
}

/// The failure would meet any other socket of the port, too.
fn is_final(code: Code) -> bool {
    matches!(code, Code::NetAddressInUse | Code::NetAccess | Code::NetNoMoreFile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_socket_cannot_do_both_two_share_a_port() {
        let options = SocketOptions::default();
        let binding = Binding { backlog: 1, options: &options, may_lack_ipv6: true };
        let (mut sockets, mut port) = (Vec::new(), 0);
        binding.apart(&mut sockets, &mut port).unwrap();
        let ports: Vec<_> =
            sockets.iter().map(|socket| socket.local_addr().unwrap().as_socket().unwrap().port()).collect();
        assert!(ports.iter().all(|bound| *bound == port && port != 0), "{ports:?}");
        assert!(!ports.is_empty());
    }

    #[test]
    fn an_ipv6_address_that_is_not_there_is_left_out_only_where_that_may_be() {
        let options = SocketOptions::default();
        // The documentation prefix of RFC 3849 is no machine's own.
        let absent = ListenAddress { address: "[2001:db8::1]:0".parse().unwrap(), dual_stack: false };
        let present = ListenAddress { address: "127.0.0.1:0".parse().unwrap(), dual_stack: false };
        let lenient = Binding { backlog: 1, options: &options, may_lack_ipv6: true };
        assert_eq!(lenient.all(&[absent, present], 0).unwrap().len(), 1);
        assert!(lenient.all(&[absent], 0).is_err());
        let strict = Binding { may_lack_ipv6: false, ..lenient };
        let code = strict.all(&[absent, present], 0).unwrap_err().code();
        assert!(matches!(code, Code::NetAddressNotAvailable | Code::NetAddressNotSupported), "{code:?}");
    }
}
