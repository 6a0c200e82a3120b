//! Taking the last change of an application out of its history.

use super::{queries, state::group_state};
use crate::{
    Error,
    jobapps::queries::retract_last_event,
    platform::db::{StateChange, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::JobApplicationId;

/// Takes the event of a change out of the history of a locked application that changed last at `changed_at`, so that everything is
/// as before the change. False, and nothing changes, unless this was the last change, the user caused it, and the state before was
/// exactly `change.from`.
pub(crate) async fn retract_change(
    tx: &mut TenantTx,
    id: JobApplicationId,
    changed_at: DateTime<Utc>,
    change: StateChange,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let mut events = queries::list_group_events(tx, id).await?;
    let last = events.pop();
    let is_last =
        last.is_some_and(|e| e.application == id && e.to == change.to && e.recorded_at == changed_at);
    let Some(before) = group_state(id, &events).filter(|before| is_last && before.state == change.from)
    else {
        return Ok(false);
    };
    if !retract_last_event(tx, id).await? {
        return Ok(false);
    }
    queries::set_state(tx, id, before, now).await?;
    let undoing = StateChange {
        from: change.to,
        to: change.from,
    };
    tx.record_transition(id, undoing);
    Ok(true)
}
