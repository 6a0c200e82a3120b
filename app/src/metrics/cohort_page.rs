//! `/w/{slug}/cohort`: the metrics of a group, or of everyone in the organization.

use super::{
    cohort_charts::{CohortCharts, text},
    format::percentage,
    tiles::Tiles,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    organizations::GroupOptions,
    server::respond::respond,
    status::set_page_error,
    ui::ErrorState,
};
use chrono::{Datelike as _, Months};
use domain::{
    ApiError, GroupId,
    metrics::{CohortMetrics, CohortMonth, CohortQuery, MIN_CONTRIBUTORS, ROUNDING},
    routes::WorkspacePage,
    tenants::Group,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// The ranges: the value of the parameter `months`, and its name.
const WINDOWS: [(u32, &str); 3] = [(12, "Last 12 months"), (6, "Last 6 months"), (3, "Last 3 months")];

struct CohortData {
    groups: Vec<Group>,
    metrics: CohortMetrics,
    months: u32,
}

#[component]
pub fn CohortPage() -> impl IntoView {
    let workspace = use_workspace();
    let query = use_query_map().get_untracked();
    view! {
        <PageTitle page="Cohort" />
        <header class="page-header">
            <h1>"Cohort"</h1>
        </header>
        {Suspend::new(async move {
            let (content, charts) = match load(&workspace, &query).await {
                Ok(data) => {
                    let charts = !data.metrics.is_hidden();
                    let groups = workspace.page(WorkspacePage::Groups);
                    (view! { <Content data groups_page=groups /> }.into_any(), charts)
                }
                Err(error) => {
                    set_page_error(&error.0);
                    (view! { <ErrorState error /> }.into_any(), false)
                }
            };
            view! {
                <div class="page-body" id="page-body" data-keep-scroll>
                    {content}
                </div>
                <WorkspaceScripts area=None charts />
            }
        })}
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, query: &ParamsMap) -> Result<CohortData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let group = match query.get("group").filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => {
            let id = id.parse::<GroupId>();
            Some(id.map_err(|_| AppError(ApiError::not_found()))?)
        }
    };
    let months = query.get("months").and_then(|months| months.parse().ok());
    let months = months
        .filter(|n| WINDOWS.iter().any(|window| window.0 == *n))
        .unwrap_or(12);
    let groups = respond(service::organizations::list_groups(&services, &caller).await)?;
    let today = services.clock.now().date_naive();
    let first_day = today.with_day(1).unwrap_or(today);
    let query = CohortQuery {
        group_id: group,
        from: Some(first_day - Months::new(months)),
        to: Some(first_day - Months::new(1)),
    };
    let metrics = respond(service::metrics::cohort(&services, &caller, &query).await)?;
    Ok(CohortData {
        groups,
        metrics,
        months,
    })
}

