//! `POST /api/users/forgot_password`.

use crate::{
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::ForgotPasswordInput;
use service::{Services, auth};
use std::sync::Arc;

/// Request a password reset
///
/// Sends an email with a link, if there is an account with this address. Without an account, the response is the same and takes
/// as long. The link is valid for one hour; a newer link replaces it. At most one email per minute is sent.
#[utoipa::path(
    post, path = "/forgot_password", tag = "users",
    security(()),
    request_body(content = ForgotPasswordInput, example = json!({ "email": "mara@example.org" })),
    responses((status = 204, description = "Accepted.")),
)]
pub(super) async fn forgot_password(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<ForgotPasswordInput>,
) -> Result<StatusCode, ErrorResponse> {
    auth::forgot_password(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
