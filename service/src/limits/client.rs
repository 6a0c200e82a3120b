//! Who is at the other end of a request.

use super::Limit;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// Where a request comes from and by which program. Clones are of the same request.
#[derive(Clone, Debug)]
pub struct Client {
    address: IpAddr,
    agent: Option<String>,
    standing: Arc<Mutex<Option<Standing>>>,
}

/// How a request stands with the limit that is nearest to being reached. Answers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub limit: Limit,
    /// How often more in this window.
    pub remaining: u32,
    /// Seconds to the end of the window, at least one.
    pub reset: u32,
}

impl Standing {
    pub(super) fn new(limit: Limit, used: u32, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let left = (ends_at - now).max(TimeDelta::milliseconds(1));
        let reset = u32::try_from((left.num_milliseconds() + 999) / 1000).unwrap_or(u32::MAX);
        Self {
            limit,
            remaining: limit.most.saturating_sub(used),
            reset,
        }
    }
}

impl Client {
    /// At this address, calling itself so.
    pub fn new(address: IpAddr, agent: Option<String>) -> Self {
        Self {
            address: address.to_canonical(),
            agent,
            standing: Arc::default(),
        }
    }

    /// Nothing is known, as where there is no connection.
    pub fn unknown() -> Self {
        Self::new(Ipv4Addr::UNSPECIFIED.into(), None)
    }

    /// The address as it is.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// What it calls itself.
    pub fn agent(&self) -> Option<&str> {
        self.agent.as_deref()
    }

    /// What counts as one place: an IPv4 address, or the 64 bits of IPv6 that one connection is commonly given.
    pub(super) fn place(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
                format!("{network}/64")
            }
        }
    }

    /// How the request stands, once something was counted.
    pub fn standing(&self) -> Option<Standing> {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stands(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RL-1: IPv6 by /64, and IPv4 in the clothes of IPv6 is IPv4.
    #[test]
    fn one_connection_is_one_place() {
        let place = |address: &str| Client::new(address.parse().expect("an address"), None).place();
        assert_eq!(place("192.0.2.7"), "192.0.2.7");
        assert_eq!(place("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
    }

    /// HT-9: whoever waits as long as it says has waited long enough.
    #[test]
    fn seconds_are_rounded_up() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let reset = |ms| {
            let ends = now + TimeDelta::milliseconds(ms);
            Standing::new(super::super::Limits::default().api, 0, ends, now).reset
        };
        assert_eq!((reset(0), reset(1), reset(1000), reset(1001)), (1, 1, 1, 2));
    }
}
