//! `POST /api/users/logout`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::LogoutInput;
use service::{Services, users};
use std::sync::Arc;

/// Sign out
///
/// The access token and its refresh tokens are dead at once, on every server. `everywhere` ends every session of the
/// person. The body may be left out.
#[utoipa::path(
    post, path = "/logout", tag = "users",
    request_body(content = Option<LogoutInput>, example = json!({ "everywhere": true })),
    responses((status = 204, description = "Signed out.")),
)]
pub(super) async fn logout(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    OptionalBody(input): OptionalBody<LogoutInput>,
) -> Result<StatusCode, Problem> {
    users::logout(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
