//! `POST /api/jobapps/add_jobapp_note`.

use crate::rest::{
    answer::{Created, Envelope},
    extract::{Authorized, Body},
    idempotency::{KeyHeader, Once},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{AddNoteInput, Note};
use service::{Services, jobapps};
use std::sync::Arc;

/// Write a note on an application
///
/// `description` is Markdown and comes back as it was written.
#[utoipa::path(
    post, path = "/add_jobapp_note", tag = "jobapps",
    params(KeyHeader),
    request_body(content = AddNoteInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "description": "Asked for **references**.",
    })),
    responses(
        (status = 201, description = "Written.", body = Envelope<Note>,
            headers(("Idempotency-Replayed" = bool, description = "There, and true, when the answer is an earlier one."))),
        refuse::IdempotencyKeyInUse,
        refuse::IdempotencyKeyReused,
        refuse::NotFound,
    ),
)]
pub(super) async fn add_jobapp_note(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    once: Once,
    Body(input): Body<AddNoteInput>,
) -> Result<Created<Note>, Problem> {
    Ok(Created(
        jobapps::add_note_once(&services, &caller, once.attempt(), input).await?,
    ))
}
