//! One change of many applications.

mod queries;
mod undo;

pub use undo::undo_bulk_update;

use super::queries::{self as applications, EventRow, StageSelector};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId,
    jobapps::{
        BulkUpdateInput, BulkUpdateResult,
        state_machine::{Command, State, transition},
    },
    tenants::Action,
};
use queries::{ChangeRow, LockedRow};
use std::collections::{HashMap, HashSet};

/// Changes stage, outcome and tags of applications, or deletes them, in one transaction and a fixed number of statements. The last
/// change wins: there is no version.
///
/// # Errors
/// `invalid` for an empty or contradictory change; `not_found` if the workspace has no such stage.
pub async fn bulk_update(
    services: &Services,
    caller: &Caller,
    input: BulkUpdateInput,
) -> Result<BulkUpdateResult, Error> {
    let (_, result) = bulk_update_at(services, caller, input).await?;
    Ok(result)
}

/// As [`bulk_update`]. Also returns the time of the change, which [`undo_bulk_update`] takes.
///
/// # Errors
/// As [`bulk_update`].
pub async fn bulk_update_at(
    services: &Services,
    caller: &Caller,
    input: BulkUpdateInput,
) -> Result<(DateTime<Utc>, BulkUpdateResult), Error> {
    let now = services.clock.now();
    let update = normalized(input).parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if let Some(stage) = update.status_id {
        let found = applications::find_stage(&mut tx, StageSelector::Id(stage)).await?;
        found.ok_or_else(Error::not_found)?;
    }
    let locked = queries::lock(&mut tx, &update.jobapp_ids).await?;
    let mut events = HashMap::new();
    let mut changes = Vec::new();
    for row in locked.values() {
        let event = plan_event(services, caller, update.command(), row, now);
        let tags = update.change_tags(&row.tags);
        if event.is_some() || tags.is_some() || update.delete {
            changes.push(ChangeRow::new(row, event.as_ref(), tags, update.delete));
        }
        if let Some(event) = event {
            events.insert(row.id, event);
        }
    }
    let changed_ids = store(services, &mut tx, &changes, events, now).await?;
    if update.delete {
        let deleted: Vec<JobApplicationId> = changed_ids.iter().copied().collect();
        applications::record_deleted_dependents(&mut tx, &deleted).await?;
    }
    tx.commit().await?;
    let mut result = BulkUpdateResult::default();
    for id in update.jobapp_ids {
        if changed_ids.contains(&id) {
            result.updated.push(id);
        } else if locked.contains_key(&id) {
            result.unchanged.push(id);
        } else {
            result.not_found.push(id);
        }
    }
    Ok((now, result))
}

/// Stores the changes with their events. Returns the applications that changed.
async fn store(
    services: &Services,
    tx: &mut TenantTx,
    changes: &[ChangeRow],
    mut events: HashMap<JobApplicationId, EventRow>,
    now: DateTime<Utc>,
) -> Result<HashSet<JobApplicationId>, Error> {
    if changes.is_empty() {
        return Ok(HashSet::new());
    }
    let max_events = services.storage_limits.max_events_per_application;
    let updated = queries::change(tx, changes, now, max_events).await?;
    events.retain(|id, _| updated.contains(id));
    if !events.is_empty() {
        let rows: Vec<EventRow> = events.into_values().collect();
        applications::insert_events(tx, &rows).await?;
    }
    Ok(updated)
}

fn normalized(mut input: BulkUpdateInput) -> BulkUpdateInput {
    for tags in [&mut input.add_tags, &mut input.remove_tags] {
        for tag in tags.iter_mut().flatten() {
            *tag = crate::platform::normalize::nfc(tag);
        }
    }
    input
}

/// The event for one application, the same as for a change of this application alone.
fn plan_event(
    services: &Services,
    caller: &Caller,
    command: Command,
    row: &LockedRow,
    now: DateTime<Utc>,
) -> Option<EventRow> {
    let state = State {
        stage: row.stage,
        outcome: row.outcome,
    };
    let event = transition(state, command, now)?;
    Some(EventRow::new(services, caller, row.id, event, now))
}
