//! Bar charts: stages ever reached, titles by stage, words, and applications by week.

use super::{
    axis_label, count_axis, css_color, horizontal_grid, kind_color, response::shorten, stacked_bar,
    value_label, without_lines,
};
use crate::metrics::format::{kind_name, week_name};
use charming::{
    Chart,
    component::{Axis, Grid},
    datatype::DataPointItem,
    element::{
        AxisPointer, AxisPointerType, AxisType, Emphasis, ItemStyle, LabelPosition, LineStyle, LineStyleType,
        Tooltip, Trigger,
    },
    series::{Bar, Line},
};
use domain::metrics::{Funnel, Pace, StageCount, TitleStageCounts, WordCount};

/// Maximum number of titles in the chart by title.
const MAX_TITLE_BARS: usize = 8;
/// Maximum number of words in the chart of words.
const MAX_WORD_BARS: usize = 10;

/// How many applications ever reached each kind of stage, in the colors of the stages.
pub fn funnel_chart(funnel: &Funnel) -> Chart {
    let names = funnel
        .stages
        .iter()
        .map(|s| kind_name(s.kind).to_owned())
        .collect();
    let bars = funnel
        .stages
        .iter()
        .map(|stage| {
            DataPointItem::new(count_value(stage.reached))
                .item_style(ItemStyle::new().color(css_color(kind_color(stage.kind))))
        })
        .collect();
    horizontal_bars("Applications", names, bars)
}

pub fn words_chart(words: &[WordCount]) -> Chart {
    let shown = words.get(..MAX_WORD_BARS).unwrap_or(words);
    let names = shown.iter().map(|w| shorten(&w.word)).collect();
    let style = || ItemStyle::new().color(css_color("chart-1"));
    let bars = shown
        .iter()
        .map(|w| DataPointItem::new(w.value).item_style(style()))
        .collect();
    horizontal_bars("Applications", names, bars)
}

/// The most frequent titles, each bar divided by stage in the colors of the stages.
pub fn titles_chart(counts: &TitleStageCounts, stages: &[StageCount]) -> Chart {
    let length = counts.jobs.len().min(MAX_TITLE_BARS);
    let names = counts
        .jobs
        .iter()
        .take(length)
        .map(|title| shorten(title))
        .collect();
    let chart = Chart::new()
        .grid(horizontal_grid())
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::None)),
        )
        .x_axis(count_axis())
        .y_axis(without_lines(
            Axis::new().type_(AxisType::Category).inverse(true).data(names),
        ));
    counts.data.iter().fold(chart, |chart, series| {
        let stage = stages.iter().find(|stage| stage.name == series.name);
        let color = stage.map_or("chart-other", |stage| kind_color(stage.kind));
        chart.series(
            Bar::new()
                .name(series.name.as_str())
                .stack("all")
                .bar_width("58%")
                .item_style(stacked_bar(css_color(color)))
                .emphasis(Emphasis::new().disabled(true))
                .data(series.data.iter().copied().take(length).collect::<Vec<_>>()),
        )
    })
}

/// Applications by week, and the goal as a dashed line.
pub fn pace_chart(pace: &Pace) -> Chart {
    let names = pace.weeks.iter().map(|week| week_name(week.week)).collect();
    let counts: Vec<i64> = pace
        .weeks
        .iter()
        .map(|week| count_value(week.applications))
        .collect();
    let chart = Chart::new()
        .grid(Grid::new().left(6).right(6).top(24).bottom(8).contain_label(true))
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::None)),
        )
        .x_axis(without_lines(Axis::new().type_(AxisType::Category).data(names)))
        .y_axis(count_axis())
        .series(
            Bar::new()
                .name("Applications")
                .bar_width("56%")
                .item_style(ItemStyle::new().color(css_color("applied")))
                .label(value_label(LabelPosition::Top, 11))
                .emphasis(Emphasis::new().disabled(true))
                .data(counts),
        );
    match pace.weekly_goal {
        Some(goal) => chart.series(
            Line::new()
                .name("Goal")
                .show_symbol(false)
                .line_style(
                    LineStyle::new()
                        .color(css_color("ink-3"))
                        .width(1)
                        .type_(LineStyleType::Dashed),
                )
                .item_style(ItemStyle::new().color(css_color("ink-3")))
                .emphasis(Emphasis::new().disabled(true))
                .data(vec![i64::from(goal); pace.weeks.len()]),
        ),
        None => chart,
    }
}

fn horizontal_bars(series: &str, names: Vec<String>, bars: Vec<DataPointItem>) -> Chart {
    Chart::new()
        .grid(horizontal_grid())
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .x_axis(count_axis())
        .y_axis(without_lines(
            Axis::new()
                .type_(AxisType::Category)
                .inverse(true)
                .data(names)
                .axis_label(axis_label(11)),
        ))
        .series(
            Bar::new()
                .name(series)
                .bar_width("58%")
                .label(value_label(LabelPosition::Right, 12))
                .emphasis(Emphasis::new().disabled(true))
                .data(bars),
        )
}

fn count_value(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
