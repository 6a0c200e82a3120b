//! The charts as ECharts options. Colors are CSS variables, so that a chart follows the theme. Options contain no
//! functions, because the content security policy forbids `eval`.

mod bars;
mod cohort;
mod flow;
mod response;

pub use bars::{funnel_chart, pace_chart, titles_chart, words_chart};
pub use cohort::cohort_chart;
pub use flow::flow_chart;
pub use response::{rates_chart, response_chart};

use super::format::{month_abbreviation, series_color};
use charming::{
    Chart,
    component::{Axis, Grid},
    datatype::DataPointItem,
    element::{
        AxisLabel, AxisLine, AxisPointer, AxisPointerType, AxisTick, AxisType, Color, Emphasis, ItemStyle,
        Label, LabelPosition, LineStyle, SplitLine, Symbol, Tooltip, Trigger,
    },
    series::{Bar, Line},
};
use domain::{
    jobapps::{Outcome, StageKind},
    metrics::{MonthlyCounts, StageCount},
};

fn css_color(name: &str) -> Color {
    Color::Value(format!("var(--{name})"))
}

/// Applications by month, stacked by source, with the total on top.
pub fn monthly_chart(counts: &MonthlyCounts) -> Chart {
    let months = counts
        .months
        .iter()
        .map(|month| month_abbreviation(month).to_owned())
        .collect();
    let totals: Vec<i64> = (0..counts.months.len())
        .map(|month| {
            counts
                .series
                .iter()
                .filter_map(|series| series.data.get(month))
                .sum()
        })
        .collect();
    let chart = Chart::new()
        .grid(Grid::new().left(6).right(6).top(24).bottom(8).contain_label(true))
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::None)),
        )
        .x_axis(without_lines(Axis::new().type_(AxisType::Category).data(months)))
        .y_axis(count_axis());
    let chart = counts
        .series
        .iter()
        .enumerate()
        .fold(chart, |chart, (index, series)| {
            let color = css_color(&format!("chart-{}", series_color(index, &series.source)));
            chart.series(
                Bar::new()
                    .name(series.source.as_str())
                    .stack("all")
                    .bar_width("56%")
                    .item_style(stacked_bar(color))
                    .emphasis(Emphasis::new().disabled(true))
                    .data(series.data.clone()),
            )
        });
    chart.series(
        Line::new()
            .name("Total")
            .symbol(Symbol::Circle)
            .symbol_size(1)
            .line_style(LineStyle::new().width(0))
            .item_style(ItemStyle::new().color(Color::Value("transparent".into())))
            .label(value_label(LabelPosition::Top, 11))
            .emphasis(Emphasis::new().disabled(true))
            .data(totals.into_iter().map(total_label).collect::<Vec<_>>()),
    )
}

/// The label with the total of a month. A month without applications has no label, because zeros would only distract.
fn total_label(n: i64) -> DataPointItem {
    if n == 0 {
        DataPointItem::new("-")
    } else {
        DataPointItem::new(n)
    }
}

/// Applications by stage. Each bar has the color of its stage; the first stage is at the top.
pub fn stage_chart(counts: &[StageCount]) -> Chart {
    let names = counts.iter().map(|count| count.name.clone()).collect();
    let bars: Vec<DataPointItem> = counts
        .iter()
        .map(|count| {
            DataPointItem::new(count.value)
                .item_style(ItemStyle::new().color(css_color(kind_color(count.kind))))
        })
        .collect();
    Chart::new()
        .grid(horizontal_grid())
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .x_axis(count_axis())
        .y_axis(without_lines(
            Axis::new().type_(AxisType::Category).inverse(true).data(names),
        ))
        .series(
            Bar::new()
                .name("Applications")
                .bar_width("58%")
                .label(value_label(LabelPosition::Right, 12))
                .emphasis(Emphasis::new().disabled(true))
                .data(bars),
        )
}

const fn kind_color(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "to-apply",
        StageKind::Applied => "applied",
        StageKind::Screening => "screening",
        StageKind::Interview => "interview",
        StageKind::Offer => "offer",
    }
}

const fn outcome_color(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rejected => "rejected",
        Outcome::Withdrawn | Outcome::Cancelled => "withdrawn",
        Outcome::Ghosted => "ghosted",
        Outcome::Accepted => "accepted",
    }
}

/// A share from 0 to 1 in percent, with one decimal.
fn percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

fn horizontal_grid() -> Grid {
    Grid::new()
        .left(10)
        .right(36)
        .top(4)
        .bottom(8)
        .contain_label(true)
}

fn value_label(position: LabelPosition, size: i32) -> Label {
    Label::new()
        .show(true)
        .position(position)
        .font_size(size)
        .color(css_color("color-base-content"))
}

/// The style of a part of a stacked bar, with a gap to the next part.
fn stacked_bar(color: Color) -> ItemStyle {
    ItemStyle::new()
        .color(color)
        .border_color(css_color("color-base-100"))
        .border_width(1)
}

