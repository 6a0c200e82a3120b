//! SQL that finds the caller of a request, with the workspace of the request.

use super::{UserRow, single_sign_on_required};
use crate::{
    Error,
    auth::cache::{AuthContext, KeyContext},
    platform::db::GlobalConn,
    tenants::queries::{TenantRow, is_invalid_slug},
};
use chrono::{DateTime, Utc};
use domain::{SessionId, TenantId, UserId, scopes::Scope, tenants::Tenant, users::User};
use sqlx::query;

macro_rules! caller {
    ($row:expr) => {
        match $row {
            None => Ok(None),
            Some(r) => {
                let user = UserRow {
                    id: r.id,
                    email: r.email,
                    first_name: r.first_name,
                    last_name: r.last_name,
                    email_verified: r.email_verified,
                    time_zone: r.time_zone,
                };
                let tenant = TenantRow {
                    id: r.tenant_id,
                    slug: r.slug,
                    name: r.name,
                    kind: r.kind,
                    role: r.role,
                };
                Ok(Some((user.into(), tenant.try_into()?)))
            }
        }
    };
}

/// The user of an active API session, in a tenant that they are a member of. API sessions are never created by an organization's
/// provider.
///
/// # Errors
/// `single_sign_on_required`.
pub(in crate::auth) async fn find_by_session(
    conn: &mut GlobalConn,
    session: SessionId,
    user: UserId,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<Option<AuthContext>, Error> {
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role, s.expires_at as session_expires_at,
          requires_single_sign_on(t.id, u.id) as "is_refused!"
        from sessions s
        join users u on u.id = s.user_id
        join memberships m on m.user_id = u.id and m.tenant_id = $3
        join tenants t on t.id = m.tenant_id and t.closed_at is null
        where s.id = $1 and s.user_id = $2 and s.kind = 'api' and s.expires_at > $4
          and u.locked_at is null
        "#,
        session.0,
        user.0,
        tenant.0,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    let Some((session_expires_at, is_refused)) = row.as_ref().map(|r| (r.session_expires_at, r.is_refused))
    else {
        return Ok(None);
    };
    if is_refused {
        return Err(single_sign_on_required());
    }
    let found: Result<_, Error> = caller!(row);
    Ok(found?.map(|(user, tenant)| AuthContext {
        user,
        tenant,
        expires_at: Some(session_expires_at),
        key: None,
    }))
}

/// The user of an API key that has not expired, in its tenant.
pub(in crate::auth) async fn find_by_key(
    conn: &mut GlobalConn,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<AuthContext>, Error> {
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role,
          k.id as key_id, k.scopes, k.expires_at as key_expires_at
        from api_keys k
        join users u on u.id = k.user_id
        join memberships m on m.user_id = k.user_id and m.tenant_id = k.tenant_id
        join tenants t on t.id = k.tenant_id and t.closed_at is null
        where k.secret_hash = $1 and (k.expires_at is null or k.expires_at > $2) and u.locked_at is null
        "#,
        secret_hash,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    let Some((id, scopes, expires_at)) = row
        .as_ref()
        .map(|r| (r.key_id, r.scopes.clone(), r.key_expires_at))
    else {
        return Ok(None);
    };
    // Scopes that this version does not know are ignored.
    let scopes = scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
    let found: Result<_, Error> = caller!(row);
    Ok(found?.map(|(user, tenant)| AuthContext {
        user,
        tenant,
        expires_at,
        key: Some(KeyContext {
            id: id.into(),
            scopes,
        }),
    }))
}

/// The user of a browser session, in the tenant with this slug.
///
/// # Errors
/// `single_sign_on_required` if the session was not created by the provider of the organization with its current settings.
pub(in crate::auth) async fn find_by_slug(
    conn: &mut GlobalConn,
    user: UserId,
    session: SessionId,
    slug: &str,
) -> Result<Option<(User, Tenant)>, Error> {
    if is_invalid_slug(slug) {
        return Ok(None);
    }
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role,
          requires_single_sign_on(t.id, u.id) and not exists (
            select from sessions s
            join tenant_identity_providers p on p.tenant_id = t.id
            where s.id = $3 and s.user_id = u.id and s.data ->> 'organization' = t.id::text and s.created_at >= p.updated_at
          ) as "is_refused!"
        from tenants t
        join memberships m on m.tenant_id = t.id
        join users u on u.id = m.user_id
        where t.slug = $2 and u.id = $1 and u.locked_at is null and t.closed_at is null
        "#,
        user.0,
        slug,
        session.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    if row.as_ref().is_some_and(|r| r.is_refused) {
        return Err(single_sign_on_required());
    }
    caller!(row)
}

/// The user in the tenant, and whether the account is locked. Also in a closed organization, for the job that deletes it.
pub(in crate::auth) async fn find_by_tenant(
    conn: &mut GlobalConn,
    user: UserId,
    tenant: TenantId,
) -> Result<Option<(User, Tenant, bool)>, Error> {
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role, u.locked_at is not null as "is_locked!"
        from tenants t
        join memberships m on m.tenant_id = t.id
        join users u on u.id = m.user_id
        where t.id = $2 and u.id = $1
        "#,
        user.0,
        tenant.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    let is_locked = row.as_ref().is_some_and(|r| r.is_locked);
    let found: Result<_, Error> = caller!(row);
    Ok(found?.map(|(user, tenant)| (user, tenant, is_locked)))
}
