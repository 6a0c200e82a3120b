//! How a request stands with its limit, on every answer of the API: `RateLimit` and `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers) and the `X-RateLimit-*` that many programs know. All from one count.

use crate::http::client::agent;
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};
use service::limits::{Client, Standing};
use std::{convert::Infallible, net::Ipv4Addr};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Who asks.
pub struct Asking(pub Client);

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of(parts.extensions.get(), &parts.headers)))
    }
}

/// Without a connection, as where routes are called in the same process, there is no address.
fn of(known: Option<&Client>, headers: &HeaderMap) -> Client {
    known
        .cloned()
        .unwrap_or_else(|| Client::new(Ipv4Addr::UNSPECIFIED.into(), agent(headers)))
}

/// The middleware.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let client = of(request.extensions().get(), request.headers());
    request.extensions_mut().insert(client.clone());
    let mut answer = next.run(request).await;
    if let Some(standing) = client.standing() {
        write(answer.headers_mut(), standing);
    }
    answer
}

fn write(headers: &mut HeaderMap, standing: Standing) {
    let Standing {
        limit,
        remaining,
        reset,
    } = standing;
    let policy = format!(
        "\"{}\";q={};w={}",
        limit.name,
        limit.most,
        limit.window.num_seconds()
    );
    let stands = format!("\"{}\";r={remaining};t={reset}", limit.name);
    for (name, text) in [(POLICY, policy), (LIMIT, stands)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    headers.insert(X_LIMIT, limit.most.into());
    headers.insert(X_REMAINING, remaining.into());
    headers.insert(X_RESET, reset.into());
}
