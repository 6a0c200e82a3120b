//! Finds the events that undid changes by emails.

use domain::{
    EventId,
    jobapps::{ApplicationDetail, ApplicationEvent, EventSource, Outcome},
};
use std::collections::HashSet;

/// The events that restored the state before an email whose decision was undone, and which therefore no longer belongs to the
/// application.
pub fn find_undoings(detail: &ApplicationDetail) -> HashSet<EventId> {
    let mails: HashSet<_> = detail.mails.iter().map(|mail| mail.id).collect();
    let is_of_former_email = |event: &ApplicationEvent| {
        event.from_status.is_some() && event.mail_id.is_some_and(|id| !mails.contains(&id))
    };
    let mut undoings = HashSet::new();
    let mut before: Option<&ApplicationEvent> = None;
    let mut follows_former_email = false;
    for event in &detail.history {
        if is_of_former_email(event) {
            follows_former_email = true;
            continue;
        }
        let is_by_user = matches!(event.cause, EventSource::User | EventSource::Api);
        let is_same = before.is_some_and(|before| state(before) == state(event));
        if follows_former_email && is_by_user && event.mail_id.is_none() && is_same {
            undoings.insert(event.id);
        }
        before = Some(event);
        follows_former_email = false;
    }
    undoings
}

fn state(event: &ApplicationEvent) -> (domain::StageId, Option<Outcome>) {
    (event.to_status.id, event.outcome)
}
