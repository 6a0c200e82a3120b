//! `POST /api/jobapps/update_jobapp_note`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{Note, UpdateNoteInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Update a note
///
/// The note keeps its position in the list, which is sorted by creation time.
#[utoipa::path(
    post, path = "/update_jobapp_note", tag = "jobapps",
    request_body(content = UpdateNoteInput, example = json!({
        "jobapp_note_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e61", "description": "They have the references.",
    })),
    responses(
        (status = 200, description = "The updated note.", body = Envelope<Note>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn update_jobapp_note(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateNoteInput>,
) -> Result<Data<Note>, ErrorResponse> {
    Ok(Data(jobapps::update_note(&services, &caller, input).await?))
}
