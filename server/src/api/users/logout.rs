//! `POST /api/users/logout`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::LogoutInput;
use service::{Services, auth};
use std::sync::Arc;

/// Sign out
///
/// Revokes the access token and its refresh tokens immediately, on every server. `everywhere` revokes all sessions of
/// the user. The body may be omitted.
#[utoipa::path(
    post, path = "/logout", tag = "users",
    request_body(content = Option<LogoutInput>, example = json!({ "everywhere": true })),
    responses((status = 204, description = "Signed out.")),
)]
pub(super) async fn logout(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(input): OptionalJsonBody<LogoutInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::logout(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
