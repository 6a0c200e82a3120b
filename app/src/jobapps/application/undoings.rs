//! Finds the events that undid changes by emails.

use domain::{
    EventId,
    jobapps::{ApplicationDetail, ApplicationEvent, EventSource, Outcome},
};
use std::collections::HashSet;

/// The events that restored the state before emails that no longer belong to the application.
pub fn find_undoings(detail: &ApplicationDetail) -> HashSet<EventId> {
    let is_of_former_email = |event: &ApplicationEvent| {
        let mail = event.mail_id.filter(|_| event.from_status.is_some());
        mail.is_some_and(|id| detail.mails.iter().all(|mail| mail.id != id))
    };
    let history = &detail.history;
    let mut undoings = HashSet::new();
    for (index, event) in history.iter().enumerate() {
        let earlier = history.get(..index).unwrap_or_default();
        let is_by_user = matches!(event.cause, EventSource::User | EventSource::Api);
        let kept = earlier.iter().rposition(|event| !is_of_former_email(event));
        let before = kept.and_then(|kept| history.get(kept));
        let is_same = before.is_some_and(|before| state(before) == state(event));
        if is_by_user && event.mail_id.is_none() && kept.is_some_and(|kept| kept + 1 < index) && is_same {
            undoings.insert(event.id);
        }
    }
    undoings
}

fn state(event: &ApplicationEvent) -> (domain::StageId, Option<Outcome>) {
    (event.to_status.id, event.outcome)
}
