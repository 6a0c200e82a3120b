//! Limits of a server.

use ipnet::IpNet;
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

/// How long to wait for clients.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the first byte of a request to the end of its headers.
    pub header: Duration,
    /// Before the first request and between requests.
    pub idle: Duration,
    /// Without progress in a request or response body.
    pub stall: Duration,
    /// For in-flight requests to finish after the shutdown signal.
    pub drain: Duration,
    /// The part of `drain` during which new connections are still accepted, so that load balancers see the readiness
    /// probe fail before a connection is refused.
    pub shutdown_notice: Duration,
}

/// Limits of a server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Client timeouts.
    pub timeouts: Timeouts,
    /// Maximum number of concurrent connections. When nine tenths are in use, a new connection replaces the one that has waited longest for
    /// a request. When all are busy, a few more connections are accepted, and their requests are marked as [`Overloaded`].
    pub max_connections: usize,
    /// Maximum number of concurrent connections per client address; per /64 network for IPv6.
    pub max_connections_per_address: usize,
    /// Reverse proxies. They may use all connections, because their connections belong to different clients.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Maximum size of a request body, with or without a declared length.
    pub max_body_bytes: u64,
    /// Maximum number of bytes of all connections together that wait for clients: incomplete headers, bodies, and responses that are not
    /// read. Above it, connections are closed: those of the client that occupies the most bytes, longest waiting first.
    pub max_waiting_bytes: usize,
}

impl Config {
    /// The key that connections are counted by; `None` for a trusted proxy.
    pub(crate) fn client_key(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        if self
            .trusted_proxies
            .iter()
            .any(|proxies| proxies.contains(&address))
        {
            return None;
        }
        Some(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }
}

/// An extension of requests that arrive while the server, or the share of their client, is full. Only health probes should be answered.
#[derive(Clone, Copy, Debug)]
pub struct Overloaded;
