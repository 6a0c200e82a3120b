//! SQL of changing many applications.

use crate::{
    Error,
    jobapps::queries::{EventRow, outcome},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, StageId,
    changes::ChangeType,
    jobapps::{Outcome, state_machine::State},
};
use serde::Serialize;
use sqlx::{query, query_scalar, types::Json};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// The values that a change depends on.
pub(super) struct LockedRow {
    pub id: JobApplicationId,
    pub stage: StageId,
    pub outcome: Option<Outcome>,
    pub tags: Vec<String>,
}

/// Locks the caller's applications with these ids, in the order of their ids.
pub(super) async fn lock(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<BTreeMap<JobApplicationId, LockedRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"
        select id, stage_id, outcome, tags from job_applications
        where tenant_id = $1 and owner_id is not distinct from $2 and id = any($3) and deleted_at is null
        order by id
        for update
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let row = LockedRow {
                id: r.id.into(),
                stage: r.stage_id.into(),
                outcome: outcome(r.outcome.as_deref())?,
                tags: r.tags,
            };
            Ok((row.id, row))
        })
        .collect()
}

/// An application that changed at a time, with its previous state if the caller changed the state.
pub(super) struct ChangedRow {
    pub application: LockedRow,
    pub previous: Option<State>,
}

/// Locks the caller's applications whose last change was at this time, in the order of their ids. Their previous state is missing if
/// its stage no longer exists.
pub(super) async fn lock_changed_at(
    tx: &mut TenantTx,
    changed_at: DateTime<Utc>,
) -> Result<Vec<ChangedRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id, a.stage_id, a.outcome, a.tags, s.id as "previous_stage_id?", p.outcome as "previous_outcome?"
        from job_applications a
        left join application_events e on e.tenant_id = $1 and e.application_id = a.id and e.recorded_at = a.updated_at
          and e.actor_id = a.owner_id
        left join stages s on s.tenant_id = $1 and s.id = e.from_stage_id and s.deleted_at is null
        left join lateral (
          select p.outcome from application_events p
          where p.tenant_id = $1 and p.application_id = a.id and p.recorded_at < a.updated_at
          order by p.recorded_at desc, p.id desc limit 1) p on true
        where a.tenant_id = $1 and a.owner_id = $2 and a.updated_at = $3 and a.deleted_at is null
        order by a.id
        for update of a
        "#,
        tenant.0,
        user.0,
        changed_at,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let previous_outcome = outcome(r.previous_outcome.as_deref())?;
            Ok(ChangedRow {
                application: LockedRow {
                    id: r.id.into(),
                    stage: r.stage_id.into(),
                    outcome: outcome(r.outcome.as_deref())?,
                    tags: r.tags,
                },
                previous: r.previous_stage_id.map(|stage| State {
                    stage: stage.into(),
                    outcome: previous_outcome,
                }),
            })
        })
        .collect()
}

/// The state of an application after the change.
#[derive(Debug, Serialize)]
pub(super) struct ChangeRow {
    id: JobApplicationId,
    stage_id: StageId,
    outcome: Option<Outcome>,
    tags: Vec<String>,
    is_moved: bool,
    is_tagged: bool,
    is_deleted: bool,
}

impl ChangeRow {
    pub fn new(
        row: &LockedRow,
        event: Option<&EventRow>,
        tags: Option<Vec<String>>,
        is_deleted: bool,
    ) -> Self {
        Self {
            id: row.id,
            stage_id: event.map_or(row.stage, |event| event.to_stage_id),
            outcome: event.map_or(row.outcome, |event| event.outcome),
            is_moved: event.is_some(),
            is_tagged: tags.is_some(),
            tags: tags.unwrap_or_else(|| row.tags.clone()),
            is_deleted,
        }
    }
}

/// Changes locked applications. Returns the changed applications: an application with `max_events` events cannot change.
pub(super) async fn change(
    tx: &mut TenantTx,
    rows: &[ChangeRow],
    now: DateTime<Utc>,
    max_events: i64,
) -> Result<HashSet<JobApplicationId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let changed = query!(
        r#"
        update job_applications a
        set stage_id = r.stage_id, outcome = r.outcome, tags = r.tags,
          stage_changed_at = case when r.is_moved then $4 else a.stage_changed_at end,
          user_edited_fields = case when r.is_tagged and not 'tags' = any(a.user_edited_fields)
            then a.user_edited_fields || array['tags'] else a.user_edited_fields end,
          deleted_at = case when r.is_deleted then $4 end, updated_at = $4, seen_at = $4, version = a.version + 1
        from jsonb_to_recordset($3) as r (
          id uuid, stage_id uuid, outcome text, tags text[], is_moved boolean, is_tagged boolean, is_deleted boolean)
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = r.id and a.deleted_at is null
          and (not r.is_moved or (select count(*) from (
            select 1 as one from application_events e where e.tenant_id = $1 and e.application_id = a.id limit $5) c) < $5)
        returning a.id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
        now,
        max_events,
    )
    .fetch_all(tx.conn())
    .await?;
    let changed: HashSet<JobApplicationId> = changed.into_iter().map(|r| r.id.into()).collect();
    for row in rows.iter().filter(|row| changed.contains(&row.id)) {
        let change_type = if row.is_deleted {
            ChangeType::JobappDeleted
        } else {
            ChangeType::JobappUpdated
        };
        tx.record_application(change_type, row.id);
    }
    Ok(changed)
}

/// Restores the caller's applications that were deleted at this time.
pub(super) async fn restore_deleted_at(
    tx: &mut TenantTx,
    deleted_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<JobApplicationId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update job_applications
        set deleted_at = null, updated_at = $4, version = version + 1
        where tenant_id = $1 and owner_id = $2 and deleted_at = $3 and merged_into is null
        returning id
        "#,
        tenant.0,
        user.0,
        deleted_at,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<JobApplicationId> = ids.into_iter().map(Into::into).collect();
    for id in &ids {
        tx.record_application(ChangeType::JobappRestored, *id);
    }
    Ok(ids)
}
