//! `POST /api/coaching/delete_comment`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::coaching::CommentRef;
use service::{Services, coaching};
use std::sync::Arc;

/// Delete a comment
///
/// Its author and the owner of the application can. Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_comment", tag = "coaching",
    request_body(content = CommentRef, example = json!({ "comment_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e83" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_comment(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<CommentRef>,
) -> Result<StatusCode, ErrorResponse> {
    coaching::delete_comment(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
