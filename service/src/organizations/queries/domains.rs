//! SQL for email domains of organizations, and for joining by them.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{EmailDomainId, TenantId, UserId, tenants::JoinableTenant};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(crate) struct DomainRow {
    pub id: Uuid,
    pub domain: String,
    pub token: String,
    pub created_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
    pub checked_at: Option<DateTime<Utc>>,
}

pub(crate) async fn list(conn: &mut GlobalConn, tenant: TenantId) -> Result<Vec<DomainRow>, Error> {
    let rows = query_as!(
        DomainRow,
        r#"
        select id, domain, token, created_at, verified_at, checked_at
        from tenant_domains where tenant_id = $1 order by domain
        "#,
        tenant.0,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows)
}

pub(crate) async fn find(
    conn: &mut GlobalConn,
    tenant: TenantId,
    id: EmailDomainId,
) -> Result<Option<DomainRow>, Error> {
    let row = query_as!(
        DomainRow,
        r#"
        select id, domain, token, created_at, verified_at, checked_at
        from tenant_domains where tenant_id = $1 and id = $2
        "#,
        tenant.0,
        id.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn find_by_name(
    tx: &mut GlobalTx,
    tenant: TenantId,
    domain: &str,
) -> Result<Option<DomainRow>, Error> {
    let row = query_as!(
        DomainRow,
        r#"
        select id, domain, token, created_at, verified_at, checked_at
        from tenant_domains where tenant_id = $1 and domain = $2
        "#,
        tenant.0,
        domain,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn count(tx: &mut GlobalTx, tenant: TenantId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from tenant_domains where tenant_id = $1"#,
        tenant.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(crate) async fn insert(
    tx: &mut GlobalTx,
    id: EmailDomainId,
    tenant: TenantId,
    domain: &str,
    token: &str,
    now: DateTime<Utc>,
) -> Result<DomainRow, Error> {
    let row = query_as!(
        DomainRow,
        r#"
        insert into tenant_domains (id, tenant_id, domain, token, created_at) values ($1, $2, $3, $4, $5)
        returning id, domain, token, created_at, verified_at, checked_at
        "#,
        id.0,
        tenant.0,
        domain,
        token,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// Records a lookup that a user requested. If it found the record, the domain becomes verified. `None` if the domain was deleted.
pub(crate) async fn record_check(
    tx: &mut GlobalTx,
    id: Uuid,
    has_record: bool,
    now: DateTime<Utc>,
) -> Result<Option<DomainRow>, Error> {
    let row = query_as!(
        DomainRow,
        r#"
        update tenant_domains
        set checked_at = $3,
          verified_at = case when $2 then coalesce(verified_at, $3) else verified_at end,
          failed_checks = case when $2 then 0 else failed_checks end
        where id = $1
        returning id, domain, token, created_at, verified_at, checked_at
        "#,
        id,
        has_record,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Returns the name of the deleted domain; `None` if the tenant has no such domain.
pub(crate) async fn delete(
    tx: &mut GlobalTx,
    tenant: TenantId,
    id: EmailDomainId,
) -> Result<Option<String>, Error> {
    let domain = query_scalar!(
        "delete from tenant_domains where tenant_id = $1 and id = $2 returning domain",
        tenant.0,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(domain)
}

pub(crate) async fn list_joinable(
    conn: &mut GlobalConn,
    user: UserId,
    domain: &str,
) -> Result<Vec<JoinableTenant>, Error> {
    let rows = query!(
        r#"
        select t.id, t.name, d.domain
        from tenant_domains d
        join tenants t on t.id = d.tenant_id
        where d.domain = $2 and d.verified_at is not null
          and not exists (select from memberships m where m.tenant_id = t.id and m.user_id = $1)
          and not exists (select from removed_members r where r.tenant_id = t.id and r.user_id = $1)
        order by t.name, t.id
        "#,
        user.0,
        domain,
    )
    .fetch_all(conn.conn())
    .await?;
    let tenants = rows.into_iter().map(|r| JoinableTenant {
        id: r.id.into(),
        name: r.name,
        domain: r.domain,
    });
    Ok(tenants.collect())
}

/// Whether an address in this domain may join, and the user was not removed.
pub(crate) async fn may_join(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    domain: &str,
) -> Result<bool, Error> {
    let may_join = query_scalar!(
        r#"
        select exists (
          select from tenant_domains d
          where d.tenant_id = $1 and d.domain = $3 and d.verified_at is not null
        ) and not exists (
          select from removed_members r where r.tenant_id = $1 and r.user_id = $2
        ) as "may_join!"
        "#,
        tenant.0,
        user.0,
        domain,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(may_join)
}

/// Records that the user was removed from the tenant: from now on they can join only by invitation.
pub(crate) async fn insert_removed_member(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into removed_members (tenant_id, user_id, removed_at) values ($1, $2, $3)
        on conflict (tenant_id, user_id) do update set removed_at = excluded.removed_at
        "#,
        tenant.0,
        user.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the record that the user was removed, because they were invited again.
pub(crate) async fn delete_removed_member(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
) -> Result<(), Error> {
    query!(
        "delete from removed_members where tenant_id = $1 and user_id = $2",
        tenant.0,
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Verified domains that were last looked up before `before`. Concurrent servers get different domains.
pub(crate) async fn claim_due(
    conn: &mut GlobalConn,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DomainRow>, Error> {
    let rows = query_as!(
        DomainRow,
        r#"
        with due as (
          select id from tenant_domains
          where verified_at is not null and checked_at < $1
          order by checked_at
          limit $3
          for update skip locked
        )
        update tenant_domains d set checked_at = $2
        from due
        where d.id = due.id
        returning d.id, d.domain, d.token, d.created_at, d.verified_at, d.checked_at
        "#,
        before,
        now,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows)
}

/// Records a periodic lookup. After `max_failed` in a row that did not find the record, the domain is no longer verified.
pub(crate) async fn record_recheck(
    conn: &mut GlobalConn,
    id: Uuid,
    has_record: bool,
    max_failed: i32,
) -> Result<(), Error> {
    query!(
        r#"
        update tenant_domains
        set failed_checks = case when $2 then 0 else failed_checks + 1 end,
          verified_at = case when $2 or failed_checks + 1 < $3 then verified_at end
        where id = $1
        "#,
        id,
        has_record,
        max_failed,
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}
