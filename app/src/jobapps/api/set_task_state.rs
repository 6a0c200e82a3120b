//! Marks a task as done, reopens it, or snoozes it.

use crate::error::AppError;
use domain::{JobApplicationId, TaskId, tasks::Task};
use leptos::prelude::*;

/// Marks a task as done or open, or snoozes it, and redirects back to the page with the form. `state` is `done`, `open`, `tomorrow`,
/// `next_week`, or `unsnoozed`, which undoes the last two. `snoozed_until` is the value before the change; empty if there was none.
#[server(prefix = "/_fn", endpoint = "jobapps/set_task_state")]
pub async fn set_task_state(
    slug: String,
    task_id: TaskId,
    #[server(default)] jobapp_id: Option<JobApplicationId>,
    state: String,
    #[server(default)] is_on_today: bool,
    #[server(default)] snoozed_until: String,
) -> Result<Task, AppError> {
    use crate::{
        jobapps::{
            task_input::{page_of, state_change, undo_state},
            task_views::state_text,
        },
        server::{
            context::require_workspace,
            flash::TaskNotice,
            respond::{respond_form, task_done},
        },
    };
    use service::platform::time_zone::today;
    let action = "jobapps/set_task_state";
    let (services, caller) = require_workspace(&slug).await?;
    let page = page_of(slug, jobapp_id, is_on_today, None);
    let today = today(services.clock.now(), &caller.user.time_zone);
    let result = match state_change(task_id, &state, today, &snoozed_until) {
        Ok(input) => service::tasks::update(&services, &caller, input).await,
        Err(error) => Err(error.into()),
    };
    let task = respond_form(action, &page, &[], result)?;
    let notice = TaskNotice {
        text: state_text(&task, &state, today),
        task_id,
        jobapp_id,
        is_on_today,
        undo_state: undo_state(&state).map(str::to_owned),
        snoozed_until,
    };
    task_done(action, &page, notice);
    Ok(task)
}
