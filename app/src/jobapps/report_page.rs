//! `/w/{slug}/applications/report`: a list of the sent applications for job centers, to print or save as PDF. Rendered by the
//! server only.

use super::{
    application_parts::error_page,
    filters::ListQuery,
    labels::{DATE_FORMAT, outcome_name},
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{Icon, IconSize, Lucide, MAX_DATE, count},
};
use chrono::NaiveDate;
use domain::{
    jobapps::{JobApplication, ListApplicationsInput},
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use service::{
    jobapps::{MAX_REPORT_APPLICATIONS, Report},
    platform::time_zone::local_time,
};

struct ReportData {
    report: Report,
    name: String,
    email: String,
    today: NaiveDate,
}

#[component]
pub fn ReportPage() -> impl IntoView {
    let workspace = use_workspace();
    let query = ListQuery::parse(&use_location().search.get_untracked());
    view! {
        <PageTitle page="Report" />
        <header class="page-header">
            <h1>"Report"</h1>
            <span class="grow"></span>
            <button class="btn btn-primary btn-sm with-script" type="button" data-print>
                <Icon of=Lucide::Printer size=IconSize::Small />
                "Print"
            </button>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load(&workspace, &query.input).await {
                    Ok(data) => view! { <Content workspace query data /> }.into_any(),
                    Err(error) => error_page(error),
                }
            })}
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, input: &ListApplicationsInput) -> Result<ReportData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let report = respond(service::jobapps::list_report(&services, &caller, input.clone()).await)?;
    let user = &caller.user;
    let names = [user.first_name.as_deref(), user.last_name.as_deref()];
    Ok(ReportData {
        report,
        name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
        email: user.email.clone(),
        today: local_time(services.clock.now(), &user.time_zone).date(),
    })
}

#[component]
fn Content(workspace: WorkspaceContext, query: ListQuery, data: ReportData) -> impl IntoView {
    let ReportData {
        report: Report {
            applications,
            has_more,
        },
        name,
        email,
        today,
    } = data;
    let (from, to) = (query.input.applied_from, query.input.applied_to);
    let hidden = query
        .filters()
        .into_iter()
        .filter(|(name, _)| !matches!(*name, "applied_from" | "applied_to"))
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let total = i64::try_from(applications.len()).unwrap_or(i64::MAX);
    let is_empty = applications.is_empty();
    let list = Route::List(workspace.slug.clone(), WorkspacePage::Applications, query.query()).to_string();
    view! {
        <form class="report-range" method="get">
            {hidden} <label>"From " <input class="input input-sm" type="date" max=MAX_DATE name="applied_from" value=date(from) /></label>
            <label>"to " <input class="input input-sm" type="date" max=MAX_DATE name="applied_to" value=date(to) /></label>
            <button class="btn btn-line btn-sm" type="submit">
                "Show"
            </button>
            <a class="link" href=list>
                "Back to the list"
            </a>
        </form>
        <article class="surface report">
            <header>
                <h2>"Job applications"</h2>
                <dl>
                    {(!name.is_empty()).then(|| view! { <div><dt>"Name"</dt><dd>{name}</dd></div> })}
                    <div>
                        <dt>"Email"</dt>
                        <dd>{email}</dd>
                    </div>
                    <div>
                        <dt>"Period"</dt>
                        <dd>{period(from, to, &applications)}</dd>
                    </div>
                    <div>
                        <dt>"Sent"</dt>
                        <dd>{count(total, "application", "applications")}</dd>
                    </div>
                    <div>
                        <dt>"Printed"</dt>
                        <dd>{today.format(DATE_FORMAT).to_string()}</dd>
                    </div>
                </dl>
            </header>
            {if is_empty {
                view! { <p>"No application was sent in this period."</p> }.into_any()
            } else {
                view! { <ReportTable applications /> }.into_any()
            }}
            {has_more
                .then(|| {
                    view! {
                        <p>
                            {format!(
                                "Only the first {} are listed. Choose a shorter period to see the others.",
                                count(i64::try_from(MAX_REPORT_APPLICATIONS).unwrap_or(i64::MAX), "application", "applications"),
                            )}
                        </p>
                    }
                })}
        </article>
    }
    .into_any()
}

#[component]
fn ReportTable(applications: Vec<JobApplication>) -> impl IntoView {
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"No."</th>
                    <th scope="col">"Date"</th>
                    <th scope="col">"Company"</th>
                    <th scope="col">"Job title"</th>
                    <th scope="col">"Location"</th>
                    <th scope="col">"Found through"</th>
                    <th scope="col">"Result"</th>
                </tr>
            </thead>
            <tbody>
                {applications
                    .into_iter()
                    .enumerate()
                    .map(|(index, application)| {
                        view! {
                            <tr>
                                <td>{index + 1}</td>
                                <td>{application.apply_date.format(DATE_FORMAT).to_string()}</td>
                                <td>{application.company.clone().unwrap_or_default()}</td>
                                <td>{application.job_title.clone().unwrap_or_default()}</td>
                                <td>{application.location.clone().unwrap_or_default()}</td>
                                <td>{application.source.clone()}</td>
                                <td>{result_text(&application)}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

/// The outcome, or the stage of an open application.
fn result_text(application: &JobApplication) -> String {
    application.outcome.map_or_else(
        || format!("Open: {}", application.application_status.value),
        |outcome| outcome_name(outcome).to_owned(),
    )
}

/// The chosen period. An open end is replaced by the date of the first or last application.
fn period(from: Option<NaiveDate>, to: Option<NaiveDate>, applications: &[JobApplication]) -> String {
    let from = from.or_else(|| applications.first().map(|a| a.apply_date));
    let to = to.or_else(|| applications.last().map(|a| a.apply_date));
    let day = |date: NaiveDate| date.format(DATE_FORMAT).to_string();
    match (from, to) {
        (Some(from), Some(to)) => format!("{} to {}", day(from), day(to)),
        (Some(from), None) => format!("From {}", day(from)),
        (None, Some(to)) => format!("Until {}", day(to)),
        (None, None) => "All time".to_owned(),
    }
}
