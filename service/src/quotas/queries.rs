//! SQL of quotas.

use crate::{
    Error,
    platform::db::{Connection, GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{TenantId, quotas::Quota};
use sqlx::{query, query_scalar};

/// How much the tenant uses, over all members, and its own limit if one is set.
pub(super) async fn count(tx: &mut TenantTx, quota: Quota) -> Result<(i64, Option<i64>), Error> {
    let tenant = tx.tenant();
    let row = query!(
        r#"select used as "used!", own_limit from quota_usage($1, $2)"#,
        tenant.0,
        quota.as_str(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.used, row.own_limit))
}

/// The user's usage of a quota that has a usage count.
pub(super) async fn find_usage(tx: &mut TenantTx, quota: Quota) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let found = query_scalar!(
        "select used from usage_counts where tenant_id = $1 and owner_id = $2 and quota = $3",
        tenant.0,
        user.0,
        quota.as_str(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.unwrap_or_default())
}

/// Adds to the user's usage of a quota. A negative number subtracts from it.
pub(super) async fn add_usage(tx: &mut TenantTx, quota: Quota, added: i64) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into usage_counts as c (tenant_id, owner_id, quota, used) values ($1, $2, $3, greatest($4::bigint, 0))
        on conflict (tenant_id, owner_id, quota) do update set used = greatest(c.used + $4::bigint, 0)
        "#,
        tenant.0,
        user.0,
        quota.as_str(),
        added,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The limit that is set for a tenant.
pub(super) async fn find_limit(
    conn: &mut Connection,
    tenant: TenantId,
    quota: Quota,
) -> Result<Option<i64>, Error> {
    let limit = query_scalar!(
        r#"select (quotas ->> $2::text)::bigint as "own_limit" from tenants where id = $1"#,
        tenant.0,
        quota.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(limit.flatten())
}

/// Members and pending invitations.
pub(super) async fn count_members(
    conn: &mut GlobalConn,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"
        select (select count(*) from memberships where tenant_id = $1)
          + (select count(*) from tenant_invitations where tenant_id = $1 and accepted_at is null and expires_at > $2)
          as "count!"
        "#,
        tenant.0,
        now,
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(count)
}

/// API keys of all members.
pub(super) async fn count_keys(conn: &mut Connection, tenant: TenantId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from api_keys where tenant_id = $1"#,
        tenant.0
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
