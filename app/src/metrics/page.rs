//! `/w/{slug}/metrics`.

use super::{
    charts::{monthly_chart, stage_chart},
    format::{count, month_name, series_color},
    summary::{Funnel, month_total, months_summary, page_summary, stages_summary},
    tables::{MonthTable, StageBars, StageTable},
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{Chart, ErrorState},
};
use domain::{
    metrics::{MonthlyCounts, StageCount},
    routes::WorkspacePage,
};
use leptos::prelude::*;

/// The metrics page.
#[component]
pub fn MetricsPage() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        <PageTitle page="Metrics" />
        <header class="page-header">
            <h1>"Metrics"</h1>
        </header>
        {Suspend::new(async move {
            let (content, charts) = match load_counts(&workspace).await {
                Ok((_, by_stage)) if Funnel::new(&by_stage).total == 0 => {
                    (view! { <EmptyMetrics /> }.into_any(), false)
                }
                Ok((by_month, by_stage)) => {
                    (view! { <Charts by_month by_stage /> }.into_any(), true)
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

/// Applications by month and source, and by stage, read in one transaction.
async fn load_counts(workspace: &WorkspaceContext) -> Result<(MonthlyCounts, Vec<StageCount>), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(service::metrics::charts(&services, &caller).await)
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
fn Charts(by_month: MonthlyCounts, by_stage: Vec<StageCount>) -> impl IntoView {
    let (applications, results, details) = page_summary(&by_month, &by_stage);
    let option = |chart| serde_json::to_string(&chart).unwrap_or_default();
    let (month_option, stage_option) = (option(monthly_chart(&by_month)), option(stage_chart(&by_stage)));
    let legend: Vec<(String, String, i64)> = by_month
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| {
            (
                series_color(index, &series.source),
                series.source.clone(),
                series.data.iter().sum(),
            )
        })
        .collect();
    view! {
        <p class="metrics-summary">
            {applications} " " {results} " " <span class="metrics-details">{details}</span>
        </p>
        <KeyFigures by_month=by_month.clone() funnel=Funnel::new(&by_stage) />
        <div class="chart-grid">
            <Chart
                title="Applications by month"
                summary=months_summary(&by_month)
                option=month_option
                legend=move || view! { <Legend entries=legend.clone() /> }
                fallback={
                    let counts = by_month.clone();
                    move || view! {
                        <div class="table-wrap">
                            <MonthTable counts=counts.clone() />
                        </div>
                    }
                }
            >
                <MonthTable counts=by_month.clone() />
            </Chart>
            <Chart
                title="Applications by stage"
                summary=stages_summary(&by_stage)
                option=stage_option
                fallback={
                    let counts = by_stage.clone();
                    move || view! {
                        <div class="bar-list">
                            <StageBars counts=counts.clone() />
                        </div>
                    }
                }
            >
                <StageTable counts=by_stage.clone() />
            </Chart>
        </div>
    }
    .into_any()
}

/// Color, source and number of applications of each series.
#[component]
fn Legend(entries: Vec<(String, String, i64)>) -> impl IntoView {
    view! {
        <ul class="legend">
            {entries
                .into_iter()
                .map(|(color, source, n)| {
                    view! {
                        <li>
                            <i data-color=color></i>
                            <span title=source.clone()>{source.clone()}</span>
                            <span class="num">{n}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn KeyFigures(by_month: MonthlyCounts, funnel: Funnel) -> impl IntoView {
    let months_ago = |n: usize| {
        let index = by_month.months.len().checked_sub(n + 1)?;
        Some(format!(
            "{} in {}",
            month_total(&by_month, index),
            month_name(by_month.months.get(index)?)
        ))
    };
    let recent_months = [months_ago(0), months_ago(1)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let rate = funnel
        .conversation_rate()
        .map_or_else(|| "–".to_owned(), |rate| format!("{rate}%"));
    let not_applied = funnel.total - funnel.applied;
    let figures = [
        (funnel.applied.to_string(), "applications sent", recent_months),
        (
            rate,
            "led to a conversation",
            format!("{} of {}", funnel.conversations, funnel.applied),
        ),
        (
            funnel.interviews.to_string(),
            "interviews",
            format!(
                "of {}",
                count(funnel.conversations, "conversation", "conversations")
            ),
        ),
        (
            funnel.offers.to_string(),
            "offers",
            if not_applied > 0 {
                format!("{} to apply for", count(not_applied, "job", "jobs"))
            } else {
                String::new()
            },
        ),
    ];
    view! {
        <dl class="surface stats">
            {figures
                .into_iter()
                .map(|(value, label, note)| {
                    view! {
                        <div>
                            <dt>{label}</dt>
                            <dd class="stat-value">{value}</dd>
                            <dd class="text-xs text-ink-3">{note}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}
