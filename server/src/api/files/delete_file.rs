//! `POST /api/files/delete_file`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::files::FileRef;
use service::{Services, files};
use std::sync::Arc;

/// Delete a file
///
/// It cannot be restored. Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_file", tag = "files",
    request_body(content = FileRef, example = json!({ "file_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e62" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_file(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<FileRef>,
) -> Result<StatusCode, ErrorResponse> {
    files::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
