//! `POST /api/users/reset_password`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::ResetPasswordInput;
use service::{Services, auth};
use std::sync::Arc;

/// Reset the password
///
/// Takes the token from the password reset email, which can be used once. Revokes all sessions of the user. If the
/// password is too weak, the token stays valid.
#[utoipa::path(
    post, path = "/reset_password", tag = "users",
    security(()),
    request_body(content = ResetPasswordInput, example = json!({
        "token": "k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO", "new_password": "seven quiet cats herd sheep",
    })),
    responses(
        (status = 204, description = "The password was changed."),
        errors::LinkExpired,
    ),
)]
pub(super) async fn reset_password(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<ResetPasswordInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::reset_password(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
