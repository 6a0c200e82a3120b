//! The paths of applications through the stages, for a Sankey diagram.

use super::Journey;
use crate::jobapps::{Outcome, StageKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Paths of applications: stages, where they ended, and how many went from one to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flow {
    /// Stages by kind, and ends by the last kind that was reached and outcome.
    pub nodes: Vec<FlowNode>,
    /// Each leads to a later stage or to an end. The links into a node sum to its value, and so do those out of a stage.
    pub links: Vec<FlowLink>,
}

/// A stage that applications were in, or where they ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlowNode {
    /// `interview` for a stage, `interview:rejected` or `interview:open` for an end.
    pub id: String,
    /// Kind of the stage, or the last kind that was reached.
    pub kind: StageKind,
    /// Whether the node is an end.
    pub is_end: bool,
    /// Outcome of an end; `null` if its applications are open.
    pub outcome: Option<Outcome>,
    /// Number of applications.
    pub value: u64,
}

/// Applications that went from one node to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlowLink {
    /// Id of the node they came from.
    pub source: String,
    /// Id of the node they went to.
    pub target: String,
    /// Number of applications.
    pub value: u64,
}

/// A node, in the order of the diagram: stages first, then the ends of the latest stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Stage(StageKind),
    End(std::cmp::Reverse<StageKind>, Option<Outcome>),
}

impl Node {
    fn id(self) -> String {
        match self {
            Self::Stage(kind) => kind.as_str().to_owned(),
            Self::End(kind, outcome) => {
                format!("{}:{}", kind.0.as_str(), outcome.map_or("open", Outcome::as_str))
            }
        }
    }

    fn to_flow_node(self, value: u64) -> FlowNode {
        let (kind, is_end, outcome) = match self {
            Self::Stage(kind) => (kind, false, None),
            Self::End(kind, outcome) => (kind.0, true, outcome),
        };
        FlowNode {
            id: self.id(),
            kind,
            is_end,
            outcome,
            value,
        }
    }
}

impl Flow {
    /// The paths of these applications.
    pub fn new(journeys: &[Journey]) -> Self {
        let mut nodes: BTreeMap<Node, u64> = BTreeMap::new();
        let mut links: BTreeMap<(Node, Node), u64> = BTreeMap::new();
        for journey in journeys {
            let end = Node::End(std::cmp::Reverse(journey.furthest()), journey.outcome);
            let path = journey
                .steps
                .iter()
                .map(|step| Node::Stage(step.kind))
                .chain([end]);
            let mut previous = None;
            for node in path {
                *nodes.entry(node).or_default() += 1;
                if let Some(previous) = previous.replace(node) {
                    *links.entry((previous, node)).or_default() += 1;
                }
            }
        }
        Self {
            nodes: nodes.into_iter().map(|(node, n)| node.to_flow_node(n)).collect(),
            links: links
                .into_iter()
                .map(|((source, target), value)| FlowLink {
                    source: source.id(),
                    target: target.id(),
                    value,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::journey::tests::history, *};
    use proptest::prelude::*;

    fn path() -> impl Strategy<Value = Option<Journey>> {
        let kinds = prop::sample::subsequence(
            vec![
                StageKind::Applied,
                StageKind::Screening,
                StageKind::Interview,
                StageKind::Offer,
            ],
            1..=4,
        );
        let outcome = prop::option::of(prop::sample::select(Outcome::ALL.to_vec()));
        (kinds, outcome).prop_map(|(kinds, outcome)| {
            let steps: Vec<_> = kinds.into_iter().zip(0..).collect();
            Journey::new(history(&steps, outcome.map(|o| (o, 50))))
        })
    }

    proptest! {
        #[test]
        fn flow_of_any_journeys_loses_no_application(journeys in prop::collection::vec(path(), 0..30)) {
            let journeys: Vec<_> = journeys.into_iter().flatten().collect();
            let flow = Flow::new(&journeys);
            let ends: u64 = flow.nodes.iter().filter(|n| n.is_end).map(|n| n.value).sum();
            prop_assert_eq!(ends, journeys.len() as u64);
            for node in &flow.nodes {
                let sum = |links: &dyn Fn(&&FlowLink) -> bool| -> u64 {
                    flow.links.iter().filter(links).map(|l| l.value).sum()
                };
                let (incoming, outgoing) = (sum(&|l| l.target == node.id), sum(&|l| l.source == node.id));
                prop_assert_eq!(outgoing, if node.is_end { 0 } else { node.value });
                if node.is_end {
                    prop_assert_eq!(incoming, node.value);
                } else {
                    prop_assert!(incoming <= node.value, "the others started here");
                }
            }
        }
    }

    #[test]
    fn open_applications_are_an_end_of_their_own() {
        let steps = [(StageKind::Applied, 0), (StageKind::Interview, 9)];
        let journeys: Vec<_> = [
            history(&steps, None),
            history(&steps[..1], Some((Outcome::Ghosted, 40))),
        ]
        .into_iter()
        .filter_map(Journey::new)
        .collect();
        let flow = Flow::new(&journeys);
        let links: Vec<_> = flow
            .links
            .iter()
            .map(|l| (l.source.as_str(), l.target.as_str(), l.value))
            .collect();
        assert_eq!(
            links,
            [
                ("applied", "interview", 1),
                ("applied", "applied:ghosted", 1),
                ("interview", "interview:open", 1),
            ]
        );
    }
}
