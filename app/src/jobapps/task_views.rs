//! Task components shared by the application page and Today.

use crate::{
    error::AppError,
    jobapps::{
        application::{ConfirmDialog, EditSummary},
        interview_time::relative_day,
        labels::DATE_FORMAT,
    },
    server::flash,
    ui::{ButtonKind, Field, FormError, Icon, IconSize, Lucide, SubmitButton, field_error},
};
use chrono::{NaiveDate, NaiveTime};
use domain::{
    JobApplicationId, UserId,
    tasks::{Task, TaskKind},
};
use leptos::prelude::*;

const ADD: &str = "jobapps/add_task";
const UPDATE: &str = "jobapps/update_task";

/// The page that a task form is on.
#[derive(Clone)]
pub struct TaskPage {
    pub slug: String,
    /// Whether the page is Today rather than the application page.
    pub is_today: bool,
    /// The current date in the user's time zone.
    pub today: NaiveDate,
    /// The client to whom new tasks are assigned; `None` for the user's own tasks.
    pub client: Option<UserId>,
}

impl TaskPage {
    fn hidden_inputs(&self, application: Option<JobApplicationId>) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="slug" value=self.slug.clone() />
            {application.map(|id| view! { <input type="hidden" name="jobapp_id" value=id.to_string() /> })}
            {self.is_today.then(|| view! { <input type="hidden" name="is_on_today" value="true" /> })}
            {self.client.map(|id| view! { <input type="hidden" name="owner_id" value=id.to_string() /> })}
        }
    }

    /// The hidden inputs that every form about a task has.
    pub fn hidden_inputs_of(&self, task: &Task) -> impl IntoView + use<> {
        view! {
            {self.hidden_inputs(task.jobapp_id)}
            <input type="hidden" name="task_id" value=task.id.to_string() />
        }
    }
}

pub const fn task_kind_name(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::FollowUp => "Follow-up",
        TaskKind::Task => "Task",
    }
}

/// When a task is due: `Due tomorrow`, `Overdue since 3 Nov 2026`.
pub fn due_text(task: &Task, today: NaiveDate) -> Option<String> {
    let day = task.day()?;
    let at = |day: NaiveDate| day.and_time(NaiveTime::MIN);
    let date = day.format(DATE_FORMAT);
    Some(match (day - today).num_days() {
        n if n < 0 => format!("Overdue since {date}"),
        0 | 1 => format!("Due {}", relative_day(at(day), at(today))),
        _ => format!("Due {date}, {}", relative_day(at(day), at(today))),
    })
}

/// Reports that a task was added: `Follow-up added, due tomorrow`.
pub fn added_text(task: &Task, is_assigned: bool, today: NaiveDate) -> String {
    let verb = if is_assigned { "assigned" } else { "added" };
    let due = due_text(task, today).map_or_else(
        || "without a date".to_owned(),
        |due| due.replacen("Due", "due", 1).replacen("Overdue", "overdue", 1),
    );
    format!("{} {verb}, {due}", task_kind_name(task.kind))
}

/// Reports the new state of a task: `Task snoozed until tomorrow.`
pub fn state_text(task: &Task, state: &str, today: NaiveDate) -> String {
    let kind = task_kind_name(task.kind);
    match state {
        "done" => format!("{kind} done."),
        "open" => format!("{kind} reopened."),
        "unsnoozed" => format!("{kind} moved back."),
        _ if task.day() == today.succ_opt() => format!("{kind} snoozed until tomorrow."),
        _ => match task.day() {
            Some(day) => format!("{kind} snoozed until {}.", day.format(DATE_FORMAT)),
            None => format!("{kind} snoozed."),
        },
    }
}

/// Names the person who assigned a task; `None` if no one did.
pub fn assigned_by(task: &Task, is_user: impl Fn(UserId) -> bool) -> Option<String> {
    let person = task.assigned_by.as_ref()?;
    Some(if is_user(person.user_id) {
        "Assigned by you".to_owned()
    } else {
        format!("Assigned by {}", person.label())
    })
}

