//! `/w/{slug}/metrics`.

use super::{
    chart_summaries::median_figure,
    figures::Figures,
    filter::{FilterForm, Ranges, link, parse_query},
    format::{count, month_name, percentage},
    summary::{month_total, page_summary},
    tiles::Tiles,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::ErrorState,
    views::{Views, ViewsMenu, load_views},
};
use chrono::NaiveDate;
use domain::{
    ApiError, ErrorCode, UserId,
    jobapps::StageKind,
    metrics::{Funnel, MetricsQuery, MonthlyCounts},
    routes::WorkspacePage,
    views::ViewPage,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use service::{metrics::Dashboard, platform::time_zone::local_time};

/// The metrics page.
#[component]
pub fn MetricsPage() -> impl IntoView {
    let workspace = use_workspace();
    let (query, is_valid) = parse_query(&use_query_map().get_untracked());
    view! {
        <PageTitle page="Metrics" />
        <header class="page-header">
            <h1>"Metrics"</h1>
        </header>
        {Suspend::new(async move {
            let loaded = if is_valid {
                load(&workspace, &query).await
            } else {
                Err(invalid_dates())
            };
            let is_filtered = query != MetricsQuery::default();
            let (content, charts) = match loaded {
                Ok((metrics, _, _)) if !is_filtered && is_empty(&metrics) => {
                    (view! { <EmptyMetrics /> }.into_any(), false)
                }
                Ok((metrics, today, views)) => {
                    let charts = !is_empty(&metrics);
                    (view! { <Content metrics query today views=Some(views) /> }.into_any(), charts)
                }
                Err(error) => (view! { <ErrorState error /> }.into_any(), false),
            };
            view! {
                <div class="page-body" id="page-body" data-keep-scroll>{content}</div>
                <WorkspaceScripts area=None charts />
            }
        })}
    }
    .into_any()
}

/// The metrics, read in one transaction, and the current day in the user's time zone.
async fn load(
    workspace: &WorkspaceContext,
    query: &MetricsQuery,
) -> Result<(Dashboard, NaiveDate, Views), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let metrics = respond(service::metrics::dashboard(&services, &caller, query).await).map_err(explain)?;
    let today = local_time(services.clock.now(), &caller.user.time_zone).date();
    Ok((metrics, today, load_views(workspace, ViewPage::Metrics).await?))
}

/// The metrics of a client.
pub struct ClientMetrics {
    metrics: Dashboard,
    query: MetricsQuery,
    today: NaiveDate,
}

impl ClientMetrics {
    /// The metrics of the client with the filter of the URL.
    ///
    /// # Errors
    /// `not_found` if the access has ended; `invalid` if the filter is.
    pub async fn load(
        workspace: &WorkspaceContext,
        client: UserId,
        query: &ParamsMap,
    ) -> Result<Self, AppError> {
        let (services, caller) = workspace.require_caller().await?;
        let (mut query, is_valid) = parse_query(query);
        if !is_valid {
            return Err(invalid_dates());
        }
        query.owner_id = Some(client);
        let metrics =
            respond(service::metrics::dashboard(&services, &caller, &query).await).map_err(explain)?;
        let today = local_time(services.clock.now(), &caller.user.time_zone).date();
        Ok(Self {
            metrics,
            query,
            today,
        })
    }

    /// Whether there are charts.
    pub fn has_charts(&self) -> bool {
        !is_empty(&self.metrics)
    }

    /// The charts.
    pub fn into_view(self) -> AnyView {
        let Self {
            metrics,
            query,
            today,
        } = self;
        view! { <Content metrics query today views=None /> }.into_any()
    }
}

fn invalid_dates() -> AppError {
    let detail = "Choose dates, for example 2026-03-31.";
    AppError(ApiError::new(ErrorCode::Invalid, detail))
}

/// An error that says which date is wrong.
fn explain(AppError(mut error): AppError) -> AppError {
    if let Some(field) = error.errors.first() {
        error.detail.clone_from(&field.detail);
    }
    AppError(error)
}

fn is_empty(metrics: &Dashboard) -> bool {
    metrics.by_stage.iter().all(|count| count.value == 0)
}

