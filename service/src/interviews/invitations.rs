//! Creates interviews from the invitations in the messages of applications.
//!
//! The state of an interview is derived only from the messages of its application: the version with the highest number wins. So the order
//! in which the messages arrive does not matter, and undoing a message restores the state that the others define.

use super::queries::invitations::{self, InvitationRow, SyncedRow};
use crate::{Error, Services, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{InterviewId, JobApplicationId, MailMessageId};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// The event in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// Counts the versions of the event.
    pub sequence: i64,
    /// When it begins; a cancellation may lack the time.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// IANA name.
    pub time_zone: Option<String>,
    pub place: Option<String>,
    pub is_cancelled: bool,
}

/// The state of an event according to the messages of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EventState {
    pub mail_id: MailMessageId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub time_zone: Option<String>,
    pub place: Option<String>,
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// The change that an interview needs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Create {
        application: JobApplicationId,
        uid: String,
        state: EventState,
    },
    Update {
        id: InterviewId,
        state: EventState,
    },
    /// It belongs to another application now.
    Move {
        id: InterviewId,
        application: JobApplicationId,
    },
    Delete(InterviewId),
}

/// Updates the interviews of these events to match the messages. Call it after messages were linked to applications or unlinked from
/// them.
pub(crate) async fn update_from_events(
    services: &Services,
    tx: &mut TenantTx,
    uids: &[String],
) -> Result<(), Error> {
    if uids.is_empty() {
        return Ok(());
    }
    invitations::link_related(tx, uids).await?;
    let messages = invitations::list(tx, uids).await?;
    let interviews = invitations::lock_interviews(tx, uids).await?;
    let now = services.clock.now();
    for change in plan(&messages, &interviews) {
        match change {
            Change::Create {
                application,
                uid,
                state,
            } => {
                let limits = services.storage_limits;
                let (of_application, of_user) = super::queries::count(tx, application).await?;
                if of_application < limits.max_interviews_per_application && of_user < limits.max_interviews {
                    invitations::insert(tx, services.id(), application, &uid, &state, now).await?;
                }
            }
            Change::Update { id, state } => invitations::update(tx, id, &state, now).await?,
            Change::Move { id, application } => invitations::set_application(tx, id, application).await?,
            Change::Delete(id) => invitations::delete(tx, id).await?,
        }
    }
    Ok(())
}

/// As [`update_from_events`], for the events of these messages.
pub(crate) async fn update_from_messages(
    services: &Services,
    tx: &mut TenantTx,
    messages: &[MailMessageId],
) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let uids = invitations::list_uids(tx, messages).await?;
    update_from_events(services, tx, &uids).await
}

/// The changes that make the interviews match the messages. An interview that a person changed or deleted is kept, but follows its
/// messages to another application.
fn plan(messages: &[InvitationRow], interviews: &[SyncedRow]) -> Vec<Change> {
    let mut by_event: BTreeMap<(&str, JobApplicationId), Vec<&InvitationRow>> = BTreeMap::new();
    for message in messages {
        let key = (message.uid.as_str(), message.application);
        by_event.entry(key).or_default().push(message);
    }
    let mut states: BTreeMap<(&str, JobApplicationId), EventState> = by_event
        .into_iter()
        .filter_map(|(key, messages)| Some((key, state(&messages)?)))
        .collect();
    let mut changes = Vec::new();
    let mut without_messages = Vec::new();
    for interview in interviews {
        match states.remove(&(interview.uid.as_str(), interview.application)) {
            Some(state) => changes.extend(update(interview, state)),
            None => without_messages.push(interview),
        }
    }
    for interview in without_messages {
        let has_uid = |key: &(&str, JobApplicationId)| key.0 == interview.uid;
        let moved = states.keys().copied().find(has_uid);
        match moved.and_then(|key| states.remove_entry(&key)) {
            Some(((_, application), state)) => {
                changes.push(Change::Move {
                    id: interview.id,
                    application,
                });
                changes.extend(update(interview, state));
            }
            None if interview.is_kept => {}
            None => changes.push(Change::Delete(interview.id)),
        }
    }
    changes.extend(
        states
            .into_iter()
            .map(|((uid, application), state)| Change::Create {
                application,
                uid: uid.to_owned(),
                state,
            }),
    );
    changes
}

fn update(interview: &SyncedRow, state: EventState) -> Option<Change> {
    let is_same = interview.state.as_ref() == Some(&state);
    (!interview.is_kept && !is_same).then_some(Change::Update {
        id: interview.id,
        state,
    })
}

