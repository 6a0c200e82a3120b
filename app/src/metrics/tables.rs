//! The charts as tables, and the bars that replace a chart without JavaScript.

use super::{
    format::{flow_node_name, kind_name, month_and_year, percentage},
    summary::month_total,
};
use crate::ui::StageIcon;
use domain::metrics::{
    Flow, Funnel, MonthlyCounts, Pace, ResponseRates, ResponseTimes, SourceRate, StageCount,
    TitleStageCounts, WordCount, to_f64,
};
use leptos::prelude::*;

/// A table of numbers: the first column names the rows.
#[component]
pub fn NumberTable(
    caption: &'static str,
    /// The column headings.
    head: Vec<String>,
    /// The rows, each with its name and cells.
    rows: Vec<(String, Vec<String>)>,
    /// The cells of the row `Total`.
    #[prop(optional)]
    total: Option<Vec<String>>,
) -> impl IntoView {
    let row = |(name, cells): (String, Vec<String>)| {
        view! {
            <tr>
                <th scope="row" title=name.clone()>
                    {name.clone()}
                </th>
                {cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
            </tr>
        }
    };
    view! {
        <table class="data-table">
            <caption class="sr-only">{caption}</caption>
            <thead>
                <tr>{head.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            {total.map(|cells| view! { <tfoot>{row(("Total".to_owned(), cells))}</tfoot> })}
        </table>
    }
    .into_any()
}

pub fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// A row for each month, a column for each source, and totals.
#[component]
pub fn MonthTable(counts: MonthlyCounts) -> impl IntoView {
    let sum = |data: &[i64]| data.iter().sum::<i64>();
    let sources = counts.series.iter().map(|series| series.source.clone());
    let head = ["Month".to_owned()]
        .into_iter()
        .chain(sources)
        .chain(["Total".to_owned()]);
    let rows = (0..counts.months.len()).map(|index| {
        let cells = counts
            .series
            .iter()
            .map(|s| s.data.get(index).copied().unwrap_or(0));
        let month = counts.months.get(index).map_or("", String::as_str);
        (
            month_and_year(month),
            texts(cells.chain([month_total(&counts, index)])),
        )
    });
    let totals = counts.series.iter().map(|series| sum(&series.data));
    let total = totals.clone().sum::<i64>();
    view! {
        <NumberTable
            caption="Applications by month and source"
            head=head.collect()
            rows=rows.collect()
            total=texts(totals.chain([total]))
        />
    }
}

/// A row for each stage.
#[component]
pub fn StageTable(counts: Vec<StageCount>) -> impl IntoView {
    let total: i64 = counts.iter().map(|count| count.value).sum();
    let rows = counts.into_iter().map(|count| (count.name, texts([count.value])));
    view! {
        <NumberTable
            caption="Applications by stage"
            head=texts(["Stage", "Applications"])
            rows=rows.collect()
            total=texts([total])
        />
    }
}

/// A row for each kind of stage that applications ever reached.
#[component]
pub fn FunnelTable(funnel: Funnel) -> impl IntoView {
    let mut previous: Option<u64> = None;
    let rows = funnel.stages.into_iter().map(|stage| {
        let before = previous.replace(stage.reached);
        let share = before
            .filter(|n| *n > 0)
            .map(|n| percentage(to_f64(stage.reached) / to_f64(n)));
        let cells = vec![
            stage.reached.to_string(),
            optional(share),
            optional(stage.median_days),
        ];
        (kind_name(stage.kind).to_owned(), cells)
    });
    let rows = rows.collect();
    view! {
        <NumberTable
            caption="Stages ever reached"
            head=texts(["Stage", "Applications", "Of the stage before", "Median days from it"])
            rows
        />
    }
}

/// A row for each link of the paths.
#[component]
pub fn FlowTable(flow: Flow) -> impl IntoView {
    let name = |id: &str| {
        flow.nodes
            .iter()
            .find(|node| node.id == id)
            .map_or_else(String::new, |node| {
                if node.is_end {
                    flow_node_name(node.kind, node.outcome)
                } else {
                    kind_name(node.kind).to_owned()
                }
            })
    };
    let rows = flow.links.iter().map(|link| {
        (
            name(&link.source),
            vec![name(&link.target), link.value.to_string()],
        )
    });
    view! {
        <NumberTable caption="Paths of applications" head=texts(["From", "To", "Applications"]) rows=rows.collect() />
    }
}

/// A row for each day with a response.
#[component]
pub fn ResponseTable(times: ResponseTimes) -> impl IntoView {
    let rows = times.curve.into_iter().map(|point| {
        let interval = format!("{} to {}", percentage(point.low), percentage(point.high));
        let cells = vec![percentage(point.share), interval, point.waiting.to_string()];
        (point.day.to_string(), cells)
    });
    view! {
        <NumberTable
            caption="Time to the first response"
            head=texts(["Days", "With a response", "95% interval", "Waiting before"])
            rows=rows.collect()
        />
    }
}

/// A row for each source.
#[component]
pub fn RatesTable(rates: ResponseRates) -> impl IntoView {
    let cells = |rate: &SourceRate| {
        vec![
            rate.applications.to_string(),
            rate.responses.to_string(),
            percentage(rate.response_rate),
            rate.conversations.to_string(),
            percentage(rate.conversation_rate),
            format!(
                "{} to {}",
                percentage(rate.conversation_low),
                percentage(rate.conversation_high)
            ),
        ]
    };
    let rows = rates
        .sources
        .iter()
        .map(|rate| (rate.source.clone(), cells(rate)));
    view! {
        <NumberTable
            caption="Responses and conversations by source"
            head=texts([
                "Source",
                "Applications",
                "Responses",
                "Response rate",
                "Conversations",
                "Conversation rate",
                "95% interval",
            ])
            rows=rows.collect()
            total=cells(&rates.total)
        />
    }
}

/// A row for each of the most frequent titles, a column for each stage.
#[component]
pub fn TitleTable(counts: TitleStageCounts) -> impl IntoView {
    let head = ["Title".to_owned()]
        .into_iter()
        .chain(counts.statuses.iter().cloned())
        .chain(["Total".to_owned()])
        .collect();
    let rows = counts.jobs.iter().enumerate().map(|(index, title)| {
        let cells = counts
            .data
            .iter()
            .map(|s| s.data.get(index).copied().unwrap_or(0));
        let total: i64 = cells.clone().sum();
        (title.clone(), texts(cells.chain([total])))
    });
    view! { <NumberTable caption="Titles by stage" head rows=rows.collect() /> }
}

/// A row for each of the most frequent words.
#[component]
pub fn WordTable(words: Vec<WordCount>) -> impl IntoView {
    let rows = words.into_iter().map(|word| (word.word, texts([word.value])));
    view! {
        <NumberTable
            caption="Words in titles and companies"
            head=texts(["Word", "Applications"])
            rows=rows.collect()
        />
    }
}

/// A row for each week.
#[component]
pub fn PaceTable(pace: Pace) -> impl IntoView {
    let rows = pace
        .weeks
        .into_iter()
        .map(|week| (week.week.to_string(), texts([week.applications])));
    view! {
        <NumberTable
            caption="Applications by week"
            head=texts(["Week from", "Applications"])
            rows=rows.collect()
        />
    }
}

/// A bar for each stage. Lengths are SVG attributes, because the content security policy forbids style attributes.
#[component]
pub fn StageBars(counts: Vec<StageCount>) -> impl IntoView {
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