#[component]
fn Content(data: CohortData, groups_page: String) -> impl IntoView {
    let CohortData {
        groups,
        metrics,
        months,
    } = data;
    let has_groups = !groups.is_empty();
    let content = if metrics.months.is_empty() {
        view! {
            <section class="empty-state">
                <h2>"No month is complete yet"</h2>
                <p>"The first figures appear here when the month in which the organization was created is over."</p>
            </section>
        }
        .into_any()
    } else if metrics.is_hidden() {
        view! {
            <section class="empty-state">
                <h2>"Too few people to show"</h2>
                <p>{WHY_HIDDEN}</p>
                <p>{next_step(metrics.members, metrics.group_id.is_some())}</p>
                <a class="btn btn-line btn-sm" href=groups_page.clone()>
                    "Open groups"
                </a>
            </section>
        }
        .into_any()
    } else {
        view! {
            <CohortTiles metrics=metrics.clone() />
            <CohortCharts months=metrics.months />
        }
        .into_any()
    };
    view! {
        <form class="filter-form metrics-filter" method="get" role="search" aria-label="Choose a cohort">
            <label class="filter-field">
                <span>"Group"</span>
                <select class="select select-sm" name="group" data-submit>
                    <option value="">"Everyone"</option>
                    <GroupOptions groups chosen=metrics.group_id />
                </select>
            </label>
            <label class="filter-field">
                <span>"Months"</span>
                <select class="select select-sm" name="months" data-submit>
                    {WINDOWS
                        .into_iter()
                        .map(|(value, name)| {
                            view! {
                                <option value=value.to_string() selected=value == months>
                                    {name}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <button class="btn btn-line btn-sm" type="submit">
                "Show"
            </button>
            {(!has_groups)
                .then(|| view! { <a class="link" href=groups_page>"Make groups to compare"</a> })}
        </form>
        {content}
    }
    .into_any()
}

/// Explains what the user can do so that figures are shown.
fn next_step(members: u64, is_group: bool) -> String {
    let people = match members {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    };
    let are_too_few = usize::try_from(members).is_ok_and(|n| n < MIN_CONTRIBUTORS);
    let advice = match (are_too_few, is_group) {
        (true, true) => "Add members to this group, or choose Everyone above",
        (true, false) => "Invite more people",
        (false, true) => "Wait until more of them have added applications, or choose a larger group above",
        (false, false) => "Wait until more of them have added applications",
    };
    format!("{people} can be counted here. {advice}; figures of a month appear when it is over.")
}

const WHY_HIDDEN: &str = "A figure is shown only if at least five people whose applications you can't see contribute to it, and if combining it with other figures can't reveal a smaller group.";

fn days(value: Option<u32>) -> String {
    match value {
        None => "–".into(),
        Some(1) => "1 day".into(),
        Some(n) => format!("{n} days"),
    }
}

#[component]
fn CohortTiles(metrics: CohortMetrics) -> impl IntoView {
    let rate = metrics.response_rate.map_or_else(|| "–".to_owned(), percentage);
    let active = metrics
        .active
        .map_or_else(|| "active: not shown".to_owned(), |n| format!("about {n} active"));
    let shown = |figure: fn(&CohortMonth) -> Option<u64>| shown_months(&metrics.months, figure);
    let has_rate = |month: &CohortMonth| month.responses.zip(month.applications).map(|(n, _)| n);
    let tiles = vec![
        (metrics.members.to_string(), "people", active),
        (
            text(metrics.applications),
            "applications sent",
            shown(|month| month.applications),
        ),
        (rate, "response rate", shown(has_rate)),
        (
            text(metrics.responses),
            "first responses",
            shown(|month| month.responses),
        ),
        (
            text(metrics.stages.screening),
            "phone screens",
            shown(|month| month.stages.screening),
        ),
        (
            text(metrics.stages.interview),
            "interviews",
            shown(|month| month.stages.interview),
        ),
        (
            text(metrics.stages.offer),
            "offers",
            shown(|month| month.stages.offer),
        ),
        (
            days(metrics.median_response_days),
            "to the first response",
            format!("{} to an offer", days(metrics.median_offer_days)),
        ),
    ];
    view! {
        <p class="text-ink-2 my-3 max-w-3xl">
            {format!(
                "Whole months and the weeks in them, published once when the month is over. Counts are rounded to multiples of {ROUNDING}; “–” means that fewer than {MIN_CONTRIBUTORS} people would contribute to a figure. ",
            )}
            {WHY_HIDDEN}
        </p>
        <Tiles tiles class="stats-cohort" />
    }
    .into_any()
}

/// The number of months that a sum covers; empty if it covers all months.
fn shown_months(months: &[CohortMonth], figure: fn(&CohortMonth) -> Option<u64>) -> String {
    let shown = months.iter().filter(|month| figure(month).is_some()).count();
    if shown == 0 || shown == months.len() {
        return String::new();
    }
    format!("in {shown} of {} months; the others are not shown", months.len())
}
