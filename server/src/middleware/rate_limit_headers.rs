//! The rate limit status of a request on every API response: `RateLimit` and `RateLimit-Policy`
//! (draft-ietf-httpapi-ratelimit-headers), and `X-RateLimit-*` for clients that only know those.

use crate::extract::client_info::client_info;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use service::context::RateLimitStatus;

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Adds the headers if a limit was checked for the request.
pub async fn set_rate_limit_headers(mut request: Request, next: Next) -> Response {
    let client = client_info(request.extensions(), request.headers());
    request.extensions_mut().insert(client.clone());
    let mut response = next.run(request).await;
    if let Some(status) = client.rate_limit_status() {
        insert(response.headers_mut(), status);
    }
    response
}

fn insert(headers: &mut HeaderMap, status: RateLimitStatus) {
    let RateLimitStatus {
        name,
        max,
        window_seconds,
        remaining,
        reset_seconds,
    } = status;
    let policy = format!("\"{name}\";q={max};w={window_seconds}");
    let limit = format!("\"{name}\";r={remaining};t={reset_seconds}");
    for (name, text) in [(RATELIMIT_POLICY, policy), (RATELIMIT, limit)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    headers.insert(X_RATELIMIT_LIMIT, max.into());
    headers.insert(X_RATELIMIT_REMAINING, remaining.into());
    headers.insert(X_RATELIMIT_RESET, reset_seconds.into());
}
