//! SQL of the operator's commands. Global tables only.

use super::{TenantSummary, UserSummary};
use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{TenantId, UserId, quotas::Quota};
use sqlx::query;

pub(super) async fn list_users(
    conn: &mut GlobalConn,
    q: Option<&str>,
    limit: i64,
) -> Result<Vec<UserSummary>, Error> {
    let rows = query!(
        r#"
        select u.id, u.email, concat_ws(' ', u.first_name, u.last_name) as "name!",
          u.email_verified_at is not null as "email_verified!", u.created_at, u.locked_at,
          array(select t.slug from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id = u.id order by t.slug) as "tenants!"
        from users u
        where $1::text is null or u.id::text = $1 or strpos(u.email_normalized, $1) > 0
          or strpos(lower(concat_ws(' ', u.first_name, u.last_name)), $1) > 0
        order by u.created_at desc, u.id
        limit $2
        "#,
        q,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| UserSummary {
            id: r.id.into(),
            email: r.email,
            name: r.name,
            email_verified: r.email_verified,
            created_at: r.created_at,
            locked_at: r.locked_at,
            tenants: r.tenants,
        })
        .collect())
}

pub(super) async fn user_exists(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    let row = query!("select 1 as found from users where id = $1", user.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Returns false if nothing changed.
pub(super) async fn set_locked(
    tx: &mut GlobalTx,
    user: UserId,
    locked_at: Option<DateTime<Utc>>,
) -> Result<bool, Error> {
    let result = query!(
        "update users set locked_at = $2 where id = $1 and (locked_at is null) <> ($2::timestamptz is null)",
        user.0,
        locked_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn delete_all_sessions(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("delete from sessions where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn list_tenants(
    conn: &mut GlobalConn,
    q: Option<&str>,
    limit: i64,
) -> Result<Vec<TenantSummary>, Error> {
    let rows = query!(
        r#"
        select t.id, t.slug, t.name, t.kind, t.created_at, t.quotas,
          (select count(*) from memberships m where m.tenant_id = t.id) as "members!"
        from tenants t
        where t.closed_at is null
          and ($1::text is null or t.id::text = $1 or strpos(t.slug, $1) > 0 or strpos(lower(t.name), $1) > 0)
        order by t.created_at desc, t.id
        limit $2
        "#,
        q,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| TenantSummary {
            id: r.id.into(),
            slug: r.slug,
            name: r.name,
            kind: r.kind,
            members: r.members,
            created_at: r.created_at,
            quotas: r.quotas,
        })
        .collect())
}

/// Sets a limit, or removes it. Returns false if there is no such tenant.
pub(super) async fn set_quota(
    tx: &mut GlobalTx,
    tenant: TenantId,
    quota: Quota,
    limit: Option<i64>,
) -> Result<bool, Error> {
    let result = query!(
        r#"
        update tenants set quotas = (quotas - $2::text)
          || case when $3::bigint is null then '{}'::jsonb else jsonb_build_object($2::text, $3::bigint) end
        where id = $1
        "#,
        tenant.0,
        quota.as_str(),
        limit,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}
