//! Writes that cookies authenticate must come from our own pages.
//!
//! tower-http's layer compares what browsers say of themselves (`Sec-Fetch-Site`, `Origin`) with the host. It lets
//! requests pass that say neither; browsers always say one on a write, so here those are refused too.

use super::{headers::Https, problem::failure};
use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use domain::{ApiError, ErrorCode};
use service::security::{self, Event};
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};

/// The layer's answer to what it refuses.
pub type Refuse = fn(ProtectionError) -> Response;

/// The layer for a server that is reached under this URL.
///
/// # Errors
/// [`ConfigError`] when the URL has no origin that a browser would send.
pub fn layer(public_url: &str) -> Result<CsrfLayer<Refuse>, ConfigError> {
    let refuse: Refuse = |_| cross_origin();
    Ok(CsrfLayer::new()
        .add_trusted_origin(public_url)?
        .with_rejection_response(refuse))
}

/// Refuses writes that do not say where they come from, and under https those that come from a page without it.
pub async fn named_origin(State(Https(https)): State<Https>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = request.headers().get(header::ORIGIN);
    let named = origin.is_some() || request.headers().contains_key("sec-fetch-site");
    // The layer compares hosts. Whoever can speak for our host without TLS is not us.
    let plain = https && origin.is_some_and(|o| !o.as_bytes().starts_with(b"https://"));
    if reads || named && !plain {
        next.run(request).await
    } else {
        cross_origin()
    }
}

fn cross_origin() -> Response {
    security::note(Event::CrossOriginDenied, None, None);
    failure(ApiError::new(
        ErrorCode::CrossOrigin,
        "This was not sent from our own pages, so it was not done.",
    ))
}
