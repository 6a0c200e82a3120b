//! SQL for organizations.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
    tenants::queries::find_tenant_by_id,
};
use chrono::{DateTime, Utc};
use domain::{
    TenantId, UserId,
    tenants::{Slug, Tenant, TenantKind},
};
use sqlx::{query, query_scalar};
use uuid::Uuid;

pub(crate) struct NewOrganization<'a> {
    pub id: TenantId,
    pub name: &'a str,
    pub slug: &'a Slug,
    pub created_at: DateTime<Utc>,
}

/// Returns false if the slug, or one that looks like it, is taken.
pub(crate) async fn insert(tx: &mut GlobalTx, new: &NewOrganization<'_>) -> Result<bool, Error> {
    let result = query!(
        r#"
        insert into tenants (id, slug, slug_skeleton, name, kind, created_at) values ($1, $2, $3, $4, 'organization', $5)
        on conflict do nothing
        "#,
        new.id.0,
        new.slug.as_str(),
        new.slug.skeleton(),
        new.name,
        new.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Whether another tenant has the slug, or an organization has one that looks like it.
pub(crate) async fn is_slug_taken(tx: &mut GlobalTx, tenant: TenantId, slug: &Slug) -> Result<bool, Error> {
    let row = query!(
        "select 1 as found from tenants where (slug = $2 or slug_skeleton = $3) and id <> $1 limit 1",
        tenant.0,
        slug.as_str(),
        slug.skeleton(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Whether the statement failed because another transaction has taken the slug in the meantime.
pub(crate) fn is_slug_conflict(error: &Error) -> bool {
    let Error::Database(sqlx::Error::Database(error)) = error else {
        return false;
    };
    error.is_unique_violation()
}

pub(crate) async fn update(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    name: Option<&str>,
    slug: Option<&Slug>,
) -> Result<Option<Tenant>, Error> {
    query!(
        r#"
        update tenants set name = coalesce($2, name), slug = coalesce($3, slug), slug_skeleton = coalesce($4, slug_skeleton)
        where id = $1 and kind = 'organization'
        "#,
        tenant.0,
        name,
        slug.map(Slug::as_str),
        slug.map(Slug::skeleton),
    )
    .execute(tx.conn())
    .await?;
    find_tenant_by_id(tx, user, tenant).await
}

/// Closes an organization for everyone. Returns false if it does not exist or is closed.
pub(crate) async fn close(
    tx: &mut GlobalTx,
    tenant: TenantId,
    closed_by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let result = query!(
        r#"
        update tenants set closed_at = $2, closed_by = $3
        where id = $1 and kind = 'organization' and closed_at is null
        "#,
        tenant.0,
        now,
        closed_by.map(|user| user.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Deletes the invitations, email domains and the identity provider of an organization, so that no one can join it or sign in with it.
pub(crate) async fn delete_ways_to_join(tx: &mut GlobalTx, tenant: TenantId) -> Result<(), Error> {
    query!("delete from tenant_invitations where tenant_id = $1", tenant.0)
        .execute(tx.conn())
        .await?;
    query!("delete from tenant_domains where tenant_id = $1", tenant.0)
        .execute(tx.conn())
        .await?;
    query!(
        "delete from tenant_identity_providers where tenant_id = $1",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A closed organization, and the user who deletes it; `None` for the operator.
pub(crate) struct ClosedOrganization {
    pub name: String,
    pub closed_by: Option<UserId>,
}

pub(crate) async fn find_closed(
    conn: &mut GlobalConn,
    tenant: TenantId,
) -> Result<Option<ClosedOrganization>, Error> {
    let row = query!(
        r#"select name, closed_by as "closed_by: Uuid" from tenants where id = $1 and closed_at is not null"#,
        tenant.0
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|row| ClosedOrganization {
        name: row.name,
        closed_by: row.closed_by.map(UserId),
    }))
}

/// Deletes an organization with everything in it. Returns false if it does not exist.
pub(crate) async fn delete(tx: &mut GlobalTx, tenant: TenantId) -> Result<bool, Error> {
    let result = query!(
        "delete from tenants where id = $1 and kind = 'organization'",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// `None` if there is no such tenant.
pub(crate) async fn find_kind(tx: &mut GlobalTx, tenant: TenantId) -> Result<Option<TenantKind>, Error> {
    let kind = query_scalar!("select kind from tenants where id = $1", tenant.0)
        .fetch_optional(tx.conn())
        .await?;
    kind.map(|kind| kind.parse().map_err(|_| Error::unknown_value("tenant kind")))
        .transpose()
}
