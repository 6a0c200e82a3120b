//! Where a request comes from.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// The client's address and user agent, and the request's rate limit status. Clones share the status.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    ip: IpAddr,
    user_agent: Option<String>,
    rate_limit_status: Arc<Mutex<Option<RateLimitStatus>>>,
}

/// The state of the rate limit that is closest to being exhausted. Responses carry it in their `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimitStatus {
    /// The limit's name in `JOBHAX_LIMITS`.
    pub name: &'static str,
    /// Maximum number of requests in a window.
    pub max: u32,
    /// Length of the window in seconds.
    pub window_seconds: i64,
    /// Requests that are left in the current window.
    pub remaining: u32,
    /// Seconds until the window ends, at least 1.
    pub reset_seconds: u32,
}

impl ClientInfo {
    /// IPv4-mapped IPv6 addresses are treated as IPv4.
    pub fn new(ip: IpAddr, user_agent: Option<String>) -> Self {
        Self {
            ip: ip.to_canonical(),
            user_agent,
            rate_limit_status: Arc::default(),
        }
    }

    /// The client info of work without a client connection.
    pub fn unknown() -> Self {
        Self::new(Ipv4Addr::UNSPECIFIED.into(), None)
    }

    /// The client's IP address.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// The header `User-Agent`.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The network that counts as one client: an IPv4 address, or an IPv6 /64, which is what one connection is commonly
    /// assigned.
    pub(crate) fn network_key(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let network = Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64);
                format!("{network}/64")
            }
        }
    }

    /// The status of the limit that is closest to being exhausted, if any was checked for this request.
    pub fn rate_limit_status(&self) -> Option<RateLimitStatus> {
        *self
            .rate_limit_status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_rate_limit_status(&self, status: RateLimitStatus) {
        let mut current = self
            .rate_limit_status
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The same limit may be checked again for another request of the client.
        if current.is_none_or(|c| c.name == status.name || status.remaining <= c.remaining) {
            *current = Some(status);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_key_groups_ipv6_by_64_bits_and_unmaps_ipv4() {
        let key = |ip: &str| ClientInfo::new(ip.parse().expect("address"), None).network_key();
        assert_eq!(key("192.0.2.7"), "192.0.2.7");
        assert_eq!(key("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }
}