/// A button that changes the state of a task.
fn state_button(state: &'static str, label: &'static str, title: &str) -> impl IntoView + use<> {
    view! {
        <button
            class="btn btn-quiet btn-xs"
            type="submit"
            name="state"
            value=state
            aria-label=format!("{label}: {title}")
        >
            {label}
        </button>
    }
}

/// The round button at the start of a row: marks the task as done, or reopens it.
#[component]
pub fn DoneButton(page: TaskPage, task: Task) -> impl IntoView {
    let is_done = task.done_at.is_some();
    let (state, verb) = if is_done {
        ("open", "Reopen")
    } else {
        ("done", "Done")
    };
    view! {
        <form method="post" action="/_fn/jobapps/set_task_state">
            {page.hidden_inputs_of(&task)}
            <button
                class="task-check"
                type="submit"
                name="state"
                value=state
                data-done=is_done.then_some("")
                aria-label=format!("{verb}: {}", task.title)
                title=verb
            >
                <Icon of=Lucide::Check size=IconSize::Small />
            </button>
        </form>
    }
    .into_any()
}

/// The buttons that snooze a task.
#[component]
pub fn SnoozeButtons(page: TaskPage, task: Task) -> impl IntoView {
    view! {
        <form class="task-snooze" method="post" action="/_fn/jobapps/set_task_state">
            {page.hidden_inputs_of(&task)}
            {task
                .snoozed_until
                .map(|day| view! { <input type="hidden" name="snoozed_until" value=day.to_string() /> })}
            {state_button("tomorrow", "Tomorrow", &task.title)}
            {state_button("next_week", "Next week", &task.title)}
        </form>
    }
    .into_any()
}

/// Opens the form that changes a task, with the button that deletes it after a confirmation.
#[component]
pub fn EditTask(page: TaskPage, task: Task) -> impl IntoView {
    let edit_id = format!("edit-task-{}", task.id);
    let dialog_id = format!("delete-task-{}", task.id);
    let hidden = page.hidden_inputs_of(&task);
    let is_open = is_rejected(Some(&task), None);
    view! {
        <details class="section-edit" id=edit_id open=is_open>
            <EditSummary label=" task" />
            <div class="section-form">
                <TaskForm page application=None task=Some(task) />
                <button class="btn btn-quiet btn-sm" type="button" popovertarget=dialog_id.clone()>
                    <Icon of=Lucide::Trash size=IconSize::Small />
                    "Delete task…"
                </button>
            </div>
        </details>
        <ConfirmDialog
            id=dialog_id
            title="Delete this task?"
            text="You can't restore it."
            action="/_fn/jobapps/delete_task"
            label="Delete task"
        >
            {hidden}
        </ConfirmDialog>
    }
    .into_any()
}

/// The button with which a coach deletes an open task that they assigned, after a confirmation.
#[component]
pub fn WithdrawTask(page: TaskPage, task: Task) -> impl IntoView {
    let dialog_id = format!("withdraw-task-{}", task.id);
    view! {
        <button
            class="btn btn-quiet btn-xs"
            type="button"
            popovertarget=dialog_id.clone()
            aria-label=format!("Withdraw: {}", task.title)
        >
            "Withdraw…"
        </button>
        <ConfirmDialog
            id=dialog_id
            title="Withdraw this task?"
            text="It is deleted from the list of your client. You can't restore it."
            action="/_fn/jobapps/delete_task"
            label="Withdraw task"
        >
            {page.hidden_inputs_of(&task)}
        </ConfirmDialog>
    }
    .into_any()
}

/// Whether the form of this task, or of a new one for this application, was rejected.
pub fn is_rejected(task: Option<&Task>, application: Option<JobApplicationId>) -> bool {
    let (action, field, id) = match task {
        None => (ADD, "jobapp_id", application.map(|id| id.to_string())),
        Some(task) => (UPDATE, "task_id", Some(task.id.to_string())),
    };
    flash::error_for(action).is_some() && flash::form_value(action, field) == id.unwrap_or_default()
}

