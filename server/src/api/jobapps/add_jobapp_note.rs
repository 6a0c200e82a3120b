//! `POST /api/jobapps/add_jobapp_note`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{AddNoteInput, Note};
use service::{Services, jobapps};
use std::sync::Arc;

/// Add a note
///
/// `description` is Markdown and is returned unchanged. An application has at most 500 notes with 1 MiB of text, and
/// a user 10,000 with 64 MiB.
#[utoipa::path(
    post, path = "/add_jobapp_note", tag = "jobapps",
    params(IdempotencyKeyHeader),
    request_body(content = AddNoteInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "description": "Asked for **references**.",
    })),
    responses(
        (status = 201, description = "The new note.", body = Envelope<Note>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_jobapp_note(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddNoteInput>,
) -> Result<Created<Note>, ErrorResponse> {
    Ok(Created(
        jobapps::add_note(&services, &caller, idempotency.request(), input).await?,
    ))
}
