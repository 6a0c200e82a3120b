//! `POST /api/tenants/remove_member`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::MemberRef;
use service::{Services, wiring};
use std::sync::Arc;

/// Remove a member
///
/// Moves the member's applications to their personal workspace, as by `copy_jobapps`, with contacts and tasks and regardless of its
/// limits. Deletes the rest of what they have in this workspace, such as emails and comments. They get an email. If moving fails,
/// they are still a member, and repeating the request continues. Takes effect immediately. Only owners can remove owners. The last
/// owner cannot be removed. For the caller, it is `leave_tenant` with `"take_along": "move"`.
#[utoipa::path(
    post, path = "/remove_member", tag = "tenants",
    request_body(content = MemberRef, example = json!({ "user_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e81" })),
    responses(
        (status = 204, description = "Removed."),
        errors::NotFound,
        errors::QuotaExceeded,
        errors::Conflict,
        errors::LastOwner,
    ),
)]
pub(super) async fn remove_member(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<MemberRef>,
) -> Result<StatusCode, ErrorResponse> {
    wiring::remove_member(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
