//! `POST /api/keys/revoke_key`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::keys::ApiKeyRef;
use service::{Services, keys};
use std::sync::Arc;

/// Revoke an API key
///
/// The next request with the key is rejected. The counts of its requests are deleted with it.
#[utoipa::path(
    post, path = "/revoke_key", tag = "keys",
    request_body(content = ApiKeyRef, example = json!({ "key_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses((status = 204, description = "Revoked."), errors::NotFound),
)]
pub(super) async fn revoke_key(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ApiKeyRef>,
) -> Result<StatusCode, ErrorResponse> {
    keys::revoke_key(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
