//! `POST /api/users/revoke_other_sessions`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::EmptyInput;
use service::{Services, auth};
use std::sync::Arc;

/// Revoke all other sessions
///
/// Revokes all sessions of the user except the current one. Their tokens become invalid immediately.
#[utoipa::path(
    post, path = "/revoke_other_sessions", tag = "users",
    responses((status = 204, description = "Revoked.")),
)]
pub(super) async fn revoke_other_sessions(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::revoke_other_sessions(&services, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
