//! Who may be a client of a listener, and how many at once.
//!
//! Decided when an association is requested, before any hook of it, so that the peer is told why in words of
//! its own: an A-ASSOCIATE-RJ (PS3.8 Table 9-21). Nothing here grows by what peers do, but for the
//! associations that there are.

use crate::error::{Code, Error};
use crate::pdu::{AeTitle, Associate, Rejection};
use std::collections::HashMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Limits of a listener. 0, or an empty list, is no limit; the default has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Associations at once. One more is rejected: transient, presentation-related, local limit exceeded.
    pub associations_max: u32,
    /// Associations at once from one address; rejected as above.
    pub associations_per_address_max: u32,
    /// Associations at once of one calling AE title; rejected as above.
    pub associations_per_calling_title_max: u32,
    /// Association requests in a second from one address. More are rejected: transient,
    /// presentation-related, temporary congestion.
    pub requests_per_second_max: u32,
    /// The calling AE titles that are served. Others are rejected: permanent, service-user, calling AE title
    /// not recognized.
    pub calling_titles: Vec<AeTitle>,
    /// The AE titles that this listener answers to. Others are rejected: permanent, service-user, called AE
    /// title not recognized.
    pub called_titles: Vec<AeTitle>,
    /// The networks whose peers are served. Others are rejected: permanent, service-user, no reason given.
    pub networks: Vec<Network>,
}

/// A range of addresses, as `192.0.2.0/24`, `2001:db8::/32` or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(ipnet::IpNet);

impl FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let one = || text.parse::<IpAddr>().ok().map(ipnet::IpNet::from);
        let network = text.parse().ok().or_else(one);
        network.map(Self).ok_or_else(|| {
            Error::new(Code::Parameter, format!("no range of addresses: \"{}\"", text.escape_debug()))
        })
    }
}

impl Network {
    /// Is the address one of it? One of IPv4 that is written in IPv6 is one of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// The local limit is exceeded.
const FULL: Rejection = Rejection { result: 2, source: 3, reason: 2 };
/// Temporary congestion.
const TOO_FAST: Rejection = Rejection { result: 2, source: 3, reason: 1 };
const CALLING_UNKNOWN: Rejection = Rejection { result: 1, source: 1, reason: 3 };
const CALLED_UNKNOWN: Rejection = Rejection { result: 1, source: 1, reason: 7 };
const NOT_SERVED: Rejection = Rejection { result: 1, source: 1, reason: 1 };

/// Addresses whose pace is remembered. With more at once in a second all of them have to wait.
const ADDRESSES_MAX: usize = 4096;

const SECOND: Duration = Duration::from_secs(1);

/// Counts the associations of a listener.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    total: u32,
    by_address: HashMap<IpAddr, u32>,
    by_title: HashMap<AeTitle, u32>,
    paces: HashMap<IpAddr, Pace>,
}

/// Requests since a time, of one address.
#[derive(Debug)]
struct Pace {
    since: Instant,
    requests: u32,
}

/// The place of one association; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    gate: Arc<Gate>,
    address: IpAddr,
    title: AeTitle,
}

impl Gate {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for an association that is requested now, or why there is none.
    pub(crate) fn admit(
        self: &Arc<Self>,
        limits: &Limits,
        address: IpAddr,
        request: &Associate,
        now: Instant,
    ) -> Result<Option<Admission>, Rejection> {
        if *limits == Limits::default() {
            return Ok(None);
        }
        let address = address.to_canonical();
        let title = request.calling_ae_title;
        let is_in = |titles: &[AeTitle], title: AeTitle| titles.is_empty() || titles.contains(&title);
        if !limits.networks.is_empty() && !limits.networks.iter().any(|network| network.contains(address)) {
            return Err(NOT_SERVED);
        }
        let mut counts = self.counts();
        if !counts.keeps_pace(limits.requests_per_second_max, address, now) {
            return Err(TOO_FAST);
        }
        if !is_in(&limits.called_titles, request.called_ae_title) {
            return Err(CALLED_UNKNOWN);
        }
        if !is_in(&limits.calling_titles, title) {
            return Err(CALLING_UNKNOWN);
        }
        let is_full = |count: u32, limit: u32| limit != 0 && count >= limit;
        let of_address = counts.by_address.get(&address).copied().unwrap_or(0);
        let of_title = counts.by_title.get(&title).copied().unwrap_or(0);
        if is_full(counts.total, limits.associations_max)
            || is_full(of_address, limits.associations_per_address_max)
            || is_full(of_title, limits.associations_per_calling_title_max)
        {
            return Err(FULL);
        }
        counts.total += 1;
        counts.by_address.insert(address, of_address + 1);
        counts.by_title.insert(title, of_title + 1);
        Ok(Some(Admission { gate: Arc::clone(self), address, title }))
    }
}

