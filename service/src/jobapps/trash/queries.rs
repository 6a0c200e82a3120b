//! SQL of deleted applications.

use super::{DeletedApplication, RESTORE_WINDOW};
use crate::{
    Error,
    jobapps::queries::outcome,
    platform::db::{GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, changes::ChangeType};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Marks one of the caller's applications as deleted. False if there is no such application.
pub(super) async fn delete(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update job_applications
        set deleted_at = $4, updated_at = $4, version = version + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    let is_deleted = done.rows_affected() > 0;
    if is_deleted {
        tx.record_application(ChangeType::JobappDeleted, id);
    }
    Ok(is_deleted)
}

/// Deletes one of the caller's applications as of `deleted_at`, and clears the values by which messages are matched.
pub(super) async fn delete_for_good(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
    deleted_at: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_applications
        set deleted_at = $5, updated_at = $4, version = version + 1, match_key = id::text, requisition = null
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
        deleted_at,
    )
    .execute(tx.conn())
    .await?;
    tx.record_application(ChangeType::JobappDeleted, id);
    Ok(())
}

/// Restores one of the caller's applications if it was deleted after `since`. False if there is no such application.
pub(super) async fn restore(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update job_applications
        set deleted_at = null, updated_at = $4, version = version + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at > $5
          and merged_into is null
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
        since,
    )
    .execute(tx.conn())
    .await?;
    let is_restored = done.rows_affected() > 0;
    if is_restored {
        tx.record_application(ChangeType::JobappRestored, id);
    }
    Ok(is_restored)
}

/// The caller's applications that were deleted after `since`, the last deleted first, after a position, and their total number. Parts of
/// a merged application are not listed.
pub(super) async fn list(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<(Vec<DeletedApplication>, i64), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let (after_time, after_id) = after.unzip();
    let rows = query!(
        r#"
        select a.id, a.job_title, a.company, a.outcome, s.name as stage, a.deleted_at as "deleted_at!",
          (select count(*) from job_applications t
           where t.tenant_id = $1 and t.owner_id = $2 and t.deleted_at > $3 and t.merged_into is null) as "total!"
        from job_applications a
        join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at > $3 and a.merged_into is null
          and ($4::timestamptz is null or (a.deleted_at, a.id) < ($4, $5::uuid))
        order by a.deleted_at desc, a.id desc
        limit $6
        "#,
        tenant.0,
        user.0,
        since,
        after_time,
        after_id,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let deleted = rows.into_iter().map(|r| {
        Ok(DeletedApplication {
            id: r.id.into(),
            job_title: r.job_title,
            company: r.company,
            stage: r.stage,
            outcome: outcome(r.outcome.as_deref())?,
            deleted_at: r.deleted_at,
            purged_at: r.deleted_at + RESTORE_WINDOW,
        })
    });
    Ok((deleted.collect::<Result<_, Error>>()?, total))
}

/// Removes up to `limit` applications of any tenant that were deleted before `until`. Returns how many.
pub(super) async fn purge(conn: &mut GlobalConn, until: DateTime<Utc>, limit: i32) -> Result<i32, Error> {
    let purged = query_scalar!(r#"select purge_applications($1, $2) as "purged!""#, until, limit)
        .fetch_one(conn.conn())
        .await?;
    Ok(purged)
}