/// The state of one event according to these messages: the highest version decides. Among messages of the same version,
/// the cancellation decides, else the message that was sent first. `None` if no message has a time.
fn state(messages: &[&InvitationRow]) -> Option<EventState> {
    let rank = |row: &&&InvitationRow| {
        let version = (row.invitation.sequence, row.invitation.is_cancelled);
        (version, Reverse((row.sent_at, row.message)))
    };
    let latest = messages.iter().max_by_key(rank)?;
    // A cancellation may contain less than the version that it cancels.
    let arranged = messages
        .iter()
        .filter(|row| !row.invitation.is_cancelled)
        .max_by_key(rank)
        .unwrap_or(latest);
    let (latest_says, before) = (&latest.invitation, &arranged.invitation);
    let times = if latest_says.starts_at.is_some() {
        latest_says
    } else {
        before
    };
    Some(EventState {
        mail_id: latest.message,
        starts_at: times.starts_at?,
        ends_at: times.ends_at,
        time_zone: latest_says.time_zone.clone().or_else(|| before.time_zone.clone()),
        place: latest_says.place.clone().or_else(|| before.place.clone()),
        cancelled_at: latest_says.is_cancelled.then_some(latest.sent_at),
    })
}

/// The distinct event UIDs of these rows.
pub(super) fn distinct(uids: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    let uids: BTreeSet<String> = uids.into_iter().flatten().collect();
    uids.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn application(n: u128) -> JobApplicationId {
        JobApplicationId(Uuid::from_u128(n))
    }

    fn hour(n: u32) -> DateTime<Utc> {
        format!("2026-12-01T{n:02}:00:00Z").parse().expect("a time")
    }

    /// Message `n` of application 1, sent at hour `n`. Its event begins at hour `starts_at`.
    fn message(n: u128, sequence: i64, starts_at: u32) -> InvitationRow {
        InvitationRow {
            message: MailMessageId(Uuid::from_u128(n)),
            application: application(1),
            uid: "a".into(),
            sent_at: hour(u32::try_from(n).expect("small")),
            invitation: Invitation {
                sequence,
                starts_at: Some(hour(starts_at)),
                ends_at: None,
                time_zone: None,
                place: Some(format!("Room {n}")),
                is_cancelled: false,
            },
        }
    }

    fn cancellation(n: u128, sequence: i64) -> InvitationRow {
        let mut row = message(n, sequence, 1);
        row.invitation = Invitation {
            starts_at: None,
            place: None,
            is_cancelled: true,
            ..row.invitation
        };
        row
    }

    fn interview(n: u128, of: u128, state: Option<EventState>) -> SyncedRow {
        SyncedRow {
            id: InterviewId(Uuid::from_u128(n)),
            application: application(of),
            uid: "a".into(),
            is_kept: state.is_none(),
            state,
        }
    }

    fn state_of(messages: &[InvitationRow]) -> Option<EventState> {
        state(&messages.iter().collect::<Vec<_>>())
    }

    #[test]
    fn newer_version_moves_the_interview_and_older_or_equal_ones_change_nothing() {
        let (first, moved) = (message(1, 0, 10), message(2, 1, 11));
        let same = message(3, 1, 12);
        for messages in [
            [first.clone(), moved.clone(), same.clone()],
            [same.clone(), first.clone(), moved.clone()],
            [moved, same, first],
        ] {
            let state = state_of(&messages).expect("an interview");
            assert_eq!(
                (state.starts_at, state.place.as_deref()),
                (hour(11), Some("Room 2"))
            );
        }
    }

    #[test]
    fn cancellation_keeps_time_and_location_of_the_interview() {
        let messages = [cancellation(3, 1), message(1, 0, 10), message(2, 1, 11)];
        let state = state_of(&messages).expect("an interview");
        assert_eq!((state.starts_at, state.cancelled_at), (hour(11), Some(hour(3))));
        assert_eq!(state.place.as_deref(), Some("Room 2"));
        let again = [messages[0].clone(), message(4, 2, 12)];
        assert_eq!(state_of(&again).expect("an interview").cancelled_at, None);
        assert_eq!(state_of(&messages[..1]), None);
    }

    #[test]
    fn interview_without_messages_is_deleted_unless_a_person_changed_it() {
        let state = state_of(&[message(1, 0, 10)]);
        assert_eq!(
            plan(&[], &[interview(7, 1, state), interview(8, 1, None)]),
            [Change::Delete(InterviewId(Uuid::from_u128(7)))]
        );
    }

    #[test]
    fn interview_follows_its_messages_to_another_application() {
        let mut moved = message(1, 0, 10);
        let state = state_of(std::slice::from_ref(&moved));
        moved.application = application(2);
        let id = InterviewId(Uuid::from_u128(7));
        let expected = [Change::Move {
            id,
            application: application(2),
        }];
        for state in [state, None] {
            let changes = plan(std::slice::from_ref(&moved), &[interview(7, 1, state)]);
            assert_eq!(changes, expected);
        }
    }

    #[test]
    fn interview_that_is_up_to_date_does_not_change() {
        let messages = [message(1, 0, 10)];
        let existing = [interview(7, 1, state_of(&messages))];
        assert_eq!(plan(&messages, &existing), []);
        assert_eq!(plan(&messages, &[interview(7, 1, None)]), []);
    }
}