#[component]
fn EmptyMetrics() -> impl IntoView {
    let workspace = use_workspace();
    let page = |page| workspace.page(page);
    view! {
        <section class="empty-state">
            <h2>"Not enough data yet"</h2>
            <p>"These charts need two applications. Import your email, or add applications on the board."</p>
            <span class="flex gap-2">
                <a class="btn btn-primary btn-sm" href=page(WorkspacePage::Import)>
                    "Import email"
                </a>
                <a class="btn btn-line btn-sm" href=page(WorkspacePage::Board)>
                    "Open the board"
                </a>
            </span>
        </section>
    }
    .into_any()
}

#[component]
fn Content(
    metrics: Dashboard,
    query: MetricsQuery,
    today: NaiveDate,
    /// The user's saved views; `None` for the metrics of a client.
    views: Option<Views>,
) -> impl IntoView {
    let is_own = views.is_some();
    let parameters = link(&query).trim_start_matches('?').to_owned();
    let filters = view! {
        <div class="metrics-bar">
            <Ranges query=query.clone() today />
            <FilterForm query sources=metrics.sources.clone() />
            {views.map(|views| view! { <ViewsMenu views query=parameters /> })}
        </div>
    };
    if is_empty(&metrics) {
        return view! {
            {filters}
            <section class="empty-state">
                <h2>"No applications match"</h2>
                <p>"No application is from this time and source."</p>
                <a class="btn btn-line btn-sm" href="?">
                    "Show all"
                </a>
            </section>
        }
        .into_any();
    }
    let (applications, results, details) =
        page_summary(&metrics.by_month, &metrics.by_stage, &metrics.funnel);
    view! {
        {filters}
        <p class="metrics-summary">
            {applications} " " {results} " " <span class="metrics-details">{details}</span>
        </p>
        <KeyFigures metrics=metrics.clone() />
        <Figures metrics today is_own />
    }
    .into_any()
}

/// How many applications there were in the last two months.
fn recent_months(by_month: &MonthlyCounts) -> String {
    let months_ago = |n: usize| {
        let index = by_month.months.len().checked_sub(n + 1)?;
        let name = month_name(by_month.months.get(index)?);
        Some(format!("{} in {name}", month_total(by_month, index)))
    };
    let parts: Vec<String> = [months_ago(0), months_ago(1)].into_iter().flatten().collect();
    parts.join(", ")
}

fn jobs_to_apply_for(metrics: &Dashboard) -> String {
    let is_unsent = |kind| kind == StageKind::ToApply;
    let unsent = metrics
        .by_stage
        .iter()
        .filter(|count| is_unsent(count.kind))
        .map(|count| count.value);
    match unsent.sum() {
        0 => String::new(),
        n => format!("{} to apply for", count(n, "job", "jobs")),
    }
}

#[component]
fn KeyFigures(metrics: Dashboard) -> impl IntoView {
    let reached = |funnel: &Funnel, kind| funnel.reached(kind);
    let funnel = &metrics.funnel;
    let (applied, conversations) = (
        reached(funnel, StageKind::Applied),
        reached(funnel, StageKind::Screening),
    );
    let rate = if applied == 0 {
        "–".to_owned()
    } else {
        percentage(metrics.response_rates.total.conversation_rate)
    };
    let (median, median_label, median_note) = median_figure(&metrics.response_times);
    let conversation_count = i64::try_from(conversations).unwrap_or(i64::MAX);
    let figures = vec![
        (
            applied.to_string(),
            "applications sent",
            recent_months(&metrics.by_month),
        ),
        (
            rate,
            "led to a conversation",
            format!("{conversations} of {applied}"),
        ),
        (
            reached(funnel, StageKind::Interview).to_string(),
            "interviews",
            format!(
                "of {}",
                count(conversation_count, "conversation", "conversations")
            ),
        ),
        (
            reached(funnel, StageKind::Offer).to_string(),
            "offers",
            jobs_to_apply_for(&metrics),
        ),
        (median, median_label, median_note),
    ];
    view! {
        <Tiles tiles=figures />
    }
    .into_any()
}
