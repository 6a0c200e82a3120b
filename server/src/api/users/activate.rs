//! `POST /api/users/activate`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::VerifyEmailInput;
use service::{Services, auth};
use std::sync::Arc;

/// Confirm an email address
///
/// Takes the token from the confirmation email, which can be used once within three days. No authentication is
/// required.
#[utoipa::path(
    post, path = "/activate", tag = "users",
    security(()),
    request_body(content = VerifyEmailInput, example = json!({ "token": "k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO" })),
    responses(
        (status = 204, description = "Confirmed."),
        errors::LinkExpired,
    ),
)]
pub(super) async fn activate(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<VerifyEmailInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::verify_email(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
