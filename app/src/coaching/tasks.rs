//! `/w/{slug}/clients/{user}/tasks`: a client's tasks, including those that the user has assigned.

use super::{
    banner::ClientBanner,
    pages::{client_error, client_id, load_client},
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    jobapps::task_views::{TaskForm, TaskPage, WithdrawTask, assigned_by, due_text, is_rejected},
    layout::{PageTitle, use_workspace},
    server::respond::respond,
    ui::{Icon, IconSize, Lucide},
};
use domain::{
    JobApplicationId, UserId,
    coaching::{AccessScope, Client},
    jobapps::JobApplication,
    routes::{ClientPage, Route},
    tasks::{ListTasksInput, Task},
};
use leptos::prelude::*;
use service::platform::time_zone::today;
use std::collections::HashMap;

struct ClientTasks {
    client: Client,
    tasks: Vec<Task>,
    /// The names of the applications to which the tasks belong.
    names: HashMap<JobApplicationId, String>,
    page: TaskPage,
    user: UserId,
}

#[component]
pub fn ClientTasksPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = client_id();
    view! {
        {Suspend::new(async move {
            let loaded = async {
                let client = load_client(&workspace, id).await?;
                let (services, caller) = workspace.require_caller().await?;
                let input = ListTasksInput {
                    owner_id: Some(client.user.user_id),
                    ..ListTasksInput::default()
                };
                let listed = service::jobapps::list_tasks(&services, &caller, input).await;
                let (tasks, applications) = respond(listed)?;
                let name = |application: JobApplication| {
                    let name = format!("{} · {}", application.title_label(), application.company_label());
                    (application.id, name)
                };
                let names = applications.into_iter().map(name).collect();
                let page = TaskPage {
                    slug: workspace.slug.clone(),
                    is_today: false,
                    today: today(services.clock.now(), &caller.user.time_zone),
                    client: Some(client.user.user_id),
                };
                Ok::<_, AppError>(ClientTasks { client, tasks, names, page, user: caller.user.id })
            };
            match loaded.await {
                Ok(data) => view! { <Content data /> }.into_any(),
                Err(error) => client_error(&workspace, id, error).await,
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

#[component]
fn Content(data: ClientTasks) -> impl IntoView {
    let ClientTasks {
        client,
        tasks,
        names,
        page,
        user,
    } = data;
    let name = client.user.label().to_owned();
    let may_assign = client.scope == AccessScope::Comment;
    let add = may_assign.then(|| {
        let is_open = is_rejected(None, None);
        view! {
            <details class="today-add" id="add-task" open=is_open>
                <summary class="btn btn-line btn-sm">
                    <Icon of=Lucide::Plus size=IconSize::Small />
                    "Assign task"
                </summary>
                <div class="surface today-form">
                    <TaskForm page=page.clone() application=None task=None />
                </div>
            </details>
        }
    });
    let list = if tasks.is_empty() {
        view! { <p class="text-ink-3">{format!("{name} has no tasks yet.")}</p> }.into_any()
    } else {
        let rows = tasks.into_iter().map(|task| {
            let name = task.jobapp_id.and_then(|id| names.get(&id).cloned());
            row(&page, task, name, user, may_assign)
        });
        view! { <ul class="surface today-list">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <PageTitle page=format!("{name} · Tasks") />
        <header class="page-header">
            <h1>{name}</h1>
        </header>
        <ClientBanner client current=Some(ClientPage::Tasks) />
        <div class="page-body" id="page-body" data-keep-scroll>
            <div class="today">
                {add}
                <section class="today-section" aria-labelledby="tasks">
                    <h2 id="tasks">"Tasks"</h2>
                    {list}
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn row(
    page: &TaskPage,
    task: Task,
    name: Option<String>,
    user: UserId,
    may_assign: bool,
) -> impl IntoView + use<> {
    let is_done = task.done_at.is_some();
    let is_overdue = !is_done && task.day().is_some_and(|day| day < page.today);
    let due = if is_done {
        Some("Done".to_owned())
    } else {
        due_text(&task, page.today)
    };
    let application = task.jobapp_id.zip(page.client).map(|(id, client)| {
        let href = Route::Client(page.slug.clone(), client, ClientPage::Application(id)).to_string();
        view! {
            <a class="link" href=href>
                {name.unwrap_or_else(|| format!("Application of the task {}", task.title))}
            </a>
        }
    });
    let is_assigned_by_user = task.assigned_by.as_ref().is_some_and(|p| p.user_id == user);
    // Returns to this page even if the task belongs to an application.
    let general = Task {
        jobapp_id: None,
        ..task.clone()
    };
    let withdraw = (is_assigned_by_user && may_assign && !is_done)
        .then(|| view! { <WithdrawTask page=page.clone() task=general /> });
    view! {
        <li class="today-row task-row" data-past=is_done.then_some("")>
            <div class="today-row-body">
                <p class="agenda-title">
                    <b>{task.title.clone()}</b>
                </p>
                {application}
                {assigned_by(&task, |id| id == user).map(|text| view! { <p class="text-ink-3">{text}</p> })}
                {due.map(|due| view! { <p class="task-due" data-overdue=is_overdue.then_some("")>{due}</p> })}
            </div>
            {withdraw}
        </li>
    }
}
