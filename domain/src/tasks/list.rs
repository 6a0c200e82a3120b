//! Input of `GET /api/tasks/get_tasks`.

use crate::{JobApplicationId, UserId};
use serde::{Deserialize, Serialize};

/// Which tasks are listed. Their day is `due_on`, or `snoozed_until` if that is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Not done.
    Open,
    /// Not done, and its day is over.
    Overdue,
    /// Not done, and its day is today.
    Today,
    /// Done.
    Done,
}

/// Query of `GET /api/tasks/get_tasks`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListTasksInput {
    /// Only tasks in this state.
    #[serde(default)]
    pub state: Option<TaskState>,
    /// Only tasks of this application.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
    /// The client that the tasks belong to; defaults to the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}
