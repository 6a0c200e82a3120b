//! `POST /api/users/revoke_session`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::RevokeSessionInput;
use service::{Services, auth};
use std::sync::Arc;

/// Revoke a session
///
/// Only the user's own sessions. The tokens of the session become invalid immediately.
#[utoipa::path(
    post, path = "/revoke_session", tag = "users",
    request_body(content = RevokeSessionInput, example = json!({ "session_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Revoked."),
        errors::NotFound,
    ),
)]
pub(super) async fn revoke_session(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<RevokeSessionInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::revoke_session(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
