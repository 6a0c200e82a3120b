//! The funnel: how many applications ever reached each kind of stage.

use super::{Journey, statistics::median};
use crate::jobapps::StageKind;
use serde::{Deserialize, Serialize};

/// The kinds of stages of a sent application, in order.
pub const SENT_KINDS: [StageKind; 4] = [
    StageKind::Applied,
    StageKind::Screening,
    StageKind::Interview,
    StageKind::Offer,
];

/// How many applications ever reached each kind of stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// `applied`, `screening`, `interview` and `offer`.
    pub stages: Vec<FunnelStage>,
}

/// A kind of stage of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStage {
    /// The kind.
    pub kind: StageKind,
    /// Applications that reached a stage of this kind or of a later one, with any outcome.
    pub reached: u64,
    /// Median number of days from the kind before, of the applications that were in both at known times.
    pub median_days: Option<u32>,
}

impl Funnel {
    /// The funnel of these applications.
    pub fn new(journeys: &[Journey]) -> Self {
        let stages = SENT_KINDS.into_iter().map(|kind| FunnelStage {
            kind,
            reached: journeys.iter().filter(|j| j.has_reached(kind)).count() as u64,
            median_days: median(
                journeys
                    .iter()
                    .filter_map(|j| days_from_previous(j, kind))
                    .collect(),
            ),
        });
        Self {
            stages: stages.collect(),
        }
    }

    /// How many applications reached this kind of stage.
    pub fn reached(&self, kind: StageKind) -> u64 {
        let stage = self.stages.iter().find(|stage| stage.kind == kind);
        stage.map_or(0, |stage| stage.reached)
    }
}

/// Days from the kind before to this one, if the application was in both.
fn days_from_previous(journey: &Journey, kind: StageKind) -> Option<u32> {
    let index = SENT_KINDS.iter().position(|k| *k == kind)?;
    let previous = *SENT_KINDS.get(index.checked_sub(1)?)?;
    if previous == StageKind::Applied && journey.is_start_unknown {
        return None;
    }
    let at = |kind| journey.steps.iter().find(|s| s.kind == kind).map(|s| s.at);
    u32::try_from((at(kind)? - at(previous)?).num_days()).ok()
}

#[cfg(test)]
mod tests {
    use super::{super::journey::tests::history, *};
    use crate::jobapps::Outcome;

    #[test]
    fn funnel_counts_every_kind_ever_reached() {
        use StageKind::{Applied, Interview, Offer, Screening};
        let journeys: Vec<_> = [
            history(&[(Applied, 0)], None),
            history(&[(Applied, 0), (Screening, 4)], Some((Outcome::Rejected, 9))),
            history(&[(Applied, 0), (Screening, 8), (Interview, 10)], None),
            history(&[(Applied, 0), (Offer, 30)], None),
        ]
        .into_iter()
        .filter_map(Journey::new)
        .collect();
        let funnel = Funnel::new(&journeys);
        let stages: Vec<_> = funnel
            .stages
            .iter()
            .map(|s| (s.kind, s.reached, s.median_days))
            .collect();
        assert_eq!(
            stages,
            [
                (Applied, 4, None),
                (Screening, 3, Some(4)),
                (Interview, 2, Some(2)),
                (Offer, 1, None)
            ]
        );
    }
}
