//! `GET /api/tasks/get_tasks`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::tasks::{ListTasksInput, Task};
use service::{Services, tasks};
use std::sync::Arc;

/// List tasks
///
/// By due day, tasks without a day last; then tasks that are done, the latest first. At most 5,000. The states depend on the day in
/// the time zone of the caller.
#[utoipa::path(
    get, path = "/get_tasks", tag = "tasks",
    params(ListTasksInput),
    responses(
        (status = 200, description = "The tasks.", body = Envelope<Vec<Task>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_tasks(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListTasksInput>,
) -> Result<Data<Vec<Task>>, ErrorResponse> {
    Ok(Data(tasks::list(&services, &caller, input).await?))
}
