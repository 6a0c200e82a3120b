//! The tasks of an application, with the forms that add, change and delete them.

use super::{details::EditSummary, facts_section::FactsSection, page::PageContext};
use crate::jobapps::task_views::{
    DoneButton, EditTask, SnoozeButtons, TaskForm, TaskPage, WithdrawTask, assigned_by, due_text,
    is_rejected, task_kind_name,
};
use domain::tasks::{Task, TaskKind};
use leptos::prelude::*;

#[component]
pub fn Tasks(
    page: PageContext,
    /// The tasks, open ones first.
    tasks: Vec<Task>,
) -> impl IntoView {
    let rows = tasks
        .into_iter()
        .map(|task| view! { <Row page=page.clone() task /> }.into_any())
        .collect();
    let is_client = page.client.is_some();
    let is_open = is_rejected(None, Some(page.id));
    // The form stays visible if a task was rejected because the user's access was limited in the meantime, so that the reason is shown.
    let add = (page.may_write || (is_client && (page.may_comment || is_open))).then(|| {
        // The default kind: users mostly add follow-ups, while coaches assign tasks of any kind.
        let (verb, new_kind) = if is_client {
            ("Assign", TaskKind::Task)
        } else {
            ("Add", TaskKind::FollowUp)
        };
        view! {
            <details class="section-edit" id="add-task" open=is_open>
                <EditSummary verb label=" task" />
                <div class="section-form">
                    <TaskForm
                        page=task_page(&page)
                        application=Some(page.id)
                        task=None
                        new_kind=new_kind
                    />
                </div>
            </details>
        }
        .into_any()
    });
    let empty = match &page.client {
        Some(client) => format!("{} has none yet.", client.label()),
        None if page.may_write => "None yet. Tasks that are due appear on Today.".to_owned(),
        None => "None yet.".to_owned(),
    };
    view! {
        <FactsSection id="tasks" title="Tasks" add rows empty />
    }
    .into_any()
}

fn task_page(page: &PageContext) -> TaskPage {
    TaskPage {
        slug: page.slug.clone(),
        is_today: false,
        today: page.now().date(),
        client: page.client.as_ref().map(|client| client.user_id),
    }
}

#[component]
fn Row(page: PageContext, task: Task) -> impl IntoView {
    let today = page.now().date();
    let is_done = task.done_at.is_some();
    let is_overdue = !is_done && task.day().is_some_and(|day| day < today);
    let form_page = task_page(&page);
    let due = if is_done {
        Some("Done".to_owned())
    } else {
        due_text(&task, today)
    };
    let snooze = (!is_done && page.may_write).then(|| {
        view! { <SnoozeButtons page=form_page.clone() task=task.clone() /> }
    });
    let edit = page.may_write.then(|| {
        view! { <EditTask page=form_page.clone() task=task.clone() /> }
    });
    let withdraw = page.may_withdraw(&task).then(|| {
        view! { <WithdrawTask page=form_page.clone() task=task.clone() /> }
    });
    let assigned = assigned_by(&task, |user| page.is_user(user));
    let kind = (task.kind == TaskKind::FollowUp)
        .then(|| view! { <span class="agenda-state">{task_kind_name(task.kind)}</span> });
    view! {
        <li class="agenda-row task-row" data-past=is_done.then_some("")>
            {page.may_write.then(|| view! { <DoneButton page=form_page.clone() task=task.clone() /> })}
            <div class="task-body">
                <p class="agenda-title">
                    <b>{task.title.clone()}</b>
                    {kind}
                </p>
                {assigned.map(|text| view! { <p class="text-ink-3">{text}</p> })}
                {due.map(|due| view! { <p class="task-due" data-overdue=is_overdue.then_some("")>{due}</p> })}
                <div class="task-actions">{snooze} {edit} {withdraw}</div>
            </div>
        </li>
    }
    .into_any()
}
