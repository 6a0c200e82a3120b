//! A chart with its summary and its data table.

use super::{Icon, IconSize, Lucide};
use leptos::prelude::*;

/// A figure with title, a one-sentence summary, the chart, and its numbers as a table. The server renders everything except the
/// chart itself, which `app/js/charts.js` draws and offers as a file. Without JavaScript, `fallback` replaces the chart and shows
/// the numbers. If the chart cannot be drawn, the table is open.
#[component]
pub fn Chart(
    title: &'static str,
    /// The summary in one sentence.
    #[prop(into)]
    summary: String,
    /// The ECharts option as JSON; empty if there is nothing to draw yet.
    #[prop(into)]
    option: String,
    /// A legend above the chart.
    #[prop(optional, into)]
    legend: ViewFn,
    /// Whether the chart takes the width of two charts.
    #[prop(optional)]
    wide: bool,
    /// Number of label rows of a wide chart, which determines its height.
    #[prop(optional)]
    rows: usize,
    /// Shown below the chart.
    #[prop(optional, into)]
    footer: ViewFn,
    /// Replaces the chart without JavaScript. The default is the data table.
    #[prop(optional, into)]
    fallback: Option<ViewFn>,
    table: ViewFn,
) -> impl IntoView {
    let is_empty = option.is_empty();
    // A table that is wider than the figure can be scrolled, also with the keyboard.
    let numbers = move |table: &ViewFn| {
        view! {
            <div class="table-wrap" tabindex="0" role="group" aria-label=format!("Numbers of “{title}”")>
                {table.run()}
            </div>
        }
    };
    let content = (!is_empty).then(|| {
        let without_script = match fallback {
            Some(fallback) => fallback.run(),
            None => numbers(&table).into_any(),
        };
        let hint = wide.then(|| {
            view! { <p class="with-script chart-hint">"Scroll sideways to see the whole chart."</p> }
        });
        view! {
            {hint}
            <div class="with-script chart-frame" tabindex=wide.then_some("0")>
                <div class="chart" data-option=option role="img" aria-label=format!("{title}. {summary}")></div>
                <p class="chart-error">"Couldn't load the chart. The numbers are below."</p>
            </div>
            <div class="without-script">{without_script}</div>
            <div class="chart-foot with-script">
                <details>
                    <summary>
                        <Icon of=Lucide::ChevronRight size=IconSize::Small class="chevron" />
                        "Numbers"
                    </summary>
                    {numbers(&table)}
                </details>
                <div class="chart-downloads" role="group" aria-label=format!("Download “{title}”")>
                    {["PNG", "SVG", "CSV"]
                        .into_iter()
                        .map(|format| {
                            view! {
                                <button class="btn btn-quiet btn-xs" type="button" data-download=format.to_lowercase()>
                                    {format}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        }
    });
    view! {
        <figure class="surface chart-card" class:chart-wide=wide class:chart-tall={rows > 10} class:chart-tallest={rows > 16}>
            <h2>{title}</h2>
            <figcaption class="chart-summary">{summary.clone()}</figcaption>
            {(!is_empty).then(|| legend.run())}
            {content}
            {footer.run()}
        </figure>
    }
    .into_any()
}
