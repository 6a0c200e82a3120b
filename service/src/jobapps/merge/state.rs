//! The state of an application with parts, derived from the events of all of them.

use chrono::{DateTime, Utc};
use domain::{JobApplicationId, MailMessageId, StageId, jobapps::state_machine::State};

/// An event of the application or of one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupEvent {
    pub application: JobApplicationId,
    /// The stage before the event; `None` for the creation.
    pub from: Option<StageId>,
    pub to: State,
    /// Position of the stage after the event among the workspace's stages.
    pub position: i32,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub mail: Option<MailMessageId>,
    /// Whether the event closed the application because of silence.
    pub is_by_rule: bool,
}

/// A state, and the time since when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupState {
    pub state: State,
    pub changed_at: DateTime<Utc>,
}

/// The state of one application after its last event.
#[derive(Clone, Copy)]
struct Ending {
    last: GroupEvent,
    /// Whether it has events after its creation.
    is_changed: bool,
    /// When it last moved to another stage.
    moved_at: Option<DateTime<Utc>>,
}

impl Ending {
    fn is_own(&self, application: JobApplicationId) -> bool {
        self.last.application == application
    }
}

/// The final state of each application.
fn endings<'a>(events: impl Iterator<Item = &'a GroupEvent>) -> Vec<Ending> {
    let mut endings: Vec<Ending> = Vec::new();
    for event in events {
        let moved_at = event
            .from
            .filter(|from| *from != event.to.stage)
            .map(|_| event.occurred_at);
        match endings.iter_mut().find(|e| e.is_own(event.application)) {
            Some(ending) => {
                *ending = Ending {
                    last: *event,
                    is_changed: true,
                    moved_at: moved_at.or(ending.moved_at),
                };
            }
            None => endings.push(Ending {
                last: *event,
                is_changed: event.from.is_some(),
                moved_at,
            }),
        }
    }
    endings
}

/// The state after these events, given in the order they were recorded. With several applications, the last change determines the outcome
/// and the last move determines the stage; a creation is neither a change nor a move. If no application has moved, the furthest stage
/// applies. Closings because of silence count only if all applications were last closed that way. `None` without an event of the
/// application itself.
pub(super) fn group_state(application: JobApplicationId, events: &[GroupEvent]) -> Option<GroupState> {
    let mut endings = self::endings(events.iter());
    if endings.iter().any(|e| !e.last.is_by_rule) {
        endings = self::endings(events.iter().filter(|e| !e.is_by_rule));
    }
    endings.iter().find(|e| e.is_own(application))?;
    let furthest = endings
        .iter()
        .max_by_key(|e| (e.last.position, e.is_own(application)))?;
    let placed = endings
        .iter()
        .filter(|e| e.moved_at.is_some())
        .max_by_key(|e| (e.moved_at, e.is_own(application)))
        .unwrap_or(furthest);
    let decisive = endings
        .iter()
        .filter(|e| e.is_changed)
        .max_by_key(|e| (e.last.occurred_at, e.is_own(application)))
        .unwrap_or(furthest);
    Some(GroupState {
        state: State {
            stage: placed.last.to.stage,
            outcome: decisive.last.to.outcome,
        },
        changed_at: decisive.last.occurred_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::jobapps::Outcome;
    use uuid::Uuid;

    const FIRST: JobApplicationId = JobApplicationId(Uuid::from_u128(1));
    const OTHER: JobApplicationId = JobApplicationId(Uuid::from_u128(2));

    fn event(
        application: JobApplicationId,
        from: Option<u128>,
        stage: u128,
        outcome: Option<Outcome>,
        day: i64,
    ) -> GroupEvent {
        GroupEvent {
            application,
            from: from.map(|n| StageId(Uuid::from_u128(n))),
            to: State {
                stage: StageId(Uuid::from_u128(stage)),
                outcome,
            },
            position: i32::try_from(stage).expect("a small number"),
            occurred_at: DateTime::UNIX_EPOCH + TimeDelta::days(day),
            recorded_at: DateTime::UNIX_EPOCH + TimeDelta::days(day),
            mail: None,
            is_by_rule: false,
        }
    }

    #[test]
    fn last_change_of_either_application_decides() {
        let events = [
            event(FIRST, None, 1, None, 1),
            event(FIRST, Some(1), 2, None, 5),
            event(OTHER, None, 1, None, 2),
            event(OTHER, Some(1), 3, Some(Outcome::Rejected), 9),
        ];
        let state = group_state(FIRST, &events).expect("a state");
        assert_eq!(
            (state.state, state.changed_at),
            (events[3].to, events[3].occurred_at)
        );
        assert_eq!(
            group_state(FIRST, &events[..2]).expect("a state").state,
            events[1].to
        );
    }

    #[test]
    fn stage_follows_the_last_move_regardless_of_the_outcome() {
        let events = [
            event(FIRST, None, 2, None, 1),
            event(FIRST, Some(2), 4, None, 5),
            event(OTHER, None, 2, None, 8),
            event(OTHER, Some(2), 2, Some(Outcome::Rejected), 9),
        ];
        let state = group_state(FIRST, &events).expect("a state");
        assert_eq!(
            (state.state.stage, state.state.outcome, state.changed_at),
            (events[1].to.stage, Some(Outcome::Rejected), events[3].occurred_at)
        );
        // Without a move, the furthest stage in which an application was added applies.
        let added = [events[0], event(OTHER, None, 3, None, 8)];
        assert_eq!(group_state(FIRST, &added).expect("a state").state, added[1].to);
    }

    #[test]
    fn creation_of_the_other_application_changes_nothing() {
        let events = [event(FIRST, None, 3, None, 1), event(OTHER, None, 1, None, 9)];
        assert_eq!(group_state(FIRST, &events).expect("a state").state, events[0].to);
    }

    #[test]
    fn silence_of_one_application_does_not_close_the_other() {
        let silent = |application| GroupEvent {
            is_by_rule: true,
            ..event(application, Some(1), 1, Some(Outcome::Ghosted), 9)
        };
        let events = [
            event(FIRST, None, 1, None, 1),
            event(OTHER, None, 1, None, 2),
            silent(OTHER),
            silent(FIRST),
        ];
        assert_eq!(
            group_state(FIRST, &events[..3]).expect("a state").state,
            events[0].to
        );
        assert_eq!(group_state(FIRST, &events).expect("a state").state, events[3].to);
    }

    #[test]
    fn event_that_is_recorded_last_is_the_state_of_its_application() {
        let events = [
            event(FIRST, None, 1, None, 1),
            event(FIRST, Some(1), 3, None, 8),
            event(FIRST, Some(3), 2, None, 4),
        ];
        assert_eq!(group_state(FIRST, &events).expect("a state").state, events[2].to);
    }
}
