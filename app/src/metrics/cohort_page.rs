//! `/w/{slug}/cohort`: the metrics of a group, or of everyone in the organization.

use super::{
    charts::cohort_chart,
    format::{month_and_year, percentage},
    tables::{NumberTable, texts},
    tiles::Tiles,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    organizations::GroupOptions,
    server::respond::respond,
    status::set_page_error,
    ui::{Chart, ErrorState},
};
use chrono::{Datelike as _, Months, NaiveDate};
use domain::{
    ApiError, GroupId,
    metrics::{CohortMetrics, CohortMonth, CohortQuery, CohortWeek, MIN_CONTRIBUTORS, ROUNDING},
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
            <Charts months=metrics.months />
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

/// Explains what the user can do to see figures.
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

const WHY_HIDDEN: &str = "A figure is shown if at least five people whose applications you cannot see contribute to it, and if it does not reveal the figure of fewer of them in combination with others.";

/// `–` for a figure that is not shown.
fn text(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |n| n.to_string())
}

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

/// A value for each month or week, by its name.
type Points = Vec<(String, Option<u64>)>;

#[component]
fn Charts(months: Vec<CohortMonth>) -> impl IntoView {
    let by_month = |value: fn(&CohortMonth) -> Option<u64>| -> Points {
        let points = months
            .iter()
            .map(|month| (month_label(month.month), value(month)));
        points.collect()
    };
    let by_week = |value: fn(&CohortWeek) -> Option<u64>| -> Points {
        let weeks = months.iter().flat_map(|month| &month.weeks);
        weeks.map(|week| (week_label(week), value(week))).collect()
    };
    let weeks = [
        (
            "Applications by week",
            "applied",
            by_week(|week| week.applications),
        ),
        (
            "First responses by week",
            "screening",
            by_week(|week| week.responses),
        ),
        (
            "Interviews by week",
            "interview",
            by_week(|week| week.stages.interview),
        ),
    ]
    .into_iter()
    .filter(|(_, _, points)| points.iter().any(|(_, value)| value.is_some()))
    .map(|(title, color, points)| figure(points, title, color, "week"))
    .collect_view();
    view! {
        <div class="chart-grid">
            {figure(by_month(|month| month.applications), "Applications by month", "applied", "month")}
            {figure(by_month(|month| month.responses), "First responses by month", "screening", "month")}
            {figure(by_month(|month| month.stages.interview), "Interviews by month", "interview", "month")}
            {figure(by_month(|month| month.active), "Active people by month", "chart-1", "month")}
            {weeks}
        </div>
    }
    .into_any()
}

fn figure(points: Points, title: &'static str, color: &str, period: &'static str) -> AnyView {
    let shown = points.iter().filter(|(_, value)| value.is_some()).count();
    let option = if shown == 0 {
        String::new()
    } else {
        serde_json::to_string(&cohort_chart(&points, title, color)).unwrap_or_default()
    };
    let summary = summary(&points, shown, period);
    let head = if period == "week" { "Week" } else { "Month" };
    let rows: Vec<(String, Vec<String>)> = points
        .into_iter()
        .map(|(label, value)| (label, vec![text(value)]))
        .collect();
    view! {
        <Chart
            title
            summary
            option
            table=(move || {
                view! { <NumberTable caption=title head=texts([head, "Number"]) rows=rows.clone() /> }
            })
                .into()
        />
    }
    .into_any()
}

fn month_label(month: NaiveDate) -> String {
    month_and_year(&month.format("%Y-%m").to_string())
}

/// `8–14 Feb 2026`
fn week_label(week: &CohortWeek) -> String {
    format!("{}–{} {}", week.from.day(), week.to.day(), month_label(week.from))
}

/// The month or week with the largest figure, and the number of hidden ones.
fn summary(points: &Points, shown: usize, period: &str) -> String {
    let hidden = points.len() - shown;
    let most = points
        .iter()
        .filter_map(|(label, value)| Some((value.as_ref()?, label)))
        .max_by_key(|(n, _)| **n);
    let Some((n, label)) = most else {
        return format!("Not shown: fewer than five people would contribute to every {period}.");
    };
    let most = format!("Most in {label}: about {n}.");
    match hidden {
        0 => most,
        1 => format!("{most} One {period} is not shown."),
        _ => format!("{most} {hidden} {period}s are not shown."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_names_the_largest_month_and_counts_hidden_ones() {
        let points: Points = [("Jan 2026", Some(20)), ("Feb 2026", None), ("Mar 2026", Some(35))]
            .map(|(label, value)| (label.to_owned(), value))
            .into();
        assert_eq!(
            summary(&points, 2, "month"),
            "Most in Mar 2026: about 35. One month is not shown."
        );
        assert!(summary(&Points::new(), 0, "week").starts_with("Not shown"));
    }

    #[test]
    fn month_that_is_not_shown_has_no_bar() {
        let points = [("Jan 2026".to_owned(), Some(20)), ("Feb 2026".to_owned(), None)];
        let chart = cohort_chart(&points, "Applications", "applied");
        let chart = serde_json::to_value(&chart).expect("JSON");
        assert_eq!(chart["series"][0]["data"], serde_json::json!([20, "-"]));
    }

    #[test]
    fn week_is_named_by_its_days() {
        let week = CohortWeek {
            from: NaiveDate::from_ymd_opt(2026, 2, 22).expect("a date"),
            to: NaiveDate::from_ymd_opt(2026, 2, 28).expect("a date"),
            applications: None,
            responses: None,
            stages: domain::metrics::CohortStages::default(),
        };
        assert_eq!(week_label(&week), "22–28 Feb 2026");
    }
}
