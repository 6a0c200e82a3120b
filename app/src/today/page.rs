//! The server-rendered page.

use super::rows::{CommentsLink, InterviewRow, QuietRow, TaskItem};
use crate::{
    assets::{FormScript, WorkspaceScripts},
    error::AppError,
    jobapps::task_views::{TaskForm, TaskPage, is_rejected},
    layout::{CoachNotice, ErrorPage, PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{Icon, IconSize, Lucide},
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId,
    jobapps::JobApplication,
    routes::{InboxView, Route, SettingsSection, WorkspacePage},
    tasks::Task,
    tenants::{Action, may},
    today::Today,
};
use leptos::prelude::*;
use service::platform::time_zone::today;
use std::collections::HashMap;

/// The context shared by all parts of the page.
#[derive(Clone)]
pub struct TodayContext {
    pub slug: String,
    /// Whether the user may change applications.
    pub may_write: bool,
    pub now: DateTime<Utc>,
    pub time_zone: String,
    /// The context for the forms of tasks.
    pub tasks: TaskPage,
    /// The applications of interviews, tasks and comments.
    pub applications: HashMap<JobApplicationId, JobApplication>,
}

#[component]
pub fn TodayPage() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        <PageTitle page="Today" />
        {Suspend::new(async move {
            match load(&workspace).await {
                Ok((context, today)) => view! { <Content context today /> }.into_any(),
                Err(error) => view! { <ErrorPage title="Today" error /> }.into_any(),
            }
        })}
        <WorkspaceScripts area=None charts=false />
        <FormScript />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext) -> Result<(TodayContext, Today), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let mut found = respond(service::today::get_today(&services, &caller).await)?;
    let now = services.clock.now();
    let context = TodayContext {
        slug: workspace.slug.clone(),
        may_write: may(caller.tenant.role, Action::WriteApplications),
        now,
        time_zone: caller.user.time_zone.clone(),
        tasks: TaskPage {
            slug: workspace.slug.clone(),
            is_today: true,
            today: today(now, &caller.user.time_zone),
            client: None,
        },
        applications: std::mem::take(&mut found.jobapps)
            .into_iter()
            .map(|application| (application.id, application))
            .collect(),
    };
    Ok((context, found))
}

#[component]
fn Content(context: TodayContext, today: Today) -> impl IntoView {
    let day = context.tasks.today.format("%A, %-d %B").to_string();
    let is_empty = today.interviews.is_empty()
        && today.tasks.is_empty()
        && today.comments.is_empty()
        && today.quiet.is_empty()
        && today.review_count == 0
        && today.access_request_count == 0;
    let add = context.may_write.then(|| {
        let is_open = is_rejected(None, None);
        view! {
            <details class="today-add" id="add-task" open=is_open>
                <summary class="btn btn-line btn-sm">
                    <Icon of=Lucide::Plus size=IconSize::Small />
                    "Add task"
                </summary>
                <div class="surface today-form">
                    <TaskForm
                        page=context.tasks.clone()
                        application=None
                        task=None
                        new_due_on=context.tasks.today
                    />
                </div>
            </details>
        }
    });
    let body = if is_empty && !context.may_write {
        view! { <CoachNotice /> }.into_any()
    } else if is_empty {
        view! { <Empty slug=context.slug.clone() /> }.into_any()
    } else {
        view! { <Sections context today /> }.into_any()
    };
    view! {
        <header class="page-header">
            <h1>"Today"</h1>
            <span class="page-header-note">{day}</span>
            {add}
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            <div class="today">{body}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Sections(context: TodayContext, today: Today) -> impl IntoView {
    let review = (today.review_count > 0).then(|| {
        let text = match today.review_count {
            1 => "1 email to review".to_owned(),
            n if n >= 100 => "100 or more emails to review".to_owned(),
            n => format!("{n} emails to review"),
        };
        let inbox = Route::Inbox(context.slug.clone(), InboxView::Review).to_string();
        view! {
            <a class="surface today-review" href=inbox>
                <Icon of=Lucide::Inbox />
                <b>{text}</b>
                <Icon of=Lucide::ChevronRight size=IconSize::Small />
            </a>
        }
    });
    let requests = (today.access_request_count > 0).then(|| {
        let text = match today.access_request_count {
            1 => "1 request to see your applications".to_owned(),
            n => format!("{n} requests to see your applications"),
        };
        let sharing = Route::Settings(context.slug.clone(), SettingsSection::Sharing).to_string();
        view! {
            <a class="surface today-review" href=sharing>
                <Icon of=Lucide::Users />
                <b>{text}</b>
                <Icon of=Lucide::ChevronRight size=IconSize::Small />
            </a>
        }
    });
    let comments = today
        .comments
        .into_iter()
        .map(|new| view! { <CommentsLink context=context.clone() new /> })
        .collect::<Vec<_>>();
    let (undated, due): (Vec<_>, Vec<_>) = today
        .tasks
        .into_iter()
        .partition(|task| task.done_at.is_none() && task.day().is_none());
    let task_rows = |tasks: Vec<Task>| {
        tasks
            .into_iter()
            .map(|task| view! { <TaskItem context=context.clone() task /> })
            .collect::<Vec<_>>()
    };
    let due = task_rows(due);
    let undated = (!undated.is_empty()).then(|| section("undated", "Without a date", "", task_rows(undated)));
    let interviews = today
        .interviews
        .into_iter()
        .map(|interview| view! { <InterviewRow context=context.clone() interview /> })
        .collect::<Vec<_>>();
    let applications = Route::Workspace(context.slug.clone(), WorkspacePage::Applications);
    let all_quiet = (!today.quiet.is_empty()).then(|| format!("{applications}?quiet=true"));
    let quiet = today
        .quiet
        .into_iter()
        .map(|application| view! { <QuietRow context=context.clone() application /> })
        .collect::<Vec<_>>();
    view! {
        {requests}
        {comments}
        {review}
        {section("due", "Due", "Nothing is due. Tasks appear here on their day.", due)}
        {section("upcoming", "Upcoming interviews", "None in the next 14 days.", interviews)}
        {undated}
        {section("quiet", "Quiet applications", "No open application is quiet.", quiet)}
        {all_quiet
            .map(|href| {
                view! {
                    <p>
                        <a class="btn btn-line btn-sm" href=href>
                            "Show all quiet applications"
                        </a>
                    </p>
                }
            })}
    }
    .into_any()
}

fn section<V: IntoView + 'static>(
    id: &'static str,
    title: &'static str,
    empty: &'static str,
    rows: Vec<V>,
) -> impl IntoView {
    let content = if rows.is_empty() {
        view! { <p class="text-ink-3">{empty}</p> }.into_any()
    } else {
        view! { <ul class="surface today-list">{rows}</ul> }.into_any()
    };
    view! {
        <section class="today-section" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn Empty(slug: String) -> impl IntoView {
    let page = |page| Route::Workspace(slug.clone(), page).to_string();
    view! {
        <section class="empty-state">
            <h2>"Nothing needs you today"</h2>
            <p>"Interviews, tasks that are due or have no date, new comments, quiet applications and email to review appear here."</p>
            <span class="flex gap-2">
                <a class="btn btn-primary btn-sm" href=page(WorkspacePage::Board)>
                    "Open the board"
                </a>
                <a class="btn btn-line btn-sm" href=page(WorkspacePage::Import)>
                    "Import email"
                </a>
            </span>
        </section>
    }
    .into_any()
}
