//! `POST /api/coaching/revoke_access`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::coaching::AccessGrantRef;
use service::{Services, coaching};
use std::sync::Arc;

/// Revoke access
///
/// Takes effect with the viewer's next request, on every server. Only the member who granted the access can revoke it; revoking it
/// again is `not_found`.
#[utoipa::path(
    post, path = "/revoke_access", tag = "coaching",
    request_body(content = AccessGrantRef, example = json!({ "grant_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e82" })),
    responses((status = 204, description = "Revoked."), errors::NotFound),
)]
pub(super) async fn revoke_access(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<AccessGrantRef>,
) -> Result<StatusCode, ErrorResponse> {
    coaching::revoke_access(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
