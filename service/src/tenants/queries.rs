//! SQL for tenants and memberships, which are global tables, and for the stages of a new tenant.

use crate::{
    Error,
    platform::db::{Connection, GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{
    StageId, TenantId, UserId,
    jobapps::StageKind,
    tenants::{Role, Tenant, TenantKind},
};
use sqlx::{query, query_scalar};
use uuid::Uuid;

pub(crate) struct NewTenant {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub kind: TenantKind,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The columns of a [`Tenant`], with the role of the user in it.
pub(crate) struct TenantRow {
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub kind: String,
    pub role: String,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = Error;
    fn try_from(row: TenantRow) -> Result<Self, Error> {
        let unknown = || Error::Internal("unknown tenant kind or role in the database".into());
        Ok(Self {
            id: row.id.into(),
            slug: row.slug,
            name: row.name,
            kind: TenantKind::parse(&row.kind).ok_or_else(unknown)?,
            role: Role::parse(&row.role).ok_or_else(unknown)?,
        })
    }
}

pub(super) async fn insert_tenant(tx: &mut GlobalTx, new: &NewTenant) -> Result<(), Error> {
    query!(
        "insert into tenants (id, slug, name, kind, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        new.id.0,
        new.slug,
        new.name,
        new.kind.as_str(),
        new.created_at,
        new.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn insert_membership(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    role: Role,
    display_name: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ($1, $2, $3, $4, $5)",
        tenant.0,
        user.0,
        role.as_str(),
        display_name,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tenant with this slug or, without a slug, the user's default tenant. `None` if the user is not a member of it.
pub(crate) async fn find_tenant(
    conn: &mut GlobalConn,
    user: UserId,
    slug: Option<&str>,
) -> Result<Option<Tenant>, Error> {
    select_tenant(conn.conn(), user, slug).await
}

/// The user's personal tenant or, without one, the tenant that they joined first.
pub(crate) async fn find_default_tenant(tx: &mut GlobalTx, user: UserId) -> Result<Option<Tenant>, Error> {
    select_tenant(tx.conn(), user, None).await
}

/// As [`find_tenant`], inside a transaction.
pub(crate) async fn find_tenant_by_slug(
    tx: &mut GlobalTx,
    user: UserId,
    slug: &str,
) -> Result<Option<Tenant>, Error> {
    select_tenant(tx.conn(), user, Some(slug)).await
}

/// The tenant with this id, inside a transaction. `None` if the user is not a member of it.
pub(crate) async fn find_tenant_by_id(
    tx: &mut GlobalTx,
    user: UserId,
    tenant: TenantId,
) -> Result<Option<Tenant>, Error> {
    let row = sqlx::query_as!(
        TenantRow,
        r#"
        select t.id, t.slug, t.name, t.kind, m.role
        from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and m.tenant_id = $2 and t.closed_at is null
        "#,
        user.0,
        tenant.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Tenant::try_from).transpose()
}

async fn select_tenant(
    conn: &mut Connection,
    user: UserId,
    slug: Option<&str>,
) -> Result<Option<Tenant>, Error> {
    if slug.is_some_and(is_invalid_slug) {
        return Ok(None);
    }
    let row = sqlx::query_as!(
        TenantRow,
        r#"
        select t.id, t.slug, t.name, t.kind, m.role
        from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and ($2::text is null or t.slug = $2) and t.closed_at is null
        order by t.kind = 'personal' desc, m.joined_at, t.id
        limit 1
        "#,
        user.0,
        slug,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Tenant::try_from).transpose()
}

/// The position of a workspace in the list: whether it is not the personal one, when the user joined it, and its id.
pub(crate) type Position = (bool, DateTime<Utc>, Uuid);

/// A tenant of a list.
pub(crate) struct ListedTenant {
    pub tenant: Tenant,
    pub position: Position,
}

/// The tenants of a user after a position, the personal one first. All without a `limit`.
pub(crate) async fn list_tenants(
    conn: &mut GlobalConn,
    user: UserId,
    after: Option<Position>,
    limit: Option<i64>,
) -> Result<Vec<ListedTenant>, Error> {
    let (after_kind, after_time, after_id) = match after {
        Some((kind, time, id)) => (Some(kind), Some(time), Some(id)),
        None => (None, None, None),
    };
    let rows = query!(
        r#"
        select t.id, t.slug, t.name, t.kind, m.role, m.joined_at
        from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and t.closed_at is null
          and ($2::boolean is null or (t.kind <> 'personal', m.joined_at, t.id) > ($2, $3::timestamptz, $4::uuid))
        order by t.kind <> 'personal', m.joined_at, t.id
        limit $5
        "#,
        user.0,
        after_kind,
        after_time,
        after_id,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let (id, joined_at) = (row.id, row.joined_at);
            let tenant = Tenant::try_from(TenantRow {
                id,
                slug: row.slug,
                name: row.name,
                kind: row.kind,
                role: row.role,
            })?;
            let position = (tenant.kind != TenantKind::Personal, joined_at, id);
            Ok(ListedTenant { tenant, position })
        })
        .collect()
}

/// How many tenants [`list_tenants`] lists without a limit.
pub(crate) async fn count_tenants(conn: &mut GlobalConn, user: UserId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and t.closed_at is null
        "#,
        user.0,
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(count)
}

/// The users who are members of a tenant.
pub(crate) async fn list_members(conn: &mut GlobalConn, tenant: TenantId) -> Result<Vec<UserId>, Error> {
    let ids = query_scalar!(
        "select user_id from memberships where tenant_id = $1 order by user_id",
        tenant.0
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// No tenant has a slug with NUL, and Postgres rejects it in a parameter.
pub(crate) fn is_invalid_slug(slug: &str) -> bool {
    slug.contains('\0')
}

/// Deletes tenants that have expired, with everything in them, and returns their ids.
pub(crate) async fn delete_expired(tx: &mut GlobalTx, now: DateTime<Utc>) -> Result<Vec<TenantId>, Error> {
    let ids = query_scalar!("delete from tenants where expires_at <= $1 returning id", now)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Allows the rest of the transaction to insert stages into this tenant, which it has created.
pub(super) async fn set_new_tenant_context(tx: &mut GlobalTx, tenant: TenantId) -> Result<(), Error> {
    query!("select set_new_tenant_context($1)", tenant.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// One stage of each kind, in the order of [`StageKind::ALL`]. The login may insert stages but not read any, so the statement
/// returns nothing.
pub(super) async fn insert_default_stages(
    tx: &mut GlobalTx,
    tenant: TenantId,
    ids: &[StageId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let kinds: Vec<String> = StageKind::ALL.iter().map(|k| k.as_str().to_owned()).collect();
    let names: Vec<String> = StageKind::ALL
        .iter()
        .map(|k| k.default_name().to_owned())
        .collect();
    query!(
        r#"
        insert into stages (tenant_id, id, kind, name, position, created_at) values
          ($1, ($2::uuid[])[1], ($3::text[])[1], ($4::text[])[1], 0, $5),
          ($1, ($2::uuid[])[2], ($3::text[])[2], ($4::text[])[2], 1, $5),
          ($1, ($2::uuid[])[3], ($3::text[])[3], ($4::text[])[3], 2, $5),
          ($1, ($2::uuid[])[4], ($3::text[])[4], ($4::text[])[4], 3, $5),
          ($1, ($2::uuid[])[5], ($3::text[])[5], ($4::text[])[5], 4, $5)
        "#,
        tenant.0,
        &ids,
        &kinds,
        &names,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
