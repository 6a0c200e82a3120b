//! `POST /api/jobapps/delete_jobapp_note`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::NoteRef;
use service::{Services, jobapps};
use std::sync::Arc;

/// Delete a note
///
/// Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_jobapp_note", tag = "jobapps",
    request_body(content = NoteRef, example = json!({ "jobapp_note_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e61" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_jobapp_note(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<NoteRef>,
) -> Result<StatusCode, ErrorResponse> {
    jobapps::delete_note(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
