//! Undoing a change of many applications.

use super::{plan_event, queries, store};
use crate::{
    Error, Services,
    context::{Caller, permit},
    jobapps::{merge, queries as applications, trash::RESTORE_WINDOW},
    platform::db::StateChange,
};
use chrono::{DateTime, Utc};
use domain::{
    jobapps::{
        BulkUndo, BulkUpdateInput,
        state_machine::{Command, State},
    },
    tenants::Action,
};
use queries::ChangeRow;
use std::collections::HashMap;

/// Undoes the change that the caller made at exactly this time, for the applications that have not changed since. Moves and outcomes
/// are removed from the histories. Returns how many applications changed.
///
/// # Errors
/// `invalid` for a tag that cannot exist; [`Error::Unavailable`] when the database cannot be reached.
pub async fn undo_bulk_update(
    services: &Services,
    caller: &Caller,
    changed_at: DateTime<Utc>,
    undo: BulkUndo,
) -> Result<usize, Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let mut input = BulkUpdateInput::default();
    match undo {
        BulkUndo::Delete => {
            let mut restored = Vec::new();
            if changed_at > now - RESTORE_WINDOW {
                restored = queries::restore_deleted_at(&mut tx, changed_at, now).await?;
                applications::record_restored_dependents(&mut tx, &restored).await?;
            }
            tx.commit().await?;
            return Ok(restored.len());
        }
        BulkUndo::State => {}
        BulkUndo::AddTag(tag) => input.remove_tags = Some(vec![tag]),
        BulkUndo::RemoveTag(tag) => input.add_tags = Some(vec![tag]),
    }
    let rows = queries::lock_changed_at(&mut tx, changed_at).await?;
    input.jobapp_ids = rows.iter().map(|row| row.application.id).collect();
    let tags = match (&input.add_tags, &input.remove_tags) {
        _ if rows.is_empty() => return Ok(0),
        (None, None) => None,
        _ => Some(super::normalized(input).parse()?),
    };
    let mut events = HashMap::new();
    let mut changes = Vec::new();
    let mut retracted = 0;
    for row in rows {
        let previous = row.previous.filter(|_| tags.is_none());
        if let Some(previous) = previous {
            let change = StateChange {
                from: previous,
                to: State {
                    stage: row.application.stage,
                    outcome: row.application.outcome,
                },
            };
            if merge::retract_change(&mut tx, row.application.id, changed_at, change, now).await? {
                retracted += 1;
                continue;
            }
        }
        let event = previous.and_then(|previous| {
            let command = Command {
                stage: Some(previous.stage),
                outcome: Some(previous.outcome),
            };
            plan_event(services, caller, command, &row.application, now)
        });
        let tags = tags
            .as_ref()
            .and_then(|update| update.change_tags(&row.application.tags));
        if event.is_some() || tags.is_some() {
            changes.push(ChangeRow::new(&row.application, event.as_ref(), tags, false));
        }
        if let Some(event) = event {
            events.insert(row.application.id, event);
        }
    }
    let updated = store(services, &mut tx, &changes, events, now).await?;
    tx.commit().await?;
    Ok(updated.len() + retracted)
}
