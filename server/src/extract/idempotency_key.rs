//! The `Idempotency-Key` header. Endpoints that create something extract [`IdempotencyKey`]; all others ignore the header.

use crate::error_response::ErrorResponse;
use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderName, request::Parts},
};
use domain::{ApiError, FieldCode};
use service::{context::Caller, idempotency::IdempotentRequest};
use std::sync::{Arc, OnceLock};

/// The header's name.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Collects what extractors learn about a request with a key. An extension that the middleware
/// [`store_errors`](crate::middleware::idempotency::store_errors) inserts before the handler and reads afterwards.
#[derive(Clone, Debug, Default)]
pub struct IdempotencyContext(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    request: OnceLock<IdempotentRequest>,
    caller: OnceLock<Caller>,
}

impl IdempotencyContext {
    /// The request, if the endpoint is idempotent.
    pub fn request(&self) -> Option<&IdempotentRequest> {
        self.0.request.get()
    }

    /// The caller, once it is authenticated.
    pub fn caller(&self) -> Option<&Caller> {
        self.0.caller.get()
    }

    pub(super) fn set_caller(&self, caller: &Caller) {
        let _ = self.0.caller.set(caller.clone());
    }

    /// Adds the complete body to the request's fingerprint.
    pub(super) fn set_body(&self, body: &[u8]) {
        if let Some(request) = self.request() {
            request.update(body);
            request.finish();
        }
    }
}

/// The header in the OpenAPI document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation only; the header is read as bytes")]
pub struct IdempotencyKeyHeader {
    /// Makes retries safe: a repeated request with the same key and body within 24 hours gets the first response again,
    /// with `Idempotency-Replayed: true`, and has no other effect. Printable ASCII, for example a UUID.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[ -~]+$"
    )]
    idempotency_key: Option<String>,
}

/// The idempotency key of the request, if any. Must come after [`super::BearerAuth`] and before the body.
pub struct IdempotencyKey(Option<IdempotencyContext>);

impl IdempotencyKey {
    /// The request to execute at most once; `None` without a key.
    pub fn request(&self) -> Option<&IdempotentRequest> {
        self.0.as_ref().and_then(IdempotencyContext::request)
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorResponse> {
        let Some(context) = parts.extensions.get::<IdempotencyContext>().cloned() else {
            return Ok(Self(None));
        };
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let (Some(key), None) = (keys.next(), keys.next()) else {
            let detail = "Send one Idempotency-Key header.";
            return Err(ApiError::field("Idempotency-Key", FieldCode::InvalidFormat, detail).into());
        };
        let path = parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.path(), |uri| uri.path());
        let request = IdempotentRequest::new(&format!("{} {path}", parts.method), key.as_bytes())?;
        let _ = context.0.request.set(request);
        Ok(Self(Some(context)))
    }
}
