//! Removal of the last change of an application from its history.

use super::{
    queries,
    state::{GroupState, group_state},
};
use crate::{
    Error,
    jobapps::queries::retract_last_event,
    platform::db::{StateChange, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, jobapps::state_machine::State};

/// Removes the event of a change from the history of a locked application that changed last at `changed_at`, which restores the
/// state before the change. False, without a change, unless this was the last change, the user caused it, and the state before was
/// exactly `change.from`. A decision about an email is undone with the email instead.
pub(crate) async fn retract_change(
    tx: &mut TenantTx,
    id: JobApplicationId,
    changed_at: DateTime<Utc>,
    change: StateChange,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let mut events = queries::list_group_events(tx, id).await?;
    let last = events.pop();
    let is_last = last.is_some_and(|e| {
        e.application == id && e.to == change.to && e.recorded_at == changed_at && e.mail.is_none()
    });
    let Some(before) = group_state(id, &events).filter(|before| is_last && before.state == change.from)
    else {
        return Ok(false);
    };
    retract_last(tx, id, change.to, before, now).await
}

/// Removes the last event from the history of a locked application, which restores the state before. False, without a change, if the
/// user has not caused the event.
pub(super) async fn retract_last(
    tx: &mut TenantTx,
    id: JobApplicationId,
    current: State,
    before: GroupState,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    if !retract_last_event(tx, id).await? {
        return Ok(false);
    }
    queries::set_state(tx, id, before, now).await?;
    let undoing = StateChange {
        from: current,
        to: before.state,
    };
    tx.record_transition(id, undoing);
    Ok(true)
}
