//! SQL about deleted applications.

use crate::{
    Error,
    db::{SystemConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::JobApplicationId;
use sqlx::{query, query_scalar};

/// Takes one of the caller's applications out of sight; false when it is not there.
pub(super) async fn delete(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update job_application
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

/// Brings one of the caller's applications back, if it was deleted after that time.
pub(super) async fn restore(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_application
        set deleted_at = null, updated_at = $4, version = version + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at > $5
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

/// Removes at most so many that were deleted until then, in whichever workspace; answers how many.
pub(super) async fn purge(conn: &mut SystemConn, until: DateTime<Utc>, most: i32) -> Result<i32, Error> {
    let gone = query_scalar!(r#"select purge_applications($1, $2) as "gone!""#, until, most)
        .fetch_one(conn.conn())
        .await?;
    Ok(gone)
}
