//! Limits of a server.

use std::time::Duration;

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
}

/// Limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Client timeouts.
    pub timeouts: Timeouts,
    /// Concurrent connections. Further clients wait in the kernel's accept queue.
    pub max_connections: usize,
}