fn axis_label(size: i32) -> AxisLabel {
    AxisLabel::new().color(css_color("ink-3")).font_size(size)
}

fn without_lines(axis: Axis) -> Axis {
    axis.axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
        .axis_label(axis_label(11))
}

fn count_axis() -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min_interval(1)
        .split_number(3)
        .axis_label(axis_label(11))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(css_color("chart-grid"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        StageId,
        metrics::{
            Flow, FlowLink, FlowNode, OTHER, Pace, ResponsePoint, ResponseTimes, SourceSeries, WeekCount,
        },
    };

    #[test]
    fn by_month_and_source() {
        let counts = MonthlyCounts {
            months: ["2026-09", "2026-10", "2026-11"].map(ToOwned::to_owned).to_vec(),
            series: vec![
                SourceSeries {
                    source: "LinkedIn".into(),
                    data: vec![5, 3, 4],
                },
                SourceSeries {
                    source: "{b}<b>".into(),
                    data: vec![1, 0, 2],
                },
                SourceSeries {
                    source: OTHER.into(),
                    data: vec![0, 0, 1],
                },
            ],
        };
        insta::assert_json_snapshot!(monthly_chart(&counts));
    }

    #[test]
    fn by_stage() {
        let count = |kind: StageKind, value| StageCount {
            status_id: StageId(uuid::Uuid::nil()),
            name: kind.default_name().into(),
            kind,
            value,
        };
        let counts: Vec<_> = StageKind::ALL
            .into_iter()
            .zip([7, 62, 13, 8, 3])
            .map(|(k, n)| count(k, n))
            .collect();
        insta::assert_json_snapshot!(stage_chart(&counts));
    }

    /// The series of a chart as JSON, without the options that all charts share.
    fn series(chart: &impl serde::Serialize) -> serde_json::Value {
        serde_json::to_value(chart).expect("JSON")["series"].take()
    }

    #[test]
    fn flow_links_name_nodes_that_exist() {
        let node = |id: &str, kind, outcome: Option<Outcome>, is_end, value| FlowNode {
            id: id.into(),
            kind,
            is_end,
            outcome,
            value,
        };
        let link = |source: &str, target: &str, value| FlowLink {
            source: source.into(),
            target: target.into(),
            value,
        };
        let flow = Flow {
            nodes: vec![
                node("applied", StageKind::Applied, None, false, 5),
                node("interview", StageKind::Interview, None, false, 2),
                node("interview:open", StageKind::Interview, None, true, 2),
                node(
                    "applied:rejected",
                    StageKind::Applied,
                    Some(Outcome::Rejected),
                    true,
                    3,
                ),
            ],
            links: vec![
                link("applied", "interview", 2),
                link("interview", "interview:open", 2),
                link("applied", "applied:rejected", 3),
            ],
        };
        let sankey = series(&flow_chart(&flow))[0].take();
        assert_eq!(sankey["nodeGap"], 14);
        let names: Vec<_> = sankey["data"]
            .as_array()
            .expect("nodes")
            .iter()
            .map(|n| &n["name"])
            .collect();
        assert_eq!(
            names,
            ["Applied 5", "Interview 2", "Interview, open 2", "Rejected 3"]
        );
        for link in sankey["links"].as_array().expect("links") {
            assert!(
                names.contains(&&link["source"]) && names.contains(&&link["target"]),
                "{link}"
            );
        }
    }

    #[test]
    fn response_chart_continues_last_share_until_last_day() {
        let point = |day, share: f64| ResponsePoint {
            day,
            share,
            low: share - 0.1,
            high: share + 0.1,
            waiting: 9,
        };
        let times = ResponseTimes {
            curve: vec![point(2, 0.25), point(5, 0.5)],
            ..ResponseTimes::default()
        };
        let lines = series(&response_chart(&times));
        let shares: Vec<_> = lines[2]["data"]
            .as_array()
            .expect("shares")
            .iter()
            .map(serde_json::Value::as_f64)
            .collect();
        assert_eq!(shares.len(), 15);
        assert_eq!(shares[..6], [0.0, 0.0, 25.0, 25.0, 25.0, 50.0].map(Some));
        assert_eq!(shares[14], Some(50.0));
        assert_eq!(lines[1]["data"][2], 20.0);
    }

    #[test]
    fn pace_chart_has_a_line_for_the_goal() {
        let mut pace = Pace {
            weekly_goal: Some(4),
            weeks: vec![WeekCount {
                week: "2026-11-23".parse().expect("a date"),
                applications: 3,
            }],
            average: None,
        };
        assert_eq!(series(&pace_chart(&pace))[1]["data"], serde_json::json!([4]));
        pace.weekly_goal = None;
        assert_eq!(series(&pace_chart(&pace)).as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn empty_counts_make_empty_chart() {
        let chart = monthly_chart(&MonthlyCounts {
            months: vec![],
            series: vec![],
        });
        assert!(serde_json::to_string(&chart).is_ok());
    }
}