impl Counts {
    fn keeps_pace(&mut self, limit: u32, address: IpAddr, now: Instant) -> bool {
        if limit == 0 {
            return true;
        }
        let is_old = |pace: &Pace| now.saturating_duration_since(pace.since) >= SECOND;
        if self.paces.len() >= ADDRESSES_MAX && !self.paces.contains_key(&address) {
            self.paces.retain(|_, pace| !is_old(pace));
            if self.paces.len() >= ADDRESSES_MAX {
                return false;
            }
        }
        let pace = self.paces.entry(address).or_insert(Pace { since: now, requests: 0 });
        if is_old(pace) {
            *pace = Pace { since: now, requests: 0 };
        }
        pace.requests = pace.requests.saturating_add(1);
        pace.requests <= limit
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut counts = self.gate.counts();
        counts.total -= 1;
        let Counts { by_address, by_title, .. } = &mut *counts;
        count_off(by_address, &self.address);
        count_off(by_title, &self.title);
    }
}

fn count_off<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdu::AssociateForm;

    fn request(calling: &str, called: &str) -> Associate {
        let mut request = Associate::new(AssociateForm::Request);
        request.calling_ae_title = AeTitle::new(calling.as_bytes()).unwrap();
        request.called_ae_title = AeTitle::new(called.as_bytes()).unwrap();
        request
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_is_free_again_when_its_association_is_over() {
        let gate = Arc::new(Gate::default());
        let limits = Limits { associations_max: 2, ..Limits::default() };
        let now = Instant::now();
        let admit = |from: &str| gate.admit(&limits, address(from), &request("A", "B"), now);
        let first = admit("192.0.2.1").unwrap();
        let second = admit("192.0.2.2").unwrap();
        assert_eq!(admit("192.0.2.3").unwrap_err(), FULL);
        drop(first);
        let third = admit("192.0.2.3").unwrap();
        assert_eq!(admit("192.0.2.1").unwrap_err(), FULL);
        drop((second, third));
        let counts = gate.counts();
        assert!(counts.total == 0 && counts.by_address.is_empty() && counts.by_title.is_empty());
    }

    #[test]
    fn addresses_and_titles_have_limits_of_their_own() {
        let gate = Arc::new(Gate::default());
        let limits = Limits {
            associations_per_address_max: 2,
            associations_per_calling_title_max: 1,
            ..Limits::default()
        };
        let now = Instant::now();
        let admit =
            |from: &str, calling: &str| gate.admit(&limits, address(from), &request(calling, "B"), now);
        let _a = admit("192.0.2.1", "A").unwrap();
        assert_eq!(admit("192.0.2.2", "A").unwrap_err(), FULL);
        // The same address, by way of a dual-stack socket.
        let _b = admit("::ffff:192.0.2.1", "B").unwrap();
        assert_eq!(admit("192.0.2.1", "C").unwrap_err(), FULL);
        let _c = admit("192.0.2.2", "C").unwrap();
    }

    #[test]
    fn a_pace_is_counted_by_the_second() {
        let gate = Arc::new(Gate::default());
        let limits = Limits { requests_per_second_max: 2, ..Limits::default() };
        let begin = Instant::now();
        let admit = |from: &str, after: u64| {
            let now = begin + Duration::from_millis(after);
            gate.admit(&limits, address(from), &request("A", "B"), now).map(drop)
        };
        assert_eq!((admit("192.0.2.1", 0), admit("192.0.2.1", 500)), (Ok(()), Ok(())));
        assert_eq!(admit("192.0.2.1", 999), Err(TOO_FAST));
        assert_eq!(admit("192.0.2.2", 999), Ok(()));
        assert_eq!(admit("192.0.2.1", 1000), Ok(()));
        // What is remembered has a bound, and so are those who ask beyond it.
        for number in 0..u32::try_from(ADDRESSES_MAX).unwrap() {
            let _any = admit(&IpAddr::from(number.to_be_bytes()).to_string(), 2000);
        }
        assert_eq!(admit("192.0.2.9", 2500), Err(TOO_FAST));
        assert_eq!(admit("192.0.2.9", 3000), Ok(()));
        assert!(gate.counts().paces.len() <= ADDRESSES_MAX);
    }

    #[test]
    fn lists_name_who_is_served() {
        let gate = Arc::new(Gate::default());
        let title = |text: &str| AeTitle::new(text.as_bytes()).unwrap();
        let limits = Limits {
            calling_titles: vec![title("CT1"), title("CT2")],
            called_titles: vec![title("ARCHIVE")],
            networks: vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::1".parse().unwrap()],
            ..Limits::default()
        };
        let admit = |from: &str, calling: &str, called: &str| {
            gate.admit(&limits, address(from), &request(calling, called), Instant::now()).map(drop)
        };
        assert_eq!(admit("192.0.2.77", "CT2", "ARCHIVE"), Ok(()));
        assert_eq!(admit("2001:db8::1", "CT1", "ARCHIVE"), Ok(()));
        assert_eq!(admit("::ffff:192.0.2.1", "CT1", "ARCHIVE"), Ok(()));
        assert_eq!(admit("192.0.3.1", "CT1", "ARCHIVE"), Err(NOT_SERVED));
        assert_eq!(admit("192.0.2.1", "CT3", "ARCHIVE"), Err(CALLING_UNKNOWN));
        assert_eq!(admit("192.0.2.1", "CT1", "archive"), Err(CALLED_UNKNOWN));
        for text in ["", "192.0.2.0/33", "192.0.2", "host", "::/129"] {
            assert_eq!(text.parse::<Network>().unwrap_err().code(), Code::Parameter, "{text}");
        }
    }
}
