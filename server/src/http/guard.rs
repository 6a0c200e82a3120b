//! Refuses what two parsers could read in two ways, and says so to those who were too slow.

use super::{body::TooSlow, head::Framing, problem::failure};
use axum::{
    extract::Request,
    http::{HeaderValue, header, uri::Authority},
    middleware::Next,
    response::Response,
};
use domain::{ApiError, ErrorCode};

/// The middleware.
pub async fn guard(request: Request, next: Next) -> Response {
    if let Err(detail) = check(&request) {
        return closing(failure(ApiError::new(ErrorCode::Malformed, detail)));
    }
    let too_slow = request.extensions().get::<TooSlow>().cloned();
    let answer = next.run(request).await;
    if too_slow.is_some_and(|t| t.is_set()) {
        return closing(failure(ApiError::new(
            ErrorCode::RequestTimeout,
            "The body did not arrive in time. Send it again.",
        )));
    }
    answer
}

fn check(request: &Request) -> Result<(), &'static str> {
    if request.extensions().get::<Framing>().is_some_and(|f| f.ambiguous) {
        return Err("A request has either Content-Length or Transfer-Encoding, not both.");
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host,
        (None, _) => return Err("A request names its host: the Host header is missing."),
        (Some(_), Some(_)) => return Err("A request names one host: there is more than one Host header."),
    };
    let host = host.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
    let Some(host) = host.filter(|h| !h.as_str().contains('@')) else {
        return Err("The Host header is not the name of a host.");
    };
    match request.uri().authority() {
        Some(target) if target != &host => {
            Err("The request's target and its Host header name different hosts.")
        }
        _ => Ok(()),
    }
}

/// What follows such a request on its connection is not to be trusted.
fn closing(mut answer: Response) -> Response {
    answer
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(uri: &str, hosts: &[&str]) -> Request {
        let mut builder = Request::builder().uri(uri);
        for host in hosts {
            builder = builder.header("host", *host);
        }
        builder.body(Body::empty()).expect("request")
    }

    #[test]
    fn takes_one_host_that_is_one() {
        for (uri, hosts) in [
            ("/", vec!["localhost:3000"]),
            ("/", vec!["[::1]:3000"]),
            ("http://a.example/", vec!["a.example"]),
        ] {
            assert_eq!(check(&request(uri, &hosts)), Ok(()), "{uri} {hosts:?}");
        }
        for (uri, hosts) in [
            ("/", vec![]),
            ("/", vec!["a", "a"]),
            ("/", vec![""]),
            ("/", vec!["user@a"]),
            ("/", vec!["a/b"]),
            ("http://a.example/", vec!["b.example"]),
        ] {
            assert!(check(&request(uri, &hosts)).is_err(), "{uri} {hosts:?}");
        }
    }

    #[test]
    fn refuses_two_lengths() {
        let mut request = request("/", &["a"]);
        request.extensions_mut().insert(Framing { ambiguous: true });
        assert!(check(&request).is_err());
    }
}
