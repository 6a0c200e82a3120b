//! `POST /api/tenants/delete_group`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::GroupRef;
use service::{Services, organizations};
use std::sync::Arc;

/// Delete a group
///
/// Its members stay in the workspace. Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_group", tag = "tenants",
    request_body(content = GroupRef, example = json!({ "group_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e91" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_group(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<GroupRef>,
) -> Result<StatusCode, ErrorResponse> {
    organizations::delete_group(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
