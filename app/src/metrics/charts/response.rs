//! Time to the first response, and conversations by source.

use super::{axis_label, css_color, percent, without_lines};
use charming::{
    Chart,
    component::{Axis, Grid},
    datatype::DataPointItem,
    element::{
        AreaStyle, AxisType, Color, Emphasis, ItemStyle, LineStyle, SplitLine, Step, Symbol, Tooltip, Trigger,
    },
    series::{Bar, Line, Scatter},
};
use domain::metrics::{ResponsePoint, ResponseRates, ResponseTimes};

/// Minimum length of the time axis in days.
const MIN_DAYS: u32 = 14;
/// Maximum length of the time axis in days; later responses are in the table only.
const MAX_DAYS: u32 = 120;

/// The share with a response by day as a step line, and its 95% interval as a band.
pub fn response_chart(times: &ResponseTimes) -> Chart {
    let last = times
        .curve
        .last()
        .map_or(0, |point| point.day)
        .clamp(MIN_DAYS, MAX_DAYS);
    let at = |day: u32| times.curve.iter().rev().find(|point| point.day <= day);
    let values = |value: fn(&ResponsePoint) -> f64| -> Vec<f64> {
        (0..=last)
            .map(|day| at(day).map_or(0.0, |point| percent(value(point))))
            .collect()
    };
    let band = |name: &str, data: Vec<f64>, area: AreaStyle| {
        step_line(name, data)
            .stack("range")
            .line_style(LineStyle::new().width(0))
            .area_style(area)
    };
    Chart::new()
        .grid(
            Grid::new()
                .left(6)
                .right(16)
                .top(12)
                .bottom(8)
                .contain_label(true),
        )
        .x_axis(without_lines(
            Axis::new()
                .type_(AxisType::Category)
                .data((0..=last).map(|day| day.to_string()).collect()),
        ))
        .y_axis(percent_axis())
        .series(band("Lower end", values(|p| p.low), AreaStyle::new().opacity(0)))
        .series(band(
            "95% interval",
            values(|p| p.high - p.low),
            AreaStyle::new().color(css_color("chart-1")).opacity(0.2),
        ))
        .series(
            step_line("With a response", values(|p| p.share))
                .line_style(LineStyle::new().color(css_color("chart-1")).width(2)),
        )
}

fn step_line(name: &str, data: Vec<f64>) -> Line {
    Line::new()
        .name(name)
        .step(Step::End)
        .show_symbol(false)
        .item_style(ItemStyle::new().color(css_color("chart-1")))
        .emphasis(Emphasis::new().disabled(true))
        .silent(true)
        .data(data)
}

/// The conversation rate of each source as a point, and its 95% interval as a bar; the first source is at the top.
pub fn rates_chart(rates: &ResponseRates) -> Chart {
    let names = rates
        .sources
        .iter()
        .map(|rate| format!("{} ({})", shorten(&rate.source), rate.applications))
        .collect();
    let transparent = ItemStyle::new().color(Color::Value("transparent".into()));
    let lows: Vec<f64> = rates
        .sources
        .iter()
        .map(|r| percent(r.conversation_low))
        .collect();
    let ranges: Vec<f64> = rates
        .sources
        .iter()
        .map(|r| percent(r.conversation_high - r.conversation_low))
        .collect();
    let points: Vec<DataPointItem> = rates
        .sources
        .iter()
        .enumerate()
        .map(|(index, r)| DataPointItem::new(vec![percent(r.conversation_rate), index_value(index)]))
        .collect();
    let bar = |name: &str, style: ItemStyle, data: Vec<f64>| {
        Bar::new()
            .name(name)
            .stack("range")
            .bar_width(4)
            .item_style(style)
            .emphasis(Emphasis::new().disabled(true))
            .data(data)
    };
    Chart::new()
        .grid(Grid::new().left(6).right(24).top(4).bottom(8).contain_label(true))
        .tooltip(Tooltip::new().trigger(Trigger::None))
        .x_axis(percent_axis())
        .y_axis(without_lines(
            Axis::new().type_(AxisType::Category).inverse(true).data(names),
        ))
        .series(bar("Lower end", transparent, lows))
        .series(bar(
            "95% interval",
            ItemStyle::new()
                .color(css_color("chart-1"))
                .opacity(0.3)
                .border_radius(2),
            ranges,
        ))
        .series(
            Scatter::new()
                .name("Led to a conversation")
                .symbol(Symbol::Circle)
                .symbol_size(9)
                .item_style(ItemStyle::new().color(css_color("chart-1")))
                .emphasis(Emphasis::new().disabled(true))
                .data(points),
        )
}

fn percent_axis() -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .max(100)
        .interval(25)
        .axis_label(axis_label(11).formatter("{value}%"))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(css_color("chart-grid"))))
}

fn index_value(index: usize) -> f64 {
    u32::try_from(index).map_or(0.0, f64::from)
}

/// Truncates a name to 24 characters, so that there is room for the bars.
pub(super) fn shorten(name: &str) -> String {
    const MAX_CHARS: usize = 24;
    match name.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or(name).trim_end()),
        None => name.to_owned(),
    }
}
