//! Who a request comes from. Behind a proxy the connection is the proxy's; what it says of the client's address is
//! believed from configured proxies only.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::Response,
};
use service::limits::Client;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Addresses that begin alike, such as `10.0.0.0/8`; a single address is one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let same = first.to_bits() ^ address.to_bits();
                same.checked_shr(u32::from(32 - self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let same = first.to_bits() ^ address.to_bits();
                same.checked_shr(u32::from(128 - self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is neither an address nor a network; write for example 10.0.0.7 or 10.0.0.0/8"
            )
        };
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text.trim(), None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        if bits > longest {
            return Err(wrong());
        }
        Ok(Self { first, bits })
    }
}

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default)]
pub struct Trusted(Arc<[Network]>);

impl Trusted {
    /// These.
    pub fn new(proxies: &[Network]) -> Self {
        Self(proxies.into())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The rightmost hop that is not one of ours: everything left of it is hearsay.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in hops(headers).into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            // Something that is no address: its sender is the last that is known.
            let Some(hop) = hop else { break };
            client = hop.to_canonical();
        }
        client
    }
}

/// The addresses that proxies have added, in their order. `X-Forwarded-For` where it is there, otherwise `Forwarded`
/// (RFC 7239): a proxy that sets only the latter has to remove the former.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
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
        elements.map(|e| address(e.trim())).collect()
    } else {
        elements.map(|e| address(forwarded_for(e)?)).collect()
    }
}

/// The value of `for` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    element
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim_matches('"'))
}

/// An address, perhaps in brackets and with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
        .or_else(bracketed)
}

/// The middleware: from here on the request knows its client.
pub async fn introduce(State(trusted): State<Trusted>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let address = trusted.client(peer, request.headers());
    let client = Client::new(address, agent(request.headers()));
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// What the client calls itself.
pub fn agent(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(agent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, lines: &[(&str, &str)]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().expect("a network")).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).expect("a name"),
                value.parse().expect("a value"),
            );
        }
        let peer = peer.parse().expect("an address");
        Trusted::new(&trusted).client(peer, &headers).to_string()
    }

    /// RL-1, AT-12, AT-15: nobody speaks for others.
    #[test]
    fn rl_1_what_strangers_say_is_not_believed() {
        for name in [
            "x-forwarded-for",
            "x-real-ip",
            "cf-connecting-ip",
            "true-client-ip",
        ] {
            assert_eq!(
                client(&["10.0.0.1"], "203.0.113.9", &[(name, "198.51.100.1")]),
                "203.0.113.9"
            );
            assert_eq!(client(&[], "10.0.0.1", &[(name, "198.51.100.1")]), "10.0.0.1");
        }
        let forwarded = [("forwarded", "for=198.51.100.1")];
        assert_eq!(client(&[], "10.0.0.1", &forwarded), "10.0.0.1");
        // From a proxy only the headers that proxies are known to set.
        let real = [("x-real-ip", "198.51.100.1")];
        assert_eq!(client(&["10.0.0.1"], "10.0.0.1", &real), "10.0.0.1");
    }

    #[test]
    fn rl_1_the_rightmost_hop_that_is_not_ours() {
        let one = |value| {
            client(
                &["10.0.0.0/8", "fd00::/8"],
                "10.0.0.1",
                &[("x-forwarded-for", value)],
            )
        };
        assert_eq!(one("203.0.113.9"), "203.0.113.9");
        assert_eq!(one("198.51.100.1, 203.0.113.9"), "203.0.113.9");
        assert_eq!(one("198.51.100.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9");
        assert_eq!(one("203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(one("2001:db8::7"), "2001:db8::7");
        assert_eq!(one("[2001:db8::7]:80, fd00::1"), "2001:db8::7");
        assert_eq!(one("203.0.113.9, unknown"), "10.0.0.1");
        assert_eq!(one(""), "10.0.0.1");
        assert_eq!(one("10.9.9.9"), "10.9.9.9");
        let lines = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        assert_eq!(client(&["10.0.0.1"], "10.0.0.1", &lines), "203.0.113.9");
        assert_eq!(client(&["10.0.0.1"], "::ffff:10.0.0.1", &lines), "203.0.113.9");
    }

    #[test]
    fn rl_1_forwarded_where_nothing_else_is() {
        let value = "for=198.51.100.1, for=\"[2001:db8::7]:4711\";proto=https, For=10.0.0.2";
        let both = [("forwarded", value), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &both[..1]), "2001:db8::7");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &both), "203.0.113.9");
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.1", &[("forwarded", "for=_hidden")]),
            "10.0.0.1"
        );
    }

    #[test]
    fn networks_are_read_strictly() {
        for text in [
            "10.0.0.1",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/32",
            "::1",
        ] {
            assert!(text.parse::<Network>().is_ok(), "{text}");
        }
        for text in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0.0/8/8",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let everywhere: Network = "0.0.0.0/0".parse().expect("a network");
        assert!(everywhere.contains("203.0.113.9".parse().expect("an address")));
        let half: Network = "128.0.0.0/1".parse().expect("a network");
        assert!(!half.contains("127.0.0.1".parse().expect("an address")));
    }
}
