//! The numbers of the charts, and what stands in for a drawing without a script.

use super::words::{in_month, month_and_year};
use crate::jobapps::StageGlyph;
use domain::metrics::{MonthlyCounts, StatusCount};
use leptos::prelude::*;

/// Months down, sources across, sums at both ends.
#[component]
pub fn MonthTable(
    /// The numbers.
    counts: MonthlyCounts,
) -> impl IntoView {
    let sum = |data: &[i64]| data.iter().sum::<i64>();
    let all: i64 = counts.series.iter().map(|series| sum(&series.data)).sum();
    let rows = (0..counts.months.len())
        .map(|at| {
            let cells = counts
                .series
                .iter()
                .map(|series| series.data.get(at).copied().unwrap_or(0));
            view! {
                <tr>
                    <th scope="row">{month_and_year(counts.months.get(at).map_or("", String::as_str))}</th>
                    {cells.map(|n| view! { <td>{n}</td> }).collect_view()}
                    <td>{in_month(&counts, at)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table-q">
            <caption class="sr-only">"Applications by month and source"</caption>
            <thead>
                <tr>
                    <th scope="col">"Month"</th>
                    {counts.series.iter().map(|s| view! { <th scope="col">{s.source.clone()}</th> }).collect_view()}
                    <th scope="col">"All"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">"All"</th>
                    {counts.series.iter().map(|s| view! { <td>{sum(&s.data)}</td> }).collect_view()}
                    <td>{all}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// One row for each stage.
#[component]
pub fn StageTable(
    /// The numbers.
    counts: Vec<StatusCount>,
) -> impl IntoView {
    let all: i64 = counts.iter().map(|count| count.value).sum();
    view! {
        <table class="table-q">
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
                    <th scope="row">"All"</th>
                    <td>{all}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// Bars without a script: their lengths are attributes of shapes.
#[component]
pub fn StageBars(
    /// The numbers.
    counts: Vec<StatusCount>,
) -> impl IntoView {
    let most = counts.iter().map(|count| count.value).max().unwrap_or(0).max(1);
    counts
        .into_iter()
        .map(|count| {
            let width = format!("{}%", count.value * 100 / most);
            view! {
                <div class="hbar" data-kind=count.kind.as_str()>
                    <span class="name">
                        <StageGlyph kind=count.kind />
                        <span>{count.name}</span>
                    </span>
                    <svg class="track" aria-hidden="true">
                        <rect width=width height="100%" rx="2"></rect>
                    </svg>
                    <span class="num">{count.value}</span>
                </div>
            }
        })
        .collect_view()
}
