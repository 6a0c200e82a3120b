//! `POST /api/users/reset_password`. The token comes from a mail.

use crate::rest::{extract::Body, limits::Asking, openapi::refuse, problem::Problem};
use axum::{extract::State, http::StatusCode};
use domain::users::ResetPasswordInput;
use service::{Services, users};
use std::sync::Arc;

/// Set a new password with the token of a mail
///
/// The token works once. All sessions of the person end. A password that is too weak does not use the token up.
#[utoipa::path(
    post, path = "/reset_password", tag = "users",
    security(()),
    request_body(content = ResetPasswordInput, example = json!({
        "token": "k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO", "new_password": "seven quiet cats herd sheep",
    })),
    responses(
        (status = 204, description = "Set. Log in with it."),
        refuse::LinkExpired,
    ),
)]
pub(super) async fn reset_password(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<ResetPasswordInput>,
) -> Result<StatusCode, Problem> {
    users::reset_password(&services, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
