//! `POST /api/users/revoke_session`.

use crate::rest::{
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::RevokeSessionInput;
use service::{Services, users};
use std::sync::Arc;

/// End a sign-in
///
/// One of one's own; its tokens are dead at once.
#[utoipa::path(
    post, path = "/revoke_session", tag = "users",
    request_body(content = RevokeSessionInput, example = json!({ "session_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Ended."),
        refuse::NotFound,
    ),
)]
pub(super) async fn revoke_session(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<RevokeSessionInput>,
) -> Result<StatusCode, Problem> {
    users::revoke_session(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
