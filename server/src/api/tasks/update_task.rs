//! `POST /api/tasks/update_task`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tasks::{Task, UpdateTaskInput};
use service::{Services, tasks};
use std::sync::Arc;

/// Update a task
///
/// Absent fields stay unchanged, `null` clears.
#[utoipa::path(
    post, path = "/update_task", tag = "tasks",
    request_body(content = UpdateTaskInput, example = json!({
        "task_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e63", "done": true,
    })),
    responses(
        (status = 200, description = "The updated task.", body = Envelope<Task>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn update_task(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateTaskInput>,
) -> Result<Data<Task>, ErrorResponse> {
    Ok(Data(tasks::update(&services, &caller, input).await?))
}
