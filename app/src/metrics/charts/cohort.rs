//! Charts of a cohort by month. A month whose figure is not shown has no bar.

use super::{axis_label, count_axis, css_color, value_label, without_lines};
use crate::metrics::format::month_and_year;
use charming::component::Axis;
use charming::{
    Chart,
    component::Grid,
    datatype::{CompositeValue, DataPoint},
    element::{AxisPointer, AxisPointerType, AxisType, Emphasis, ItemStyle, LabelPosition, Tooltip, Trigger},
    series::Bar,
};
use domain::metrics::CohortMonth;

/// A figure of each month.
pub fn cohort_chart(
    months: &[CohortMonth],
    name: &str,
    color: &str,
    figure: impl Fn(&CohortMonth) -> Option<u64>,
) -> Chart {
    let names = months
        .iter()
        .map(|month| month_and_year(&month.month.format("%Y-%m").to_string()))
        .collect();
    let values: Vec<DataPoint> = months
        .iter()
        .map(|month| {
            let value = figure(month).and_then(|n| i64::try_from(n).ok());
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
