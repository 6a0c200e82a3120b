//! `POST /api/users/change_password`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::ChangePasswordInput;
use service::{Services, auth};
use std::sync::Arc;

/// Change the password
///
/// Revokes all other sessions of the user and all links in emails already sent, and notifies the user by email. An
/// account without a password can set its first one without `current_password` within 15 minutes of signing in.
#[utoipa::path(
    post, path = "/change_password", tag = "users",
    request_body(content = ChangePasswordInput, example = json!({
        "current_password": "the password of the account", "new_password": "seven quiet cats herd sheep",
    })),
    responses(
        (status = 204, description = "The password was changed."),
        errors::ReauthenticationRequired,
        errors::Conflict,
    ),
)]
pub(super) async fn change_password(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<ChangePasswordInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::change_password(&services, &caller, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
