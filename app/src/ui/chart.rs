//! A chart with its summary and its data table.

use super::{Icon, IconSize, Lucide};
use leptos::prelude::*;

/// A figure with title, a one-sentence summary, the chart, and its numbers as a table. The server renders everything but
/// the chart itself, which `app/js/charts.js` draws. Without a script `fallback` replaces it and shows the numbers, and if the
/// chart cannot be drawn the table is open.
#[component]
pub fn Chart(
    /// The title.
    title: &'static str,
    /// What the chart shows, in one sentence.
    #[prop(into)]
    summary: String,
    /// The ECharts option as JSON.
    #[prop(into)]
    option: String,
    /// A legend above the chart.
    #[prop(optional, into)]
    legend: ViewFn,
    /// Replaces the chart without a script.
    #[prop(into)]
    fallback: ViewFn,
    /// The data table.
    children: Children,
) -> impl IntoView {
    view! {
        <figure class="surface chart-card">
            <h2>{title}</h2>
            <figcaption class="chart-summary">{summary.clone()}</figcaption>
            {legend.run()}
            <div class="with-script">
                <div class="chart" data-option=option role="img" aria-label=format!("{title}. {summary}")></div>
                <p class="chart-error">"Couldn't load the chart. The numbers are below."</p>
            </div>
            <div class="without-script">{fallback.run()}</div>
            <details class="with-script">
                <summary>
                    <Icon of=Lucide::ChevronRight size=IconSize::Small class="chevron" />
                    "Numbers"
                </summary>
                <div class="table-wrap">{children()}</div>
            </details>
        </figure>
    }
    .into_any()
}
