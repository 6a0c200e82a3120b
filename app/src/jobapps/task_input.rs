//! Parses the forms of tasks.

use chrono::{Datelike as _, Days, NaiveDate};
use domain::{
    ApiError, FieldCode, JobApplicationId, TaskId, UserId,
    routes::{ApplicationPage, ClientPage, Route, WorkspacePage},
    tasks::UpdateTaskInput,
};

/// The page with the task form: Today, an application page, or a client's page.
pub fn page_of(
    slug: String,
    application: Option<JobApplicationId>,
    is_on_today: bool,
    client: Option<UserId>,
) -> Route {
    if let Some(client) = client {
        let page = application.map_or(ClientPage::Tasks, ClientPage::Application);
        return Route::Client(slug, client, page);
    }
    match application {
        Some(id) if !is_on_today => Route::Application(slug, id, ApplicationPage::Overview),
        _ => Route::Workspace(slug, WorkspacePage::Today),
    }
}

/// Parses a day; `None` if the field is empty.
///
/// # Errors
/// `invalid` if the text is not a day.
pub fn optional_day(text: &str) -> Result<Option<NaiveDate>, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        let detail = "Enter a date such as 2026-11-24.";
        ApiError::field("due_on", FieldCode::InvalidFormat, detail)
    })
}

/// The task change for a button's value: `done`, `open`, `tomorrow`, `next_week` (the next Monday), or `unsnoozed`, which restores
/// the previous day.
///
/// # Errors
/// `invalid` for another state or a day that cannot be read.
pub fn state_change(
    task: TaskId,
    state: &str,
    today: NaiveDate,
    former: &str,
) -> Result<UpdateTaskInput, ApiError> {
    let unchanged = UpdateTaskInput::unchanged(task);
    let snooze = |days: u32| {
        let until = today.checked_add_days(Days::new(days.into()));
        UpdateTaskInput {
            snoozed_until: Some(until),
            ..unchanged.clone()
        }
    };
    match state {
        "done" | "open" => Ok(UpdateTaskInput {
            done: Some(state == "done"),
            ..unchanged
        }),
        "tomorrow" => Ok(snooze(1)),
        "next_week" => Ok(snooze(7 - today.weekday().num_days_from_monday())),
        "unsnoozed" => Ok(UpdateTaskInput {
            snoozed_until: Some(optional_day(former)?),
            ..unchanged
        }),
        _ => {
            let detail = "Choose done, open, tomorrow or next week.";
            Err(ApiError::field("state", FieldCode::NotAllowed, detail))
        }
    }
}

/// The state that undoes this one.
pub fn undo_state(state: &str) -> Option<&'static str> {
    match state {
        "done" => Some("open"),
        "tomorrow" | "next_week" => Some("unsnoozed"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_week_is_the_next_monday() {
        let until = |day| {
            let today = NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
            let task = TaskId(uuid::Uuid::nil());
            let change = state_change(task, "next_week", today, "").expect("a state");
            change.snoozed_until.flatten().expect("a day").to_string()
        };
        // A Monday, a Thursday and a Sunday.
        assert_eq!([23, 26, 29].map(until), ["2026-11-30"; 3]);
    }

    #[test]
    fn undone_snooze_restores_the_former_day_or_none() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        let until = |former| {
            let task = TaskId(uuid::Uuid::nil());
            let change = state_change(task, "unsnoozed", today, former).expect("a state");
            change.snoozed_until.map(|day| day.map(|day| day.to_string()))
        };
        assert_eq!(until(""), Some(None));
        assert_eq!(until("2026-11-25"), Some(Some("2026-11-25".to_owned())));
        assert_eq!(undo_state("tomorrow"), Some("unsnoozed"));
        assert_eq!(undo_state("unsnoozed"), None);
    }

    #[test]
    fn unknown_state_or_day_is_invalid() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        let task = TaskId(uuid::Uuid::nil());
        assert!(state_change(task, "later", today, "").is_err());
        assert!(state_change(task, "unsnoozed", today, "soon").is_err());
        assert_eq!(optional_day(" "), Ok(None));
        assert_eq!(
            optional_day("soon").expect_err("invalid").errors[0].field,
            "due_on"
        );
    }
}
