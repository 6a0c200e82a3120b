//! Rejects requests that two HTTP parsers could interpret differently (request smuggling, host confusion).

use crate::framing::Framing;
use hyper::{Request, header, http::uri::Authority};

/// Why a request is ambiguous. The message is written for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// Both `Content-Length` and `Transfer-Encoding`.
    #[error("Send either Content-Length or Transfer-Encoding, not both.")]
    ConflictingLength,
    /// No `Host` header.
    #[error("The Host header is missing.")]
    MissingHost,
    /// Several `Host` headers.
    #[error("Send one Host header.")]
    MultipleHosts,
    /// A `Host` header that is not a host with an optional port.
    #[error("The Host header is not valid.")]
    InvalidHost,
    /// An absolute request target for another host.
    #[error("The request target and the Host header name different hosts.")]
    HostMismatch,
}

/// Checks the framing and the host of a request. The caller should close the connection after an error, because the bytes that follow
/// cannot be trusted.
///
/// # Errors
/// [`InvalidRequest`] describes the ambiguity.
pub fn check_request<B>(request: &Request<B>) -> Result<(), InvalidRequest> {
    if request
        .extensions()
        .get::<Framing>()
        .is_some_and(|framing| framing.conflicting_length)
    {
        return Err(InvalidRequest::ConflictingLength);
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host,
        (None, _) => return Err(InvalidRequest::MissingHost),
        (Some(_), Some(_)) => return Err(InvalidRequest::MultipleHosts),
    };
    let host = host
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Authority>().ok())
        .filter(|host| !host.as_str().contains('@'))
        .ok_or(InvalidRequest::InvalidHost)?;
    match request.uri().authority() {
        Some(target) if target != &host => Err(InvalidRequest::HostMismatch),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidRequest as E, *};

    fn request(uri: &str, hosts: &[&str]) -> Request<()> {
        let mut builder = Request::builder().uri(uri);
        for host in hosts {
            builder = builder.header("host", *host);
        }
        builder.body(()).expect("request")
    }

    #[test]
    fn exactly_one_valid_host_is_accepted() {
        for (uri, hosts) in [
            ("/", vec!["localhost:3000"]),
            ("/", vec!["[::1]:3000"]),
            ("http://a.example/", vec!["a.example"]),
        ] {
            assert_eq!(check_request(&request(uri, &hosts)), Ok(()), "{uri} {hosts:?}");
        }
        for (uri, hosts, error) in [
            ("/", vec![], E::MissingHost),
            ("/", vec!["a", "a"], E::MultipleHosts),
            ("/", vec![""], E::InvalidHost),
            ("/", vec!["user@a"], E::InvalidHost),
            ("/", vec!["a/b"], E::InvalidHost),
            ("http://a.example/", vec!["b.example"], E::HostMismatch),
        ] {
            assert_eq!(
                check_request(&request(uri, &hosts)),
                Err(error),
                "{uri} {hosts:?}"
            );
        }
    }

    #[test]
    fn conflicting_lengths_are_rejected() {
        let mut request = request("/", &["a"]);
        request.extensions_mut().insert(Framing {
            conflicting_length: true,
        });
        assert_eq!(check_request(&request), Err(InvalidRequest::ConflictingLength));
    }
}
