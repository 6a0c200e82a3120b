//! `POST /api/tasks/delete_task`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tasks::TaskRef;
use service::{Services, tasks};
use std::sync::Arc;

/// Delete a task
///
/// To mark a task as done, use `update_task`. Deleting it again is `not_found`. The coach who assigned a task to a client can
/// delete it while it is open.
#[utoipa::path(
    post, path = "/delete_task", tag = "tasks",
    request_body(content = TaskRef, example = json!({ "task_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e63" })),
    responses((status = 204, description = "Deleted."), errors::NotFound, errors::Conflict),
)]
pub(super) async fn delete_task(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<TaskRef>,
) -> Result<StatusCode, ErrorResponse> {
    tasks::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
