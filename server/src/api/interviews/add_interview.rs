//! `POST /api/interviews/add_interview`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::interviews::{AddInterviewInput, Interview};
use service::{Services, interviews};
use std::sync::Arc;

/// Add an interview
///
/// An application has at most 100 interviews, and a user 2,000.
#[utoipa::path(
    post, path = "/add_interview", tag = "interviews",
    params(IdempotencyKeyHeader),
    request_body(content = AddInterviewInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "kind": "video", "starts_at": "2026-12-01T13:00:00Z",
        "ends_at": "2026-12-01T14:00:00Z", "time_zone": "Europe/Berlin", "place": "https://meet.example.org/abc",
    })),
    responses(
        (status = 201, description = "The new interview.", body = Envelope<Interview>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_interview(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddInterviewInput>,
) -> Result<Created<Interview>, ErrorResponse> {
    Ok(Created(
        interviews::add(&services, &caller, idempotency.request(), input).await?,
    ))
}
