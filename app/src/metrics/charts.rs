//! The charts as options of ECharts. Pure: the same numbers make the same option, which the tests pin down. Colours
//! are roles of the theme, so that a chart follows it; no option carries a function, which our content policy forbids.

use super::words::{mark_of, month_short};
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
    jobapps::StageKind,
    metrics::{MonthlyCounts, StatusCount},
};

fn role(name: &str) -> Color {
    Color::Value(format!("var(--{name})"))
}

/// Applications by month, stacked by source, with the sum on top.
pub fn by_month(counts: &MonthlyCounts) -> Chart {
    let months = counts
        .months
        .iter()
        .map(|month| month_short(month).to_owned())
        .collect();
    let sums: Vec<i64> = (0..counts.months.len())
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
        .x_axis(quiet(Axis::new().type_(AxisType::Category).data(months)))
        .y_axis(numbers());
    let chart = counts
        .series
        .iter()
        .enumerate()
        .fold(chart, |chart, (index, series)| {
            let colour = role(&format!("chart-{}", mark_of(index, &series.source)));
            chart.series(
                Bar::new()
                    .name(series.source.as_str())
                    .stack("all")
                    .bar_width("56%")
                    .item_style(surface(colour))
                    .emphasis(Emphasis::new().disabled(true))
                    .data(series.data.clone()),
            )
        });
    chart.series(
        Line::new()
            .name("All")
            .symbol(Symbol::Circle)
            .symbol_size(1)
            .line_style(LineStyle::new().width(0))
            .item_style(ItemStyle::new().color(Color::Value("transparent".into())))
            .label(
                Label::new()
                    .show(true)
                    .position(LabelPosition::Top)
                    .font_size(11)
                    .color(role("color-base-content")),
            )
            .emphasis(Emphasis::new().disabled(true))
            .data(sums.into_iter().map(sum).collect::<Vec<_>>()),
    )
}

/// A month without applications has no number over it: a row of noughts would only hide the months that count.
fn sum(n: i64) -> DataPointItem {
    if n == 0 {
        DataPointItem::new("-")
    } else {
        DataPointItem::new(n)
    }
}

/// Applications by stage, each bar in the colour of its stage, the first stage on top.
pub fn by_status(counts: &[StatusCount]) -> Chart {
    let names = counts.iter().map(|count| count.name.clone()).collect();
    let bars: Vec<DataPointItem> = counts
        .iter()
        .map(|count| {
            DataPointItem::new(count.value).item_style(ItemStyle::new().color(role(kind_role(count.kind))))
        })
        .collect();
    Chart::new()
        .grid(
            Grid::new()
                .left(10)
                .right(36)
                .top(4)
                .bottom(8)
                .contain_label(true),
        )
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .x_axis(numbers())
        .y_axis(quiet(
            Axis::new().type_(AxisType::Category).inverse(true).data(names),
        ))
        .series(
            Bar::new()
                .name("Applications")
                .bar_width("58%")
                .label(
                    Label::new()
                        .show(true)
                        .position(LabelPosition::Right)
                        .font_size(12)
                        .color(role("color-base-content")),
                )
                .emphasis(Emphasis::new().disabled(true))
                .data(bars),
        )
}

const fn kind_role(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "to-apply",
        StageKind::Applied => "applied",
        StageKind::Screening => "screening",
        StageKind::Interview => "interview",
        StageKind::Offer => "offer",
    }
}

/// A part of a stack, a line of surface around it.
fn surface(colour: Color) -> ItemStyle {
    ItemStyle::new()
        .color(colour)
        .border_color(role("color-base-100"))
        .border_width(1)
}

fn labels(size: i32) -> AxisLabel {
    AxisLabel::new().color(role("ink-3")).font_size(size)
}

fn quiet(axis: Axis) -> Axis {
    axis.axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
        .axis_label(labels(11))
}

fn numbers() -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min_interval(1)
        .split_number(3)
        .axis_label(labels(11))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(role("chart-grid"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        StageId,
        metrics::{OTHER, SourceSeries},
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
        insta::assert_json_snapshot!(by_month(&counts));
    }

    #[test]
    fn by_stage() {
        let count = |kind: StageKind, value| StatusCount {
            status_id: StageId(uuid::Uuid::nil()),
            name: kind.first_name().into(),
            kind,
            value,
        };
        let counts: Vec<_> = StageKind::ALL
            .into_iter()
            .zip([7, 62, 13, 8, 3])
            .map(|(k, n)| count(k, n))
            .collect();
        insta::assert_json_snapshot!(by_status(&counts));
    }

    #[test]
    fn nothing_makes_an_empty_chart() {
        let chart = by_month(&MonthlyCounts {
            months: vec![],
            series: vec![],
        });
        assert!(serde_json::to_string(&chart).is_ok());
    }
}
