//! SQL of thresholds, activity and sweeps.

use super::{Activity, Basis};
use crate::{
    Error,
    jobapps::queries::stage_kind,
    platform::db::{StateChange, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{
    EventId, JobApplicationId,
    jobapps::{Outcome, SilenceThresholds, StageKind, state_machine::State},
};
use serde::Serialize;
use sqlx::{query, types::Json};
use std::collections::BTreeMap;
use uuid::Uuid;

fn uuids(ids: &[JobApplicationId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

pub(super) async fn thresholds(tx: &mut TenantTx) -> Result<SilenceThresholds, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        "select stage_kind, days from silence_thresholds where tenant_id = $1",
        tenant.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut thresholds = SilenceThresholds::default();
    for row in rows {
        thresholds.set(stage_kind(&row.stage_kind)?, row.days);
    }
    Ok(thresholds)
}

pub(super) async fn set_thresholds(tx: &mut TenantTx, changes: &[(StageKind, i32)]) -> Result<(), Error> {
    let tenant = tx.tenant();
    let kinds: Vec<String> = changes.iter().map(|(kind, _)| kind.as_str().to_owned()).collect();
    let days: Vec<i32> = changes.iter().map(|(_, days)| *days).collect();
    query!(
        r#"
        insert into silence_thresholds (tenant_id, stage_kind, days)
        select $1, r.stage_kind, r.days from unnest($2::text[], $3::integer[]) as r (stage_kind, days)
        on conflict (tenant_id, stage_kind) do update set days = excluded.days
        returning stage_kind
        "#,
        tenant.0,
        &kinds,
        &days,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The thresholds of the workspace, and the activity of the open applications with these ids, which are looked up one by one (`offset 0`
/// keeps the planner from reading all of the user's applications). Events caused by a rule are no activity. For events caused by an
/// email, the email itself counts. A merge counts like a note, and so does an interview, even before it takes place.
pub(super) async fn activities(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
    basis: Basis,
) -> Result<(SilenceThresholds, Vec<Activity>), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id, s.kind as stage_kind, a.created_at,
          (select max(case when e.actor_id is null then least(e.occurred_at, e.recorded_at)
              when $4 then greatest(e.occurred_at, e.recorded_at) else e.occurred_at end)
            from application_events e where e.tenant_id = $1 and e.application_id = a.id and e.cause <> 'rule'
              and (e.mail_id is null or e.from_stage_id is null)) as changed_at,
          (select max(least(m.sent_at, m.recorded_at))
            from mail_messages m where m.tenant_id = $1 and m.application_id = a.id) as mail_at,
          (select max(least(h.sent_at, h.recorded_at))
            from mail_messages h where h.tenant_id = $1 and h.application_id = a.id and h.kind = 'on_hold') as held_at,
          (select max(coalesce(n.updated_at, n.created_at))
            from notes n where n.tenant_id = $1 and n.application_id = a.id) as noted_at,
          (select max(v.starts_at)
            from interviews v where v.tenant_id = $1 and v.application_id = a.id and v.cancelled_at is null
              and v.deleted_at is null) as met_at,
          -- The sum keeps the planner from scanning the index on deleted_at, which has the rows of all tenants.
          (select max(p.deleted_at + interval '0')
            from job_applications p where p.tenant_id = $1 and p.merged_into = a.id) as merged_at,
          (select coalesce(jsonb_object_agg(t.stage_kind, t.days), '{}')
            from silence_thresholds t where t.tenant_id = $1) as "thresholds!: Json<BTreeMap<String, i32>>"
        from unnest($3::uuid[]) as i (id)
        cross join lateral (
          select b.id, b.stage_id, b.created_at from job_applications b
          where b.tenant_id = $1 and b.owner_id is not distinct from $2 and b.id = i.id and b.outcome is null
            and b.deleted_at is null
          offset 0
        ) a
        join stages s on s.tenant_id = $1 and s.id = a.stage_id
        "#,
        tenant.0,
        user.0,
        &uuids(ids),
        basis == Basis::Recorded,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut thresholds = SilenceThresholds::default();
    for (kind, days) in rows.first().iter().flat_map(|r| &r.thresholds.0) {
        thresholds.set(stage_kind(kind)?, *days);
    }
    let activities = rows
        .into_iter()
        .map(|r| {
            Ok(Activity {
                application: r.id.into(),
                stage_kind: stage_kind(&r.stage_kind)?,
                changed_at: r.changed_at.unwrap_or(r.created_at),
                mail_at: r.mail_at,
                held_at: r.held_at,
                noted_at: r.noted_at.max(r.merged_at).max(r.met_at),
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok((thresholds, activities))
}

/// The next of the user's open applications whose stage has not changed since then, by id.
pub(super) async fn list_unchanged(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    after: Option<JobApplicationId>,
    limit: i64,
) -> Result<Vec<JobApplicationId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id from job_applications a
        join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null and a.outcome is null
          and a.stage_changed_at <= $3 and s.kind <> 'to_apply' and ($4::uuid is null or a.id > $4)
        order by a.id
        limit $5
        "#,
        tenant.0,
        user.0,
        since,
        after.map(|id| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| r.id.into()).collect())
}

/// Locks these applications until the end of the transaction.
pub(super) async fn lock_open(tx: &mut TenantTx, ids: &[JobApplicationId]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        select 1 as locked from job_applications
        where tenant_id = $1 and owner_id is not distinct from $2 and id = any($3)
        order by id
        for update
        "#,
        tenant.0,
        user.0,
        &uuids(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// An application to close, and the event with the reason.
#[derive(Serialize)]
pub(super) struct ClosingRow {
    pub event_id: EventId,
    pub application_id: JobApplicationId,
    pub silence_days: i32,
}

/// Closes locked, open applications.
pub(super) async fn close_as_ghosted(
    tx: &mut TenantTx,
    rows: &[ClosingRow],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = rows.iter().map(|r| r.application_id.0).collect();
    let closed = query!(
        r#"
        with closed as (
          update job_applications a
          set outcome = 'ghosted', stage_changed_at = $4, updated_at = $4, version = a.version + 1
          where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = any($3) and a.outcome is null
            and a.deleted_at is null
          returning a.tenant_id, a.owner_id, a.id, a.stage_id
        )
        insert into application_events as e
          (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, outcome, occurred_at, recorded_at, cause,
           silence_days)
        select c.tenant_id, c.owner_id, r.event_id, c.id, c.stage_id, c.stage_id, 'ghosted', $4, $4, 'rule', r.silence_days
        from closed c
        join jsonb_to_recordset($5) as r (event_id uuid, application_id uuid, silence_days integer) on r.application_id = c.id
        returning e.application_id, e.to_stage_id
        "#,
        tenant.0,
        user.0,
        &ids,
        now,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    for row in closed {
        let state = |outcome| State {
            stage: row.to_stage_id.into(),
            outcome,
        };
        let change = StateChange {
            from: state(None),
            to: state(Some(Outcome::Ghosted)),
        };
        tx.record_transition(row.application_id.into(), change);
    }
    Ok(())
}
