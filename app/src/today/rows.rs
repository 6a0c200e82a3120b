//! The rows of the page.

use super::page::TodayContext;
use crate::{
    jobapps::{
        interview_time::{interview_name, interview_time, location_view, relative_day},
        labels::days,
        task_views::{DoneButton, EditTask, SnoozeButtons, TaskForm, assigned_by, due_text, is_rejected},
    },
    ui::{CompanyAvatar, Icon, IconSize, Lucide},
};
use chrono::Days;
use domain::{
    interviews::Interview,
    jobapps::JobApplication,
    routes::{ApplicationPage, Route},
    tasks::{Task, TaskKind},
    today::NewComments,
};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

/// Company and title, as a link to the application page.
fn application_link(context: &TodayContext, application: &JobApplication) -> AnyView {
    let page = Route::Application(context.slug.clone(), application.id, ApplicationPage::Overview);
    view! {
        <a class="today-application" href=page.to_string()>
            <b>{application.company_label().to_owned()}</b>
            <span>{application.title_label().to_owned()}</span>
        </a>
    }
    .into_any()
}

#[component]
pub fn InterviewRow(context: TodayContext, interview: Interview) -> impl IntoView {
    let application = context.applications.get(&interview.jobapp_id);
    let name = application.map_or_else(String::new, |a| a.company_label().to_owned());
    let link = application.map(|application| application_link(&context, application));
    let local = |at| local_time(at, &context.time_zone);
    let when = relative_day(local(interview.starts_at), local(context.now));
    let time = interview_time(&interview, &context.time_zone, context.now);
    view! {
        <li class="today-row">
            <CompanyAvatar name />
            <div class="today-row-body">
                {link}
                <p class="num">
                    <time datetime=interview.starts_at.to_rfc3339()>{time}</time>
                    <span class="text-ink-3">{format!(", {when}")}</span>
                </p>
                <p class="text-ink-2">
                    {interview_name(interview.kind)} {interview.place.map(|place| view! { ", " {location_view(place)} })}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// New comments by one person, as a link to the application.
#[component]
pub fn CommentsLink(context: TodayContext, new: NewComments) -> impl IntoView {
    let author = new.author.label();
    let count = match new.count {
        1 => format!("1 comment by {author}"),
        n => format!("{n} comments by {author}"),
    };
    let text = match context.applications.get(&new.jobapp_id) {
        Some(a) => format!("{count} on {} · {}", a.title_label(), a.company_label()),
        None => count,
    };
    let page = Route::Application(context.slug.clone(), new.jobapp_id, ApplicationPage::Overview);
    view! {
        <a class="surface today-review" href=page.to_string()>
            <Icon of=Lucide::MessageSquare />
            <b>{text}</b>
            <Icon of=Lucide::ChevronRight size=IconSize::Small />
        </a>
    }
    .into_any()
}

/// A task with the buttons that complete or postpone it. A task of an application is edited on the application page.
#[component]
pub fn TaskItem(context: TodayContext, task: Task) -> impl IntoView {
    let today = context.tasks.today;
    let is_done = task.done_at.is_some();
    let is_overdue = !is_done && task.day().is_some_and(|day| day < today);
    let link = task
        .jobapp_id
        .and_then(|id| context.applications.get(&id))
        .map(|application| application_link(&context, application));
    let due = if is_done {
        Some("Done".to_owned())
    } else {
        due_text(&task, today)
    };
    let edit = (context.may_write && !is_done && task.jobapp_id.is_none())
        .then(|| view! { <EditTask page=context.tasks.clone() task=task.clone() /> });
    view! {
        <li class="today-row task-row" data-past=is_done.then_some("")>
            {context.may_write.then(|| view! { <DoneButton page=context.tasks.clone() task=task.clone() /> })}
            <div class="today-row-body">
                <p class="agenda-title">
                    <b>{task.title.clone()}</b>
                </p>
                {link}
                {assigned_by(&task, |_| false).map(|text| view! { <p class="text-ink-3">{text}</p> })}
                {due.map(|due| view! { <p class="task-due" data-overdue=is_overdue.then_some("")>{due}</p> })}
                {edit}
            </div>
            {(context.may_write && !is_done)
                .then(|| view! { <SnoozeButtons page=context.tasks.clone() task=task.clone() /> })}
        </li>
    }
    .into_any()
}

/// A quiet application, with a form that adds a follow-up.
#[component]
pub fn QuietRow(context: TodayContext, application: JobApplication) -> impl IntoView {
    let quiet = application.quiet_days.map(|n| format!("Quiet for {}", days(n)));
    let link = application_link(&context, &application);
    let add = context.may_write.then(|| {
        let is_open = is_rejected(None, Some(application.id));
        let tomorrow = context.tasks.today + Days::new(1);
        view! {
            <details class="today-follow-up" id=format!("follow-up-{}", application.id) open=is_open>
                <summary class="btn btn-quiet btn-xs">
                    "Add follow-up"
                    <span class="sr-only">{format!(": {}", application.company_label())}</span>
                </summary>
                <div class="section-form">
                    <TaskForm
                        page=context.tasks.clone()
                        application=Some(application.id)
                        task=None
                        new_kind=TaskKind::FollowUp
                        new_title="Ask how the application stands"
                        new_due_on=tomorrow
                    />
                </div>
            </details>
        }
    });
    view! {
        <li class="today-row">
            <CompanyAvatar name=application.company_label().to_owned() />
            <div class="today-row-body">
                {link}
                {quiet.map(|quiet| view! { <p class="text-ink-3">{quiet}</p> })}
                {add}
            </div>
        </li>
    }
    .into_any()
}
