//! `POST /api/jobapps/update_jobapp_note`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{Note, UpdateNoteInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Rewrite a note
///
/// Its place in the list stays that of its first writing.
#[utoipa::path(
    post, path = "/update_jobapp_note", tag = "jobapps",
    request_body(content = UpdateNoteInput, example = json!({
        "jobapp_note_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e61", "description": "They have the references.",
    })),
    responses(
        (status = 200, description = "The note as it is now.", body = Envelope<Note>),
        refuse::NotFound,
    ),
)]
pub(super) async fn update_jobapp_note(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateNoteInput>,
) -> Result<Data<Note>, Problem> {
    Ok(Data(jobapps::update_note(&services, &caller, input).await?))
}
