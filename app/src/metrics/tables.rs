//! The charts as tables, and the bars that replace a chart without a script.

use super::{format::month_and_year, summary::month_total};
use crate::ui::StageIcon;
use domain::metrics::{MonthlyCounts, StageCount};
use leptos::prelude::*;

/// A row for each month, a column for each source, and totals.
#[component]
pub fn MonthTable(
    /// The counts.
    counts: MonthlyCounts,
) -> impl IntoView {
    let sum = |data: &[i64]| data.iter().sum::<i64>();
    let total: i64 = counts.series.iter().map(|series| sum(&series.data)).sum();
    let rows = (0..counts.months.len())
        .map(|index| {
            let cells = counts
                .series
                .iter()
                .map(|series| series.data.get(index).copied().unwrap_or(0));
            view! {
                <tr>
                    <th scope="row">{month_and_year(counts.months.get(index).map_or("", String::as_str))}</th>
                    {cells.map(|n| view! { <td>{n}</td> }).collect_view()}
                    <td>{month_total(&counts, index)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="data-table">
            <caption class="sr-only">"Applications by month and source"</caption>
            <thead>
                <tr>
                    <th scope="col">"Month"</th>
                    {counts.series.iter().map(|s| view! { <th scope="col">{s.source.clone()}</th> }).collect_view()}
                    <th scope="col">"Total"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    {counts.series.iter().map(|s| view! { <td>{sum(&s.data)}</td> }).collect_view()}
                    <td>{total}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// A row for each stage.
#[component]
pub fn StageTable(
    /// The counts.
    counts: Vec<StageCount>,
) -> impl IntoView {
    let total: i64 = counts.iter().map(|count| count.value).sum();
    view! {
        <table class="data-table">
            <caption class="sr-only">"Applications by stage"</caption>
            <thead>
                <tr>
                    <th scope="col">"Stage"</th>
                    <th scope="col">"Applications"</th>
                </tr>
            </thead>
            <tbody>
                {counts
                    .into_iter()
                    .map(|count| {
                        view! {
                            <tr>
                                <th scope="row">{count.name}</th>
                                <td>{count.value}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    <td>{total}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// A bar for each stage. Lengths are SVG attributes, because the content security policy forbids style attributes.
#[component]
pub fn StageBars(
    /// The counts.
    counts: Vec<StageCount>,
) -> impl IntoView {
    let max = counts.iter().map(|count| count.value).max().unwrap_or(0).max(1);
    counts
        .into_iter()
        .map(|count| {
            let width = format!("{}%", count.value * 100 / max);
            view! {
                <div class="bar-row" data-kind=count.kind.as_str()>
                    <span class="bar-label">
                        <StageIcon kind=count.kind />
                        <span>{count.name}</span>
                    </span>
                    <svg class="bar-track" aria-hidden="true">
                        <rect width=width height="100%" rx="2"></rect>
                    </svg>
                    <span class="num">{count.value}</span>
                </div>
            }
        })
        .collect_view()
}
