//! Tasks: what the user has to do, for an application or in general. Their dates are days in the user's time zone.

mod add;
mod list;
mod update;

pub use add::{AddTaskInput, TaskDraft};
pub use list::{ListTasksInput, TaskState};
pub use update::{TaskUpdate, UpdateTaskInput};

use crate::{FieldCode, JobApplicationId, TaskId, coaching::Person, normalize::TextError};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a title, in characters.
pub const MAX_TASK_TITLE_LEN: usize = 200;

/// The kind of a task.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TaskKind {
    /// Asking the employer how the application stands.
    FollowUp,
    /// Anything else.
    #[default]
    Task,
}

impl TaskKind {
    /// All kinds, in the order of forms.
    pub const ALL: [Self; 2] = [Self::FollowUp, Self::Task];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Id of the task.
    pub id: TaskId,
    /// The application it is for; `null` for one in general.
    pub jobapp_id: Option<JobApplicationId>,
    /// The kind of task.
    pub kind: TaskKind,
    /// The text of the task.
    pub title: String,
    /// The day by which it has to be done.
    pub due_on: Option<NaiveDate>,
    /// Counts as the due day if it is later.
    pub snoozed_until: Option<NaiveDate>,
    /// When it was done; `null` while it is open.
    pub done_at: Option<DateTime<Utc>>,
    /// The coach who assigned it; `null` for one of the user's own. The name is that at the time.
    pub assigned_by: Option<Person>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Task {
    /// The effective due day: the later of the due day and the day until which the task is snoozed.
    pub fn day(&self) -> Option<NaiveDate> {
        self.due_on.max(self.snoozed_until)
    }
}

/// Body of `POST /api/tasks/delete_task`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TaskRef {
    /// The task.
    pub task_id: TaskId,
}

fn plausible_day(day: NaiveDate) -> Result<NaiveDate, TextError> {
    if (1970..=2099).contains(&day.year()) {
        return Ok(day);
    }
    let detail = "Use a date between 1970-01-01 and 2099-12-31.";
    Err((FieldCode::OutOfRange, detail.into()))
}
