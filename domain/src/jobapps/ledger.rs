//! The stage machine. The ledger is the truth: [`plan`] says which entry a wish makes, [`fold`] reads where an
//! application stands from its entries.

use super::Outcome;
use crate::StageId;
use chrono::{DateTime, Utc};

/// Where an application stands: in one stage, and with an outcome or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The stage.
    pub stage: StageId,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
}

/// What somebody wants of an application. `None` leaves as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The stage to be in.
    pub stage: Option<StageId>,
    /// The outcome to have; `Some(None)` opens it again.
    pub outcome: Option<Option<Outcome>>,
}

/// The part of a ledger entry that says what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The stage before; nothing at the creation.
    pub from: Option<StageId>,
    /// What holds after.
    pub to: Position,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

/// The entry that a wish makes, or nothing when all is so already. Stage and outcome together make one entry; an
/// outcome alone is recorded in the present stage.
pub fn plan(now: Position, change: Change, occurred_at: DateTime<Utc>) -> Option<Recorded> {
    let to = Position {
        stage: change.stage.unwrap_or(now.stage),
        outcome: change.outcome.unwrap_or(now.outcome),
    };
    (to != now).then_some(Recorded {
        from: Some(now.stage),
        to,
        occurred_at,
    })
}

/// Where an application stands after its entries, given in the order they were recorded: what was said last holds, also
/// when it speaks of an earlier day.
pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Recorded>) -> Option<Position> {
    entries.into_iter().last().map(|e| e.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn outcome() -> impl Strategy<Value = Option<Outcome>> {
        prop::option::of(prop::sample::select(Outcome::ALL.to_vec()))
    }

    fn change() -> impl Strategy<Value = Change> {
        (prop::option::of(0_u128..5), prop::option::of(outcome())).prop_map(|(stage, outcome)| Change {
            stage: stage.map(stage_id),
            outcome,
        })
    }

    fn stage_id(n: u128) -> StageId {
        StageId(Uuid::from_u128(n))
    }

    proptest! {
        #[test]
        fn folding_the_ledger_gives_where_the_application_stands(changes in prop::collection::vec(change(), 0..40)) {
            let start = Position { stage: stage_id(1), outcome: None };
            let mut now = start;
            let mut ledger = vec![Recorded { from: None, to: start, occurred_at: DateTime::UNIX_EPOCH }];
            for (n, change) in changes.into_iter().enumerate() {
                let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(i64::try_from(n).expect("small"));
                if let Some(entry) = plan(now, change, at) {
                    prop_assert_eq!(entry.from, Some(now.stage), "an entry starts where the last one ended");
                    prop_assert_ne!(entry.to, now, "an entry changes something");
                    now = entry.to;
                    ledger.push(entry);
                }
                if let Some(stage) = change.stage {
                    prop_assert_eq!(now.stage, stage, "a wish is always fulfilled");
                }
                if let Some(outcome) = change.outcome {
                    prop_assert_eq!(now.outcome, outcome);
                }
            }
            prop_assert_eq!(fold(&ledger), Some(now));
        }

        #[test]
        fn the_same_wish_twice_makes_one_entry(change in change()) {
            let start = Position { stage: stage_id(0), outcome: None };
            if let Some(entry) = plan(start, change, DateTime::UNIX_EPOCH) {
                prop_assert_eq!(plan(entry.to, change, DateTime::UNIX_EPOCH), None);
            }
        }
    }
}
