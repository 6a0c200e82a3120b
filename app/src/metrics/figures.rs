//! The charts of the page, each with its sentence and its table.

use super::{
    chart_summaries::{
        flow_summary, funnel_summary, pace_summary, rates_summary, response_summary, titles_summary,
        words_summary,
    },
    charts::{
        flow_chart, funnel_chart, monthly_chart, pace_chart, rates_chart, response_chart, stage_chart,
        titles_chart, words_chart,
    },
    format::series_color,
    goal::GoalForm,
    summary::{months_summary, stages_summary},
    tables::{
        FlowTable, FunnelTable, MonthTable, PaceTable, RatesTable, ResponseTable, StageBars, StageTable,
        TitleTable, WordTable,
    },
};
use crate::ui::{Chart, StageIcon};
use chrono::NaiveDate;
use domain::metrics::StageCount;
use leptos::prelude::*;
use service::metrics::Dashboard;

/// The ECharts option as JSON; empty if there is nothing to draw.
fn option(chart: &impl serde::Serialize, is_empty: bool) -> String {
    if is_empty {
        return String::new();
    }
    serde_json::to_string(chart).unwrap_or_default()
}

/// All charts of the page.
#[component]
pub fn Figures(
    metrics: Dashboard,
    today: NaiveDate,
    /// Whether these are the user's own metrics, so that the user may set the goal.
    is_own: bool,
    /// Whether applications from all sources are counted.
    has_all_sources: bool,
) -> impl IntoView {
    let Dashboard {
        by_month,
        by_stage,
        by_title,
        words,
        funnel,
        flow,
        response_times,
        response_rates,
        mut pace,
        sources: _,
    } = metrics;
    let legend: Vec<(String, String, i64)> = by_month
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| {
            let color = series_color(index, &series.source);
            (color, series.source.clone(), series.data.iter().sum())
        })
        .collect();
    let current_month = today.format("%Y-%m").to_string();
    let (stages, counted) = (by_stage.clone(), by_stage.clone());
    let goal = pace.weekly_goal;
    if !has_all_sources {
        // The goal applies to applications from all sources together.
        pace.weekly_goal = None;
    }
    view! {
        <div class="chart-grid">
            <Chart
                title="Applications by month"
                summary=months_summary(&by_month, &current_month, &by_stage)
                option=option(&monthly_chart(&by_month), by_month.series.is_empty())
                legend=move || view! { <SourceLegend entries=legend.clone() /> }
                table=(move || view! { <MonthTable counts=by_month.clone() /> }).into()
            />
            <Chart
                title="Time to the first response"
                summary=response_summary(&response_times, &response_rates.total)
                option=option(&response_chart(&response_times), response_times.curve.is_empty())
                legend=|| view! { <ResponseLegend /> }
                table=(move || view! { <ResponseTable times=response_times.clone() /> }).into()
            />
            <Chart
                title="Stages ever reached"
                summary=funnel_summary(&funnel)
                option=option(&funnel_chart(&funnel), flow.nodes.is_empty())
                table=(move || view! { <FunnelTable funnel=funnel.clone() /> }).into()
            />
            <Chart
                title="Conversations by source"
                summary=rates_summary(&response_rates)
                option=option(&rates_chart(&response_rates), response_rates.sources.is_empty())
                table=(move || view! { <RatesTable rates=response_rates.clone() /> }).into()
            />
            <Chart
                title="Where they went"
                summary=flow_summary(&flow)
                option=option(&flow_chart(&flow), flow.nodes.is_empty())
                wide=true
                rows=flow.nodes.iter().filter(|node| node.is_end).count()
                table=(move || view! { <FlowTable flow=flow.clone() /> }).into()
            />
            <Chart
                title="Applications by stage"
                summary=stages_summary(&by_stage)
                option=option(&stage_chart(&by_stage), false)
                fallback={
                    let counts = by_stage.clone();
                    move || view! {
                        <div class="bar-list">
                            <StageBars counts=counts.clone() />
                        </div>
                    }
                }
                table=(move || view! { <StageTable counts=by_stage.clone() /> }).into()
            />
            <Chart
                title="Applications by week"
                summary=pace_summary(&pace, today)
                option=option(&pace_chart(&pace), false)
                footer=move || is_own.then(|| view! { <GoalForm goal /> })
                table=(move || view! { <PaceTable pace=pace.clone() /> }).into()
            />
            <Chart
                title="Titles by stage"
                summary=titles_summary(&by_title)
                option=option(&titles_chart(&by_title, &stages), by_title.jobs.is_empty())
                legend=move || view! { <StageLegend stages=stages.clone() /> }
                table=(move || view! { <TitleTable counts=by_title.clone() /> }).into()
            />
            <Chart
                title="Words in titles and companies"
                summary=words_summary(&words, &counted)
                option=option(&words_chart(&words), words.is_empty())
                table=(move || view! { <WordTable words=words.clone() /> }).into()
            />
        </div>
    }
    .into_any()
}

/// Color, source and number of applications of each series.
#[component]
fn SourceLegend(entries: Vec<(String, String, i64)>) -> impl IntoView {
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
fn ResponseLegend() -> impl IntoView {
    view! {
        <ul class="legend">
            <li>
                <i data-color="1"></i>
                <span>"With a response, by day"</span>
            </li>
            <li>
                <i class="legend-band" data-color="1"></i>
                <span>"95% interval"</span>
            </li>
        </ul>
    }
}

/// Icon and name of each stage.
#[component]
fn StageLegend(stages: Vec<StageCount>) -> impl IntoView {
    view! {
        <ul class="legend">
            {stages
                .into_iter()
                .map(|stage| {
                    view! {
                        <li data-kind=stage.kind.as_str()>
                            <StageIcon kind=stage.kind />
                            <span title=stage.name.clone()>{stage.name.clone()}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
