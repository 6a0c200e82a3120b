//! Determines the client's address. Behind a reverse proxy the connection comes from the proxy, which reports the client's address in a
//! header. Only configured proxies are trusted.

use crate::extract::client_info::user_agent;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};
use http_server::PeerAddr;
use ipnet::IpNet;
use service::context::ClientInfo;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The reverse proxies whose forwarding headers are trusted.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Trusts proxies in these networks.
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The rightmost forwarded address that is not a trusted proxy. Addresses further left are controlled by the client.
    fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded_addresses(headers).into_iter().rev() {
            if !self.contains(client) {
                break;
            }
            // The entry is not an address, such as `unknown`, so the proxy that added it is the last known address.
            let Some(hop) = hop else { break };
            client = hop.to_canonical();
        }
        client
    }
}

/// The addresses that proxies have appended, in order. `Forwarded` (RFC 7239) is only used if `X-Forwarded-For` is absent, so a proxy that
/// sets `Forwarded` must remove the other header.
fn forwarded_addresses(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let name = if headers.contains_key(X_FORWARDED_FOR) {
        X_FORWARDED_FOR
    } else {
        header::FORWARDED
    };
    let lines = headers
        .get_all(&name)
        .iter()
        .map(|line| line.to_str().unwrap_or("?"));
    let elements = lines.flat_map(|line| line.split(','));
    if name == X_FORWARDED_FOR {
        elements.map(|e| parse_address(e.trim())).collect()
    } else {
        elements.map(|e| parse_address(forwarded_for(e)?)).collect()
    }
}

/// The `for` parameter of an element of the `Forwarded` header.
fn forwarded_for(element: &str) -> Option<&str> {
    element
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim_matches('"'))
}

/// Parses an address, optionally with brackets and port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
        .or_else(bracketed)
}

/// Adds [`ClientInfo`] to the request.
pub async fn set_client_info(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<PeerAddr>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let address = proxies.resolve(peer, request.headers());
    let client = ClientInfo::new(address, user_agent(request.headers()));
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(trusted: &[&str], peer: &str, lines: &[(&str, &str)]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|t| t.parse().expect("network")).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).expect("name"),
                value.parse().expect("value"),
            );
        }
        let peer = peer.parse().expect("address");
        TrustedProxies::new(&trusted).resolve(peer, &headers).to_string()
    }

    #[test]
    fn forwarding_headers_of_untrusted_peers_are_ignored() {
        for name in [
            "x-forwarded-for",
            "x-real-ip",
            "cf-connecting-ip",
            "true-client-ip",
        ] {
            assert_eq!(
                resolve(&["10.0.0.1/32"], "203.0.113.9", &[(name, "198.51.100.1")]),
                "203.0.113.9"
            );
            assert_eq!(resolve(&[], "10.0.0.1", &[(name, "198.51.100.1")]), "10.0.0.1");
        }
        let forwarded = [("forwarded", "for=198.51.100.1")];
        assert_eq!(resolve(&[], "10.0.0.1", &forwarded), "10.0.0.1");
    }

    #[test]
    fn other_address_headers_of_trusted_proxies_are_ignored() {
        let real_ip = [("x-real-ip", "198.51.100.1")];
        assert_eq!(resolve(&["10.0.0.1/32"], "10.0.0.1", &real_ip), "10.0.0.1");
    }

    #[test]
    fn rightmost_untrusted_forwarded_address_is_the_client() {
        let forwarded_for = |value| {
            resolve(
                &["10.0.0.0/8", "fd00::/8"],
                "10.0.0.1",
                &[("x-forwarded-for", value)],
            )
        };
        assert_eq!(forwarded_for("203.0.113.9"), "203.0.113.9");
        assert_eq!(forwarded_for("198.51.100.1, 203.0.113.9"), "203.0.113.9");
        assert_eq!(
            forwarded_for("198.51.100.1, 203.0.113.9, 10.1.2.3"),
            "203.0.113.9"
        );
        assert_eq!(forwarded_for("203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(forwarded_for("2001:db8::7"), "2001:db8::7");
        assert_eq!(forwarded_for("[2001:db8::7]:80, fd00::1"), "2001:db8::7");
        assert_eq!(forwarded_for("203.0.113.9, unknown"), "10.0.0.1");
        assert_eq!(forwarded_for(""), "10.0.0.1");
        assert_eq!(forwarded_for("10.9.9.9"), "10.9.9.9");
        let lines = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        assert_eq!(resolve(&["10.0.0.1/32"], "10.0.0.1", &lines), "203.0.113.9");
        assert_eq!(
            resolve(&["10.0.0.1/32"], "::ffff:10.0.0.1", &lines),
            "203.0.113.9"
        );
    }

    #[test]
    fn forwarded_is_used_without_x_forwarded_for() {
        let value = "for=198.51.100.1, for=\"[2001:db8::7]:4711\";proto=https, For=10.0.0.2";
        let both = [("forwarded", value), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(resolve(&["10.0.0.0/8"], "10.0.0.1", &both[..1]), "2001:db8::7");
        assert_eq!(resolve(&["10.0.0.0/8"], "10.0.0.1", &both), "203.0.113.9");
        assert_eq!(
            resolve(&["10.0.0.0/8"], "10.0.0.1", &[("forwarded", "for=_hidden")]),
            "10.0.0.1"
        );
    }

    #[test]
    fn network_prefix_length_is_respected() {
        let header = [("x-forwarded-for", "198.51.100.1")];
        assert_eq!(resolve(&["0.0.0.0/0"], "203.0.113.9", &header), "198.51.100.1");
        assert_eq!(resolve(&["128.0.0.0/1"], "127.0.0.1", &header), "127.0.0.1");
    }
}
