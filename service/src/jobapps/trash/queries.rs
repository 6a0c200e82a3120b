//! SQL of deleted applications.

use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::JobApplicationId;
use sqlx::{query, query_scalar};

/// Marks one of the caller's applications as deleted. False if there is none.
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
    Ok(done.rows_affected() > 0)
}

/// Deletes one of the caller's applications as of `deleted_at`, and removes what messages are matched by.
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
    Ok(())
}

/// Restores one of the caller's applications if it was deleted after `since`.
pub(super) async fn restore(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
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
    Ok(())
}

/// Removes up to `limit` applications of any tenant that were deleted before `until`. Returns how many.
pub(super) async fn purge(conn: &mut GlobalConn, until: DateTime<Utc>, limit: i32) -> Result<i32, Error> {
    let purged = query_scalar!(r#"select purge_applications($1, $2) as "purged!""#, until, limit)
        .fetch_one(conn.conn())
        .await?;
    Ok(purged)
}
