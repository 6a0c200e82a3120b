//! Charts of a cohort by month or week. A month or week with a hidden figure has no bar.

use super::{axis_label, count_axis, css_color, value_label, without_lines};
use charming::component::Axis;
use charming::{
    Chart,
    component::Grid,
    datatype::{CompositeValue, DataPoint},
    element::{AxisPointer, AxisPointerType, AxisType, Emphasis, ItemStyle, LabelPosition, Tooltip, Trigger},
    series::Bar,
};

/// A bar chart with one figure per month or week. `points` are names and figures; `None` if the figure is hidden.
pub fn cohort_chart(points: &[(String, Option<u64>)], name: &str, color: &str) -> Chart {
    let names = points.iter().map(|(label, _)| label.clone()).collect();
    let values: Vec<DataPoint> = points
        .iter()
        .map(|(_, value)| {
            let value = value.and_then(|n| i64::try_from(n).ok());
            DataPoint::Value(value.map_or_else(|| CompositeValue::from("-"), CompositeValue::from))
        })
        .collect();
    Chart::new()
        .grid(Grid::new().left(6).right(6).top(24).bottom(8).contain_label(true))
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .axis_pointer(AxisPointer::new().type_(AxisPointerType::None)),
        )
        .x_axis(without_lines(
            Axis::new()
                .type_(AxisType::Category)
                .data(names)
                .axis_label(axis_label(11)),
        ))
        .y_axis(count_axis())
        .series(
            Bar::new()
                .name(name)
                .bar_width("56%")
                .item_style(ItemStyle::new().color(css_color(color)))
                .label(value_label(LabelPosition::Top, 11))
                .emphasis(Emphasis::new().disabled(true))
                .data(values),
        )
}
