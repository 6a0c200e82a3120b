//! `POST /api/users/forgot_password`. The answer tells nothing about who has an account.

use crate::rest::{extract::Body, limits::Asking, problem::Problem};
use axum::{extract::State, http::StatusCode};
use domain::users::ForgotPasswordInput;
use service::{Services, users};
use std::sync::Arc;

/// Ask for a new password
///
/// Sends a link by mail, where somebody has the address. The answer and its time are the same where nobody has. The link
/// holds for an hour; a newer one replaces it; whoever asks twice within a minute gets one mail.
#[utoipa::path(
    post, path = "/forgot_password", tag = "users",
    security(()),
    request_body(content = ForgotPasswordInput, example = json!({ "email": "mara@example.org" })),
    responses((status = 204, description = "Taken down.")),
)]
pub(super) async fn forgot_password(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<ForgotPasswordInput>,
) -> Result<StatusCode, Problem> {
    users::forgot_password(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
