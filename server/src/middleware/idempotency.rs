//! Idempotent retries, together with [`IdempotencyKey`](crate::extract::IdempotencyKey). A use case stores its success in
//! its own transaction; errors have no transaction, so this middleware stores them.

use crate::{
    error_response::ErrorResponse,
    extract::idempotency_key::{IDEMPOTENCY_KEY, IdempotencyContext},
};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{ApiError, tenants::Action};
use service::{Services, context::permit, idempotency};
use std::sync::Arc;

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Stores error responses of requests with an `Idempotency-Key`, and marks replayed responses.
pub async fn store_errors(
    State(services): State<Arc<Services>>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return next.run(request).await;
    }
    let context = IdempotencyContext::default();
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    let Some(idempotent) = context.request() else {
        return response;
    };
    if let (Some(ErrorResponse(error)), Some(caller)) = (
        response.extensions().get::<ErrorResponse>().cloned(),
        context.caller(),
    ) && let Ok(grant) = permit(caller, Action::ReadApplications)
    {
        let stored = idempotency::store_error(&services, grant, idempotent, error).await;
        response = ErrorResponse(stored.unwrap_or_else(ApiError::from)).into_response();
    }
    if idempotent.is_replayed() {
        response
            .headers_mut()
            .insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
