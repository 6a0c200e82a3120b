//! The state machine of an application. The event history is the source of truth: [`transition`] returns the event that a
//! command appends, [`replay`] computes the current state from the events.

use super::Outcome;
use crate::StageId;
use chrono::{DateTime, Utc};

/// State of an application: its stage, and its outcome if it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// The current stage.
    pub stage: StageId,
    /// The outcome; `None` while the application is open.
    pub outcome: Option<Outcome>,
}

/// A requested change. `None` leaves a part unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The new stage.
    pub stage: Option<StageId>,
    /// The new outcome; `Some(None)` reopens the application.
    pub outcome: Option<Option<Outcome>>,
}

/// The part of an application event that the state machine decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The stage before; `None` for the creation of the application.
    pub from: Option<StageId>,
    /// The outcome before.
    pub previous_outcome: Option<Outcome>,
    /// The state after.
    pub to: State,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

/// The event that the command appends, or `None` if it changes nothing. A change of stage and outcome is one event; a change
/// of the outcome alone is recorded in the current stage.
pub fn transition(current: State, command: Command, occurred_at: DateTime<Utc>) -> Option<Event> {
    let to = State {
        stage: command.stage.unwrap_or(current.stage),
        outcome: command.outcome.unwrap_or(current.outcome),
    };
    (to != current).then_some(Event {
        from: Some(current.stage),
        previous_outcome: current.outcome,
        to,
        occurred_at,
    })
}

/// The state after the events, given in the order they were recorded. The last recorded event wins, even if it happened
/// earlier than others.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<State> {
    events.into_iter().last().map(|e| e.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn outcome() -> impl Strategy<Value = Option<Outcome>> {
        prop::option::of(prop::sample::select(Outcome::ALL.to_vec()))
    }

    fn command() -> impl Strategy<Value = Command> {
        (prop::option::of(0_u128..5), prop::option::of(outcome())).prop_map(|(stage, outcome)| Command {
            stage: stage.map(stage_id),
            outcome,
        })
    }

    fn stage_id(n: u128) -> StageId {
        StageId(Uuid::from_u128(n))
    }

    proptest! {
        #[test]
        fn replay_after_any_commands_gives_the_current_state(commands in prop::collection::vec(command(), 0..40)) {
            let start = State { stage: stage_id(1), outcome: None };
            let mut current = start;
            let mut events = vec![Event { from: None, previous_outcome: None, to: start, occurred_at: DateTime::UNIX_EPOCH }];
            for (n, command) in commands.into_iter().enumerate() {
                let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(i64::try_from(n).expect("small"));
                if let Some(event) = transition(current, command, at) {
                    prop_assert_eq!(event.from, Some(current.stage), "an event starts where the previous one ended");
                    prop_assert_ne!(event.to, current, "an event changes something");
                    current = event.to;
                    events.push(event);
                }
                if let Some(stage) = command.stage {
                    prop_assert_eq!(current.stage, stage, "the requested stage is reached");
                }
                if let Some(outcome) = command.outcome {
                    prop_assert_eq!(current.outcome, outcome);
                }
            }
            prop_assert_eq!(replay(&events), Some(current));
        }

        #[test]
        fn transition_repeated_command_appends_no_event(command in command()) {
            let start = State { stage: stage_id(0), outcome: None };
            if let Some(event) = transition(start, command, DateTime::UNIX_EPOCH) {
                prop_assert_eq!(transition(event.to, command, DateTime::UNIX_EPOCH), None);
            }
        }
    }
}
