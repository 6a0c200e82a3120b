//! SQL that changes stages.

use crate::{Error, jobapps::queries::outcome, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, StageId,
    changes::ChangeType,
    jobapps::{Outcome, Stage, StageColor},
};
use sqlx::{query, query_scalar};
use uuid::Uuid;

pub(super) async fn insert(tx: &mut TenantTx, stage: &Stage, now: DateTime<Utc>) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "insert into stages (tenant_id, id, kind, name, position, color, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant.0,
        stage.id.0,
        stage.kind.as_str(),
        stage.value,
        stage.position,
        stage.color.map(StageColor::as_str),
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record_of(None, ChangeType::StageCreated, stage.id, None);
    Ok(())
}

/// Writes name, kind and color.
pub(super) async fn update(tx: &mut TenantTx, stage: &Stage) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "update stages set kind = $3, name = $4, color = $5 where tenant_id = $1 and id = $2",
        tenant.0,
        stage.id.0,
        stage.kind.as_str(),
        stage.value,
        stage.color.map(StageColor::as_str),
    )
    .execute(tx.conn())
    .await?;
    tx.record_of(None, ChangeType::StageUpdated, stage.id, None);
    Ok(())
}

/// Writes the positions.
pub(super) async fn set_positions(tx: &mut TenantTx, stages: &[Stage]) -> Result<(), Error> {
    let tenant = tx.tenant();
    let ids: Vec<Uuid> = stages.iter().map(|stage| stage.id.0).collect();
    let positions: Vec<i32> = stages.iter().map(|stage| stage.position).collect();
    let moved = query_scalar!(
        r#"
        update stages s set position = r.position
        from unnest($2::uuid[], $3::integer[]) as r (id, position)
        where s.tenant_id = $1 and s.id = r.id and s.position <> r.position
        returning s.id
        "#,
        tenant.0,
        &ids,
        &positions,
    )
    .fetch_all(tx.conn())
    .await?;
    for id in moved {
        tx.record_of(None, ChangeType::StageUpdated, id, None);
    }
    Ok(())
}

/// Marks a stage as deleted, with a position that no other stage has.
pub(super) async fn delete(tx: &mut TenantTx, id: StageId, now: DateTime<Utc>) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        r#"
        update stages
        set deleted_at = $3, position = (select least(min(o.position), 0) - 1 from stages o where o.tenant_id = $1)
        where tenant_id = $1 and id = $2
        "#,
        tenant.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record_of(None, ChangeType::StageDeleted, id, None);
    Ok(())
}

/// Moves all of the caller's applications from one stage to another. Returns them with their outcomes.
pub(super) async fn move_applications(
    tx: &mut TenantTx,
    from: StageId,
    to: StageId,
    now: DateTime<Utc>,
) -> Result<Vec<(JobApplicationId, Option<Outcome>)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        update job_applications
        set stage_id = $4, stage_changed_at = $5, updated_at = $5, seen_at = $5, version = version + 1
        where tenant_id = $1 and owner_id = $2 and stage_id = $3
        returning id, outcome
        "#,
        tenant.0,
        user.0,
        from.0,
        to.0,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| Ok((r.id.into(), outcome(r.outcome.as_deref())?)))
        .collect()
}
