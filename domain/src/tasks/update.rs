//! Input of `POST /api/tasks/update_task`.

use super::{MAX_TASK_TITLE_LEN, Task, TaskKind, plausible_day};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, TaskId, jobapps::present, normalize};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/tasks/update_task`. Absent fields stay unchanged; `null` clears an optional field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateTaskInput {
    /// The task.
    pub task_id: TaskId,
    /// 1 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The kind of task.
    #[serde(default)]
    pub kind: Option<TaskKind>,
    /// The application it is for.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<JobApplicationId>))]
    pub jobapp_id: Option<Option<JobApplicationId>>,
    /// The day by which it has to be done.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub due_on: Option<Option<NaiveDate>>,
    /// Counts as the due day if it is later.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub snoozed_until: Option<Option<NaiveDate>>,
    /// Whether the task is done.
    #[serde(default)]
    pub done: Option<bool>,
}

/// A validated [`UpdateTaskInput`]. `None` leaves a field unchanged.
#[expect(clippy::option_option, reason = "cleared and unchanged are different things")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskUpdate {
    /// The task.
    pub task_id: TaskId,
    /// The application it is for.
    pub jobapp_id: Option<Option<JobApplicationId>>,
    title: Option<String>,
    kind: Option<TaskKind>,
    due_on: Option<Option<NaiveDate>>,
    snoozed_until: Option<Option<NaiveDate>>,
    done: Option<bool>,
}

impl UpdateTaskInput {
    /// An update without a change.
    pub fn unchanged(task_id: TaskId) -> Self {
        Self {
            task_id,
            title: None,
            kind: None,
            jobapp_id: None,
            due_on: None,
            snoozed_until: None,
            done: None,
        }
    }

    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field, or if no field was sent.
    pub fn parse(self) -> Result<TaskUpdate, ApiError> {
        let mut errors = FieldErrors::default();
        if self == Self::unchanged(self.task_id) {
            errors.add("title", FieldCode::Required, "Send at least one field to change.");
        }
        let title = self
            .title
            .and_then(|title| errors.check("title", normalize::line(&title, 1, MAX_TASK_TITLE_LEN)));
        let mut day = |field, day: Option<Option<NaiveDate>>| {
            day.map(|day| day.and_then(|day| errors.check(field, plausible_day(day))))
        };
        let due_on = day("due_on", self.due_on);
        let snoozed_until = day("snoozed_until", self.snoozed_until);
        errors.into_result()?;
        Ok(TaskUpdate {
            task_id: self.task_id,
            jobapp_id: self.jobapp_id,
            title,
            kind: self.kind,
            due_on,
            snoozed_until,
            done: self.done,
        })
    }
}

impl TaskUpdate {
    /// Applies the new values. Returns whether anything is different.
    pub fn apply(self, task: &mut Task, now: DateTime<Utc>) -> bool {
        let before = task.clone();
        task.title = self.title.unwrap_or_else(|| std::mem::take(&mut task.title));
        task.kind = self.kind.unwrap_or(task.kind);
        task.jobapp_id = self.jobapp_id.unwrap_or(task.jobapp_id);
        task.due_on = self.due_on.unwrap_or(task.due_on);
        task.snoozed_until = self.snoozed_until.unwrap_or(task.snoozed_until);
        match self.done {
            Some(true) => task.done_at = task.done_at.or(Some(now)),
            Some(false) => task.done_at = None,
            None => {}
        }
        let is_changed = *task != before;
        if is_changed {
            task.updated_at = now;
        }
        is_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(fields: &str) -> Result<(Task, bool), ApiError> {
        let body = format!(r#"{{"task_id":"00000000-0000-0000-0000-000000000001"{fields}}}"#);
        let input: UpdateTaskInput = serde_json::from_str(&body).expect("shape");
        let mut task: Task = serde_json::from_str(
            r#"{"id":"00000000-0000-0000-0000-000000000001","jobapp_id":null,"kind":"task","title":"Call","due_on":"2026-11-26",
            "snoozed_until":null,"done_at":null,"created_at":"2026-11-01T00:00:00Z","updated_at":"2026-11-01T00:00:00Z"}"#,
        )
        .expect("a task");
        let is_changed = input
            .parse()?
            .apply(&mut task, "2026-11-20T00:00:00Z".parse().expect("a time"));
        Ok((task, is_changed))
    }

    #[test]
    fn day_of_a_task_is_the_later_one() {
        let day = |fields| update(fields).expect("valid").0.day().map(|day| day.to_string());
        assert_eq!(
            day(r#","snoozed_until":"2026-11-28""#).as_deref(),
            Some("2026-11-28")
        );
        assert_eq!(
            day(r#","snoozed_until":"2026-11-25""#).as_deref(),
            Some("2026-11-26")
        );
        assert_eq!(day(r#","due_on":null"#), None);
    }

    #[test]
    fn task_update_sets_and_clears_done_once() {
        let (task, is_changed) = update(r#","done":true"#).expect("valid");
        assert!(is_changed && task.done_at.is_some());
        let (task, is_changed) = update(r#","done":false"#).expect("valid");
        assert!(!is_changed && task.done_at.is_none());
    }

    #[test]
    fn task_update_without_a_field_or_with_a_blank_title_is_invalid() {
        let fields = |fields: &str| -> Vec<String> {
            let errors = update(fields).expect_err("invalid").errors;
            errors.into_iter().map(|e| e.field).collect()
        };
        assert_eq!(fields(""), ["title"]);
        assert_eq!(
            fields(r#","title":" ","due_on":"0001-01-01","snoozed_until":"2100-01-01""#),
            ["title", "due_on", "snoozed_until"]
        );
    }
}
