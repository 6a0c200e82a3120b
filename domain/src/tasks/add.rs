//! Input of `POST /api/tasks/add_task`.

use super::{MAX_TASK_TITLE_LEN, TaskKind, plausible_day};
use crate::{ApiError, FieldErrors, JobApplicationId, UserId, normalize};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Body of `POST /api/tasks/add_task`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddTaskInput {
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// The kind of task; defaults to `task`.
    #[serde(default)]
    pub kind: TaskKind,
    /// The application it is for.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
    /// The day by which it has to be done.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// A client who has granted the caller the scope `comment`, to assign the task to; defaults to the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// A validated [`AddTaskInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDraft {
    /// The text of the task.
    pub title: String,
    /// The kind of task.
    pub kind: TaskKind,
    /// The application it is for.
    pub jobapp_id: Option<JobApplicationId>,
    /// The day by which it has to be done.
    pub due_on: Option<NaiveDate>,
}

impl AddTaskInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<TaskDraft, ApiError> {
        let mut errors = FieldErrors::default();
        let title = errors.check("title", normalize::line(&self.title, 1, MAX_TASK_TITLE_LEN));
        let due_on = self
            .due_on
            .and_then(|day| errors.check("due_on", plausible_day(day)));
        errors.into_result()?;
        Ok(TaskDraft {
            title: title.unwrap_or_default(),
            kind: self.kind,
            jobapp_id: self.jobapp_id,
            due_on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_input_invalid_reports_every_field() {
        let input: AddTaskInput =
            serde_json::from_str(r#"{"title":" ","due_on":"2100-01-01"}"#).expect("shape");
        assert_eq!(input.kind, TaskKind::Task);
        let errors = input.parse().expect_err("invalid").errors;
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["title", "due_on"]);
    }
}
