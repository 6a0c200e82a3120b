//! SQL for the providers of organizations, and for their verified domains.

use crate::{
    Error,
    platform::db::{Connection, GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{TenantId, UserId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(crate) struct OrganizationProviderRow {
    pub tenant_name: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Vec<u8>,
    pub activated_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub is_required: bool,
}

pub(crate) async fn find_organization_provider(
    conn: &mut GlobalConn,
    tenant: TenantId,
) -> Result<Option<OrganizationProviderRow>, Error> {
    let row = query_as!(
        OrganizationProviderRow,
        r#"
        select t.name as tenant_name, p.issuer, p.client_id, p.client_secret, p.activated_at, p.updated_at, p.is_required
        from tenant_identity_providers p
        join tenants t on t.id = p.tenant_id
        where p.tenant_id = $1
        "#,
        tenant.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row)
}

/// Stores the provider of an organization, not active until a test succeeds.
pub(crate) async fn set_organization_provider(
    tx: &mut GlobalTx,
    tenant: TenantId,
    issuer: &str,
    client_id: &str,
    client_secret: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into tenant_identity_providers (tenant_id, issuer, client_id, client_secret, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $5)
        on conflict (tenant_id) do update
        set issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret,
          activated_at = null, is_required = false, updated_at = excluded.updated_at
        "#,
        tenant.0,
        issuer,
        client_id,
        client_secret,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Activates the provider as it was at `version`. Returns false if it was changed since.
pub(crate) async fn activate_organization_provider(
    tx: &mut GlobalTx,
    tenant: TenantId,
    version: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let result = query!(
        "update tenant_identity_providers set activated_at = $3 where tenant_id = $1 and updated_at = $2",
        tenant.0,
        version,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Sets whether members must sign in with the provider. Only an active provider can be required. Returns whether the setting has changed,
/// or `None` if there is no such provider.
pub(crate) async fn set_provider_required(
    tx: &mut GlobalTx,
    tenant: TenantId,
    is_required: bool,
) -> Result<Option<bool>, Error> {
    let was_required = query_scalar!(
        r#"
        select is_required from tenant_identity_providers
        where tenant_id = $1 and (activated_at is not null or not $2)
        for update
        "#,
        tenant.0,
        is_required,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(was_required) = was_required else {
        return Ok(None);
    };
    query!(
        "update tenant_identity_providers set is_required = $2 where tenant_id = $1",
        tenant.0,
        is_required
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(was_required != is_required))
}

/// Number of members of an organization, by the effect that required single sign-on has on them.
pub(crate) struct MemberCounts {
    pub covered: i64,
    pub guests: i64,
    pub owners: i64,
}

pub(crate) async fn count_members_by_domain(
    conn: &mut GlobalConn,
    tenant: TenantId,
) -> Result<MemberCounts, Error> {
    let counts = query_as!(
        MemberCounts,
        r#"
        select count(*) filter (where m.role <> 'owner' and d.domain is not null) as "covered!",
          count(*) filter (where m.role <> 'owner' and d.domain is null) as "guests!",
          count(*) filter (where m.role = 'owner') as "owners!"
        from memberships m
        join users u on u.id = m.user_id
        left join tenant_domains d
          on d.tenant_id = m.tenant_id and d.verified_at is not null and d.domain = split_part(u.email_normalized, '@', -1)
        where m.tenant_id = $1
        "#,
        tenant.0,
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(counts)
}

/// Returns false if the organization has no provider.
pub(crate) async fn delete_organization_provider(tx: &mut GlobalTx, tenant: TenantId) -> Result<bool, Error> {
    let result = query!(
        "delete from tenant_identity_providers where tenant_id = $1",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The organization with an active provider that has this slug or has verified this domain. If there are several, the oldest.
pub(crate) async fn find_organization(
    conn: &mut GlobalConn,
    slug: Option<&str>,
    domain: Option<&str>,
) -> Result<Option<TenantId>, Error> {
    let tenant = query_scalar!(
        r#"
        select t.id
        from tenants t
        join tenant_identity_providers p on p.tenant_id = t.id
        where p.activated_at is not null
          and (t.slug = $1 or exists (
            select from tenant_domains d where d.tenant_id = t.id and d.domain = $2 and d.verified_at is not null
          ))
        order by t.created_at, t.id
        limit 1
        "#,
        slug,
        domain,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(tenant.map(TenantId))
}

/// The active providers of the organizations that the user is a member of, with their names.
pub(crate) async fn list_organization_providers(
    conn: &mut GlobalConn,
    user: UserId,
) -> Result<Vec<(Uuid, String)>, Error> {
    let rows = query!(
        r#"
        select t.id, t.name
        from memberships m
        join tenants t on t.id = m.tenant_id
        join tenant_identity_providers p on p.tenant_id = t.id
        where m.user_id = $1 and p.activated_at is not null
        order by t.name, t.id
        "#,
        user.0,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Whether the organization has verified this domain.
pub(crate) async fn is_verified_domain(
    conn: &mut Connection,
    tenant: TenantId,
    domain: &str,
) -> Result<bool, Error> {
    let is_verified = query_scalar!(
        r#"
        select exists (
          select from tenant_domains where tenant_id = $1 and domain = $2 and verified_at is not null
        ) as "is_verified!"
        "#,
        tenant.0,
        domain,
    )
    .fetch_one(conn)
    .await?;
    Ok(is_verified)
}