/// The form for a new task, or for an existing one.
#[component]
pub fn TaskForm(
    page: TaskPage,
    /// The application of a new task.
    application: Option<JobApplicationId>,
    /// The task to change; `None` for a new task.
    task: Option<Task>,
    /// The kind of a new task.
    #[prop(optional)]
    new_kind: TaskKind,
    /// The title of a new task.
    #[prop(optional)]
    new_title: &'static str,
    /// The default due day of a new task.
    #[prop(optional)]
    new_due_on: Option<NaiveDate>,
) -> impl IntoView {
    let (action, label, pending_label) = match task {
        None => (ADD, "Add task", "Adding"),
        Some(_) => (UPDATE, "Save task", "Saving"),
    };
    let is_rejected = is_rejected(task.as_ref(), application);
    let value = |field| flash::form_value(action, field);
    let (title, kind, due_on) = match &task {
        _ if is_rejected => (value("title"), value("kind"), value("due_on")),
        Some(task) => (
            task.title.clone(),
            task.kind.as_str().to_owned(),
            task.day().map(|day| day.to_string()).unwrap_or_default(),
        ),
        None => (
            new_title.to_owned(),
            new_kind.as_str().to_owned(),
            new_due_on.map(|day| day.to_string()).unwrap_or_default(),
        ),
    };
    let error: Signal<Option<AppError>> = Signal::stored(flash::error_for(action).filter(|_| is_rejected));
    let prefix = match (&task, application) {
        (Some(task), _) => format!("task-{}", task.id),
        (None, Some(id)) => format!("task-new-{id}"),
        (None, None) => "task-new".to_owned(),
    };
    let (label, pending_label) = match page.client {
        Some(_) => ("Assign task", "Assigning"),
        None => (label, pending_label),
    };
    let id = |name: &str| format!("{prefix}-{name}");
    let kind_id = id("kind");
    let kinds = TaskKind::ALL.map(|choice| {
        view! {
            <option value=choice.as_str() selected=choice.as_str() == kind>
                {task_kind_name(choice)}
            </option>
        }
    });
    let hidden = match &task {
        Some(task) => page.hidden_inputs_of(task).into_any(),
        None => page.hidden_inputs(application).into_any(),
    };
    view! {
        <form class="task-form" method="post" action=format!("/_fn/{action}") data-fetch data-guard>
            {hidden}
            <Field
                name="title"
                label="What to do"
                id=id("title")
                maxlength=200
                value=title
                error=field_error(error, "title")
            />
            <div class="task-form-row">
                <Field
                    name="due_on"
                    label="Due"
                    id=id("due_on")
                    kind="date"
                    optional=true
                    value=due_on
                    error=field_error(error, "due_on")
                />
                <div class="field">
                    <label for=kind_id.clone()>"Kind"</label>
                    <select class="select" id=kind_id name="kind">
                        {kinds.collect_view()}
                    </select>
                </div>
            </div>
            <FormError error />
            <div class="section-actions">
                <SubmitButton label pending_label kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_text_says_how_far_away_the_day_is() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        let text = |due_on: Option<&str>| {
            let at = "2026-11-01T00:00:00Z".parse().expect("a time");
            let task = Task {
                id: domain::TaskId(uuid::Uuid::nil()),
                jobapp_id: None,
                kind: TaskKind::Task,
                title: "Call".into(),
                due_on: due_on.map(|day| day.parse().expect("a day")),
                snoozed_until: None,
                done_at: None,
                assigned_by: None,
                created_at: at,
                updated_at: at,
            };
            (due_text(&task, today), added_text(&task, false, today))
        };
        assert_eq!(text(None).1, "Task added, without a date");
        assert_eq!(text(Some("2026-11-27")).1, "Task added, due tomorrow");
        assert_eq!(
            text(Some("2026-11-25")).1,
            "Task added, overdue since 25 Nov 2026"
        );
        let text = |due_on| text(due_on).0;
        assert_eq!(text(None), None);
        assert_eq!(text(Some("2026-11-26")).as_deref(), Some("Due today"));
        assert_eq!(text(Some("2026-11-27")).as_deref(), Some("Due tomorrow"));
        assert_eq!(
            text(Some("2026-12-01")).as_deref(),
            Some("Due 1 Dec 2026, in 5 days")
        );
        assert_eq!(
            text(Some("2026-11-25")).as_deref(),
            Some("Overdue since 25 Nov 2026")
        );
    }
}
