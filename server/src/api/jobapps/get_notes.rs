//! `GET /api/jobapps/get_notes`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    jobapps::{ListNotesInput, Note},
    pagination::Page,
};
use service::{Services, jobapps};
use std::sync::Arc;

/// List notes of all applications
///
/// Notes of all applications, the least recently changed first. A note that changes between two requests is listed again on a later page. Notes of
/// deleted applications are not listed; when one is restored, `updated_at` of its notes stays as it was. To keep a copy up to date, also
/// with notes that were deleted, read `note.*` with `get_changes`.
#[utoipa::path(
    get, path = "/get_notes", tag = "jobapps",
    params(ListNotesInput),
    responses((status = 200, description = "A page of notes.", body = Page<Note>)),
)]
pub(super) async fn get_notes(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListNotesInput>,
) -> Result<Json<Page<Note>>, ErrorResponse> {
    Ok(Json(jobapps::list_all_notes(&services, &caller, input).await?))
}
