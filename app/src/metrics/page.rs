//! `/w/{slug}/metrics`.

use super::{
    chart_summaries::median_figure,
    figures::Figures,
    filter::{FilterForm, Ranges, link, parse_query},
    format::percentage,
    summary::page_summary,
    tiles::Tiles,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{CoachNotice, PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    status::set_page_error,
    ui::ErrorState,
    views::{Views, ViewsMenu, load_views},
};
use chrono::NaiveDate;
use domain::{
    ApiError, ErrorCode,
    coaching::Client,
    jobapps::StageKind,
    metrics::{Funnel, MetricsQuery, Pace},
    routes::WorkspacePage,
    views::ViewPage,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use service::{metrics::Dashboard, platform::time_zone::local_time};

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
                    let empty = if workspace.is_for_coaching().await {
                        view! { <CoachNotice /> }.into_any()
                    } else {
                        view! { <EmptyMetrics /> }.into_any()
                    };
                    (empty, false)
                }
                Ok((metrics, today, views)) => {
                    let charts = !is_empty(&metrics);
                    let owner = MetricsOwner::User(views);
                    (view! { <Content metrics query today owner /> }.into_any(), charts)
                }
                Err(error) => (error_view(query, error), false),
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

/// The person whose metrics are shown.
enum MetricsOwner {
    /// The user, with their saved views.
    User(Views),
    /// The client with this name.
    Client(String),
}

pub struct ClientMetrics {
    name: String,
    metrics: Dashboard,
    query: MetricsQuery,
    today: NaiveDate,
}

impl ClientMetrics {
    /// Loads the metrics of the client with the filter of the URL.
    ///
    /// # Errors
    /// `not_found` if the access has ended; `invalid` for an invalid filter.
    pub async fn load(
        workspace: &WorkspaceContext,
        client: &Client,
        query: &ParamsMap,
    ) -> Result<Self, AppError> {
        let (services, caller) = workspace.require_caller().await?;
        let (mut query, is_valid) = parse_query(query);
        if !is_valid {
            return Err(invalid_dates());
        }
        query.owner_id = Some(client.user.user_id);
        let metrics =
            respond(service::metrics::dashboard(&services, &caller, &query).await).map_err(explain)?;
        let today = local_time(services.clock.now(), &caller.user.time_zone).date();
        Ok(Self {
            name: client.user.label().to_owned(),
            metrics,
            query,
            today,
        })
    }

    pub fn has_charts(&self) -> bool {
        !is_empty(&self.metrics)
    }

    pub fn into_view(self) -> AnyView {
        let Self {
            name,
            metrics,
            query,
            today,
        } = self;
        view! { <Content metrics query today owner=MetricsOwner::Client(name) /> }.into_any()
    }
}

fn invalid_dates() -> AppError {
    let detail = "Choose dates, for example 2026-03-31.";
    AppError(ApiError::new(ErrorCode::Invalid, detail))
}

/// The filter form with its validation errors, or the error page for other errors.
fn error_view(query: MetricsQuery, AppError(error): AppError) -> AnyView {
    if error.code != ErrorCode::Invalid {
        return view! { <ErrorState error=AppError(error) /> }.into_any();
    }
    set_page_error(&error);
    view! {
        <div class="metrics-bar">
            <FilterForm query sources=Vec::new() error=error.detail />
        </div>
    }
    .into_any()
}

/// Why the metrics of a client are not shown.
pub fn client_error_view(query: &ParamsMap, error: AppError) -> AnyView {
    error_view(parse_query(query).0, error)
}

/// Adds the name of the invalid date to the error.
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
            <p>"The charts appear with your first application. Import your email, or add applications on the board."</p>
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
fn Content(metrics: Dashboard, query: MetricsQuery, today: NaiveDate, owner: MetricsOwner) -> impl IntoView {
    let (views, client) = match owner {
        MetricsOwner::User(views) => (Some(views), None),
        MetricsOwner::Client(name) => (None, Some(name)),
    };
    let is_own = client.is_none();
    // The weekly goal is shown only if applications from all sources are counted.
    let has_all_sources = query.source.is_none();
    let is_filtered = query.from.is_some() || query.to.is_some() || query.source.is_some();
    let parameters = link(&query).trim_start_matches('?').to_owned();
    let filters = view! {
        <div class="metrics-bar">
            <Ranges query=query.clone() today />
            <FilterForm query sources=metrics.sources.clone() />
            {views.map(|views| view! { <ViewsMenu views query=parameters /> })}
        </div>
    };
    if let (true, false, Some(name)) = (is_empty(&metrics), is_filtered, &client) {
        return view! {
            <section class="empty-state">
                <h2>{format!("{name} has no applications yet")}</h2>
                <p>{format!("The charts appear here when {name} has added some.")}</p>
            </section>
        }
        .into_any();
    }
    if is_empty(&metrics) {
        return view! {
            {filters}
            <section class="empty-state">
                <h2>"No applications match"</h2>
                <p>"No application matches this period and source."</p>
                <a class="btn btn-line btn-sm" href="?">
                    "Show all"
                </a>
            </section>
        }
        .into_any();
    }
    let (applications, results, details) = page_summary(
        &metrics.response_rates,
        &metrics.by_stage,
        &metrics.funnel,
        client.as_deref(),
    );
    view! {
        {filters}
        <p class="metrics-summary">
            {applications} " " {results} " " <span class="metrics-details">{details}</span>
        </p>
        <KeyFigures metrics=metrics.clone() is_filtered />
        <Figures metrics today is_own has_all_sources />
    }
    .into_any()
}

/// The number of applications sent recently. Empty with a filter, because the filter determines the period.
fn sent_lately(pace: &Pace, is_filtered: bool) -> String {
    let sent: u64 = pace.weeks.iter().map(|week| week.applications).sum();
    if is_filtered {
        String::new()
    } else {
        format!("{sent} in the last {} weeks", pace.weeks.len())
    }
}

#[component]
fn KeyFigures(
    metrics: Dashboard,
    /// Whether only a part of the applications is counted.
    is_filtered: bool,
) -> impl IntoView {
    let reached = |funnel: &Funnel, kind| funnel.reached(kind);
    let funnel = &metrics.funnel;
    let (applied, conversations, interviews) = (
        reached(funnel, StageKind::Applied),
        reached(funnel, StageKind::Screening),
        reached(funnel, StageKind::Interview),
    );
    let rate = if applied == 0 {
        "–".to_owned()
    } else {
        percentage(metrics.response_rates.total.conversation_rate)
    };
    let (median, median_label, median_note) =
        median_figure(&metrics.response_times, &metrics.response_rates.total);
    let figures = vec![
        (
            applied.to_string(),
            if is_filtered {
                "applications sent, as filtered"
            } else {
                "applications sent in total"
            },
            sent_lately(&metrics.pace, is_filtered),
        ),
        (
            rate,
            "led to a conversation",
            format!("{conversations} of {applied}"),
        ),
        (
            interviews.to_string(),
            "led to an interview",
            format!("of {conversations} with a conversation"),
        ),
        (
            reached(funnel, StageKind::Offer).to_string(),
            "led to an offer",
            format!("of {interviews} with an interview"),
        ),
        (median, median_label, median_note),
    ];
    view! {
        <Tiles tiles=figures />
    }
    .into_any()
}
