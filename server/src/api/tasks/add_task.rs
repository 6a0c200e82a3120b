//! `POST /api/tasks/add_task`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::tasks::{AddTaskInput, Task};
use service::{Services, tasks};
use std::sync::Arc;

/// Add a task
///
/// An application has at most 200 tasks, and a user 5,000. With `owner_id`, the caller assigns the task to a client who has granted
/// the scope `comment`; the task belongs to the client and names who assigned it.
#[utoipa::path(
    post, path = "/add_task", tag = "tasks",
    params(IdempotencyKeyHeader),
    request_body(content = AddTaskInput, example = json!({
        "title": "Ask how the application stands", "kind": "follow_up", "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f",
        "due_on": "2026-12-01",
    })),
    responses(
        (status = 201, description = "The new task.", body = Envelope<Task>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn add_task(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddTaskInput>,
) -> Result<Created<Task>, ErrorResponse> {
    Ok(Created(
        tasks::add(&services, &caller, idempotency.request(), input).await?,
    ))
}
