//! `/w/{slug}/metrics`.

use super::{
    Charts,
    api::get_charts::get_charts,
    tables::{MonthTable, StageBars, StageTable},
    words::{self, Reach, counted, month_long},
};
use crate::{
    ui::{Chart, PageTitle, Problem},
    workspace::use_place,
};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;

/// The page.
#[component]
pub fn MetricsPage() -> impl IntoView {
    let slug = use_place().slug;
    let numbers = Resource::new_blocking(move || slug.get(), get_charts);
    view! {
        <PageTitle thing="Metrics" />
        <header class="bar">
            <h1>"Metrics"</h1>
        </header>
        <div class="scroll">
            <Transition fallback=|| {
                view! { <div class="skeleton-box h-24"></div> }
            }>
                {move || Suspend::new(async move {
                    match numbers.await {
                        Ok(numbers) if Reach::of(&numbers.by_status).all == 0 => view! { <Nothing /> }.into_any(),
                        Ok(numbers) => view! { <Findings numbers /> }.into_any(),
                        Err(fail) => view! { <Problem fail /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    let slug = use_place().slug.get_untracked();
    let page = |page| Route::Workspace(slug.clone(), page).to_string();
    view! {
        <section class="empty">
            <h2>"Nothing here yet"</h2>
            <p>"Two applications are enough for these charts. Bring them in from your mail, or add them on the board."</p>
            <span class="flex gap-2">
                <a class="btn btn-primary btn-sm" href=page(WorkspacePage::Import)>
                    "Import mail"
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
fn Findings(numbers: Charts) -> impl IntoView {
    let (applied, led, more) = words::finding(&numbers);
    let Charts {
        by_month,
        by_status,
        month_option,
        status_option,
    } = numbers;
    let legend: Vec<(String, String, i64)> = by_month
        .series
        .iter()
        .enumerate()
        .map(|(at, series)| {
            (
                words::mark_of(at, &series.source),
                series.source.clone(),
                series.data.iter().sum(),
            )
        })
        .collect();
    view! {
        <p class="finding">
            {applied} " " {led} " " <span class="more-words">{more}</span>
        </p>
        <KeyNumbers by_month=by_month.clone() reach=Reach::of(&by_status) />
        <div class="figs">
            <Chart
                title="Applications by month"
                say=words::say_months(&by_month)
                option=month_option
                legend=move || view! { <Legend of=legend.clone() /> }
            >
                <MonthTable counts=by_month.clone() />
            </Chart>
            <Chart
                title="Applications by stage"
                say=words::say_stages(&by_status)
                option=status_option
                plain={
                    let counts = by_status.clone();
                    move || view! {
                        <div class="hbars">
                            <StageBars counts=counts.clone() />
                        </div>
                    }
                }
            >
                <StageTable counts=by_status.clone() />
            </Chart>
        </div>
    }
    .into_any()
}

#[component]
fn Legend(of: Vec<(String, String, i64)>) -> impl IntoView {
    view! {
        <ul class="legend">
            {of
                .into_iter()
                .map(|(mark, source, n)| {
                    view! {
                        <li>
                            <i data-mark=mark></i>
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
fn KeyNumbers(by_month: domain::metrics::MonthlyCounts, reach: Reach) -> impl IntoView {
    let at = |back: usize| by_month.months.len().checked_sub(back);
    let month = |back: usize| {
        let at = at(back)?;
        Some(format!(
            "{} in {}",
            words::in_month(&by_month, at),
            month_long(by_month.months.get(at)?)
        ))
    };
    let lately = [month(1), month(2)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let rate = reach
        .talk_rate()
        .map_or_else(|| "–".to_owned(), |rate| format!("{rate} %"));
    let waiting = reach.all - reach.sent;
    let numbers = [
        (reach.sent.to_string(), "applications sent", lately),
        (
            rate,
            "led to a conversation",
            format!("{} of {}", reach.talks, reach.sent),
        ),
        (
            reach.interviews.to_string(),
            "interviews",
            format!("of {}", counted(reach.talks, "conversation", "conversations")),
        ),
        (
            reach.offers.to_string(),
            "offers",
            if waiting > 0 {
                format!("{} still to apply for", counted(waiting, "job", "jobs"))
            } else {
                String::new()
            },
        ),
    ];
    view! {
        <dl class="surface kpis">
            {numbers
                .into_iter()
                .map(|(n, what, beside)| {
                    view! {
                        <div>
                            <dt>{what}</dt>
                            <dd class="big">{n}</dd>
                            <dd class="text-xs text-ink-3">{beside}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}
