//! `POST /api/users/delete_user`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::ReauthInput;
use service::{Services, wiring};
use std::sync::Arc;

/// Delete the account
///
/// Deletes the user, their sessions, workspaces without other members, and their data in other workspaces,
/// immediately and permanently. Requires the password; without a password, a sign-in within the last 15 minutes.
#[utoipa::path(
    post, path = "/delete_user", tag = "users",
    request_body(content = Option<ReauthInput>, example = json!({ "password": "the password of the account" })),
    responses(
        (status = 204, description = "Deleted."),
        errors::ReauthenticationRequired,
    ),
)]
pub(super) async fn delete_user(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    OptionalJsonBody(input): OptionalJsonBody<ReauthInput>,
) -> Result<StatusCode, ErrorResponse> {
    wiring::delete_user(&services, &caller, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
