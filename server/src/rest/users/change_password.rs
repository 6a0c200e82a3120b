//! `POST /api/users/change_password`.

use crate::rest::{
    extract::{Authorized, Body},
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::ChangePasswordInput;
use service::{Services, users};
use std::sync::Arc;

/// Change the password
///
/// All other sessions of the person end, and the links in mails already sent. A mail tells the person. An account without
/// a password gets its first one without `current_password`, within a quarter of an hour of signing in.
#[utoipa::path(
    post, path = "/change_password", tag = "users",
    request_body(content = ChangePasswordInput, example = json!({
        "current_password": "the password of the account", "new_password": "seven quiet cats herd sheep",
    })),
    responses(
        (status = 204, description = "Changed."),
        refuse::ReauthenticationRequired,
        refuse::Conflict,
    ),
)]
pub(super) async fn change_password(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Asking(client): Asking,
    Body(input): Body<ChangePasswordInput>,
) -> Result<StatusCode, Problem> {
    users::change_password(&services, &caller, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
