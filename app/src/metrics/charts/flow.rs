//! The paths of applications as a Sankey diagram.

use super::{css_color, kind_color, outcome_color};
use crate::metrics::format::{flow_node_name, kind_name};
use charming::{
    Chart,
    element::{Color, Emphasis, ItemStyle, Label, LineStyle, Tooltip, Trigger},
    series::{Sankey, SankeyNode, SankeyNodeAlign},
};
use domain::metrics::{Flow, FlowNode, to_f64};

/// Gap between nodes in pixels, so that the labels of small nodes do not overlap.
const NODE_GAP: u32 = 14;

/// Paths from the first stage on the left to the final states on the right.
pub fn flow_chart(flow: &Flow) -> serde_json::Value {
    let label = |id: &str| {
        let node = flow.nodes.iter().find(|node| node.id == id);
        node.map_or_else(|| id.to_owned(), node_label)
    };
    let nodes = flow
        .nodes
        .iter()
        .map(|node| SankeyNode::new(node_label(node)).item_style(ItemStyle::new().color(node_color(node))))
        .collect();
    let links: Vec<(String, String, f64)> = flow
        .links
        .iter()
        .map(|link| (label(&link.source), label(&link.target), to_f64(link.value)))
        .collect();
    let chart = Chart::new()
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .series(
            Sankey::new()
                .left(4)
                .right(210)
                .top(8)
                .bottom(8)
                .node_align(SankeyNodeAlign::Justify)
                .layout_iterations(48_u64)
                .emphasis(Emphasis::new().disabled(true))
                .label(Label::new().font_size(12).color(css_color("color-base-content")))
                .line_style(
                    LineStyle::new()
                        .color(Color::Value("source".into()))
                        .opacity(0.18)
                        .curveness(0.5),
                )
                .nodes(nodes)
                .links(links),
        );
    let mut option = serde_json::to_value(chart).unwrap_or_default();
    // A property that the Rust type does not support.
    if let Some(sankey) = option
        .pointer_mut("/series/0")
        .and_then(serde_json::Value::as_object_mut)
    {
        sankey.insert("nodeGap".into(), NODE_GAP.into());
    }
    option
}

/// `Phone screen 24`, `Rejected after interview 4`. Each name occurs once.
fn node_label(node: &FlowNode) -> String {
    let name = if node.is_end {
        flow_node_name(node.kind, node.outcome)
    } else {
        kind_name(node.kind).to_owned()
    };
    format!("{name} {}", node.value)
}

fn node_color(node: &FlowNode) -> Color {
    match (node.is_end, node.outcome) {
        (true, Some(outcome)) => css_color(outcome_color(outcome)),
        (true, None) => css_color("chart-other"),
        (false, _) => css_color(kind_color(node.kind)),
    }
}
