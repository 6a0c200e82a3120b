//! Addresses, proxies, client timeouts, static files.

use clap::Args;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// HTTP settings.
#[derive(Debug, Args)]
pub struct Http {
    /// Address to listen on
    #[arg(long, env = "JOBHAX_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Public URL, used for links and cookies [default: http:// and the listen address]
    #[arg(long, env = "JOBHAX_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Comma-separated addresses or networks of reverse proxies whose X-Forwarded-For or Forwarded header is trusted
    #[arg(long, env = "JOBHAX_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Directory of the built web UI [default: `site` beside the binary, or target/site]
    #[arg(long, env = "LEPTOS_SITE_ROOT", hide = true)]
    pub site_root: Option<PathBuf>,
    /// Port of the live-reload socket; set by `cargo leptos watch`
    #[arg(long, env = "LEPTOS_RELOAD_PORT", hide = true)]
    pub reload_port: Option<u16>,
    /// Present when live reload is on; set by `cargo leptos watch`
    #[arg(long, env = "LEPTOS_WATCH", hide = true)]
    pub watch: Option<String>,
    /// Limits for slow clients.
    #[command(flatten)]
    pub timeouts: Timeouts,
}

impl Http {
    /// The public URL without a trailing slash.
    pub fn public_url(&self) -> String {
        let url = self
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen));
        url.trim_end_matches('/').to_owned()
    }

    /// Whether the public URL is `https://`.
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// The limits of the server, with this limit for the size of every body.
    pub fn server_limits(&self, max_body_bytes: u64) -> http_server::Config {
        let timeouts = self.timeouts;
        http_server::Config {
            timeouts: http_server::Timeouts {
                header: Duration::from_millis(timeouts.header_ms),
                idle: Duration::from_millis(timeouts.idle_ms),
                stall: Duration::from_millis(timeouts.stall_ms),
                drain: timeouts.drain(),
                shutdown_notice: Duration::from_millis(timeouts.shutdown_notice_ms),
            },
            max_connections: timeouts.connections as usize,
            max_connections_per_address: timeouts.connections_per_address as usize,
            trusted_proxies: self.trusted_proxies.as_slice().into(),
            max_body_bytes,
            max_waiting_bytes: timeouts.waiting_bytes,
        }
    }
}

/// Client timeouts and the connection limit. Hidden from the help: they exist so that tests can shorten them.
#[derive(Clone, Copy, Debug, Args)]
pub struct Timeouts {
    /// Milliseconds from the first byte of a request to the end of its headers
    #[arg(long, env = "JOBHAX_HEADER_TIMEOUT_MS", hide = true, default_value_t = 10_000)]
    pub header_ms: u64,
    /// Milliseconds a connection may be idle before the first request and between requests
    #[arg(long, env = "JOBHAX_IDLE_TIMEOUT_MS", hide = true, default_value_t = 30_000)]
    pub idle_ms: u64,
    /// Milliseconds without progress in a request or response body
    #[arg(long, env = "JOBHAX_STALL_TIMEOUT_MS", hide = true, default_value_t = 30_000)]
    pub stall_ms: u64,
    /// Milliseconds a request may take until its response begins; for uploads, since data last arrived
    #[arg(
        long,
        env = "JOBHAX_REQUEST_TIMEOUT_MS",
        hide = true,
        default_value_t = 60_000
    )]
    pub request_ms: u64,
    /// Milliseconds in-flight requests have to finish after the shutdown signal, including the notice
    #[arg(long, env = "JOBHAX_DRAIN_TIMEOUT_MS", hide = true, default_value_t = 10_000)]
    pub drain_ms: u64,
    /// Milliseconds after the shutdown signal during which new connections are still accepted
    #[arg(long, env = "JOBHAX_SHUTDOWN_NOTICE_MS", hide = true, default_value_t = 1_500)]
    pub shutdown_notice_ms: u64,
    /// Maximum concurrent connections
    #[arg(long, env = "JOBHAX_MAX_CONNECTIONS", hide = true, default_value_t = 2_000)]
    pub connections: u32,
    /// Maximum concurrent connections of one address that is not a trusted proxy
    #[arg(
        long,
        env = "JOBHAX_MAX_CONNECTIONS_PER_ADDRESS",
        hide = true,
        default_value_t = 500
    )]
    pub connections_per_address: u32,
    /// Maximum bytes of all connections together that wait for clients: incomplete headers, bodies, unread responses
    #[arg(
        long,
        env = "JOBHAX_MAX_WAITING_BYTES",
        hide = true,
        default_value_t = 64 * 1024 * 1024
    )]
    pub waiting_bytes: usize,
}

impl Timeouts {
    /// How long a request may take.
    pub const fn request(self) -> Duration {
        Duration::from_millis(self.request_ms)
    }

    /// How long in-flight requests and jobs have to finish after the shutdown signal.
    pub const fn drain(self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }
}

/// Parses a network in CIDR notation or a single address.
pub(super) fn parse_network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| {
            format!(
                "\"{text}\" is neither an address nor a network. Write for example 10.0.0.7 or 10.0.0.0/8"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_networks_are_parsed() {
        for text in [
            "10.0.0.1",
            " 10.0.0.1",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/32",
            "::1",
        ] {
            assert!(parse_network(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0.0/8/8",
        ] {
            assert!(parse_network(text).is_err(), "{text}");
        }
    }
}
