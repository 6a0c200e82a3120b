//! Protection against cross-site request forgery for all routes that are authenticated by a cookie.
//!
//! tower-http's layer compares `Sec-Fetch-Site` and `Origin` with the host, and accepts requests without either.
//! Browsers send one of them with every write, so [`require_same_origin`] also rejects writes without them.

use super::security_headers::Https;
use crate::error_response::error_response;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use domain::ErrorCode;
use service::audit_log::{self, AuditEvent};
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};

/// Creates the response to a rejected request.
pub type Rejection = fn(ProtectionError) -> Response;

/// The layer for this public URL.
///
/// # Errors
/// [`ConfigError`] if the URL has no origin.
pub fn csrf_layer(public_url: &str) -> Result<CsrfLayer<Rejection>, ConfigError> {
    let rejection: Rejection = |_| cross_origin_response();
    Ok(CsrfLayer::new()
        .add_trusted_origin(public_url)?
        .with_rejection_response(rejection))
}

/// Rejects writes without `Origin` and `Sec-Fetch-Site`, and, under https, writes from an `http://` origin. Writes to unknown paths get 404
/// instead.
pub async fn require_same_origin(
    State(Https(https)): State<Https>,
    request: Request,
    next: Next,
) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_read && request.extensions().get::<MatchedPath>().is_none() {
        return error_response(ErrorCode::NotFound, "Not found.");
    }
    let origin = request.headers().get(header::ORIGIN);
    let has_origin = origin.is_some() || request.headers().contains_key("sec-fetch-site");
    // The layer only compares hosts, but a page of the same host without TLS may have been tampered with.
    let is_insecure = https && origin.is_some_and(|o| !o.as_bytes().starts_with(b"https://"));
    if is_read || has_origin && !is_insecure {
        next.run(request).await
    } else {
        cross_origin_response()
    }
}

/// The response to a cross-origin request; also recorded in the audit log.
pub fn cross_origin_response() -> Response {
    audit_log::record(AuditEvent::CrossOriginDenied, None, None);
    error_response(
        ErrorCode::CrossOrigin,
        "This request came from another site, so it was rejected.",
    )
}
