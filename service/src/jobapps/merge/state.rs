//! The state of an application with parts, from the events of all of them.

use chrono::{DateTime, Utc};
use domain::{JobApplicationId, MailMessageId, StageId, jobapps::state_machine::State};

/// An event of the application or of one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupEvent {
    pub application: JobApplicationId,
    /// None for the creation.
    pub from: Option<StageId>,
    pub to: State,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub mail: Option<MailMessageId>,
    /// Whether the application was closed for silence.
    pub is_by_rule: bool,
}

/// A state, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupState {
    pub state: State,
    pub changed_at: DateTime<Utc>,
}

/// The last event of each application, and whether it was changed since it was added.
fn last_events<'a>(events: impl Iterator<Item = &'a GroupEvent>) -> Vec<(GroupEvent, bool)> {
    let mut last: Vec<(GroupEvent, bool)> = Vec::new();
    for event in events {
        match last.iter_mut().find(|(e, _)| e.application == event.application) {
            Some((e, has_changed)) => (*e, *has_changed) = (*event, true),
            None => last.push((*event, event.from.is_some())),
        }
    }
    last
}

/// The state after these events, given in the order they were recorded. Of several applications the last change decides; being
/// added is none, and being closed for silence only if all of them were. `None` without an event of the application itself.
pub(super) fn group_state(application: JobApplicationId, events: &[GroupEvent]) -> Option<GroupState> {
    let mut last = last_events(events.iter());
    if last.iter().any(|(e, _)| !e.is_by_rule) {
        last = last_events(events.iter().filter(|e| !e.is_by_rule));
    }
    let own = last.iter().find(|(e, _)| e.application == application)?;
    let changed = last.iter().filter(|(_, has_changed)| *has_changed);
    let (decisive, _) = changed
        .max_by_key(|(e, _)| (e.occurred_at, e.application == application))
        .unwrap_or(own);
    Some(GroupState {
        state: decisive.to,
        changed_at: decisive.occurred_at,
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
            event(OTHER, Some(1), 1, Some(Outcome::Rejected), 9),
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
