//! SQL about people and their workspaces. Global tables only.

use super::callers::Known;
use crate::{
    Error,
    db::{SystemConn, SystemTx},
};
use chrono::{DateTime, Utc};
use domain::{
    SessionId, TenantId, UserId,
    tenants::{Role, Tenant, TenantKind},
    users::User,
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

pub(crate) struct NewUser {
    pub id: UserId,
    pub email: String,
    pub email_key: String,
    pub password_hash: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub(crate) struct NewTenant {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub kind: TenantKind,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub(super) struct FoundLogin {
    pub user: User,
    pub password_hash: Option<String>,
}

/// Columns that make a [`User`].
pub(super) struct UserRow {
    pub id: Uuid,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email_verified: bool,
    pub time_zone: String,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.into(),
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            email_verified: row.email_verified,
            time_zone: row.time_zone,
        }
    }
}

/// Columns that make a [`Tenant`].
pub(super) struct TenantRow {
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub kind: String,
    pub role: String,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = Error;
    fn try_from(row: TenantRow) -> Result<Self, Error> {
        let unknown =
            || Error::Internal("a workspace has a kind or role that this build does not know".into());
        Ok(Self {
            id: row.id.into(),
            slug: row.slug,
            name: row.name,
            kind: TenantKind::parse(&row.kind).ok_or_else(unknown)?,
            role: Role::parse(&row.role).ok_or_else(unknown)?,
        })
    }
}

/// Whether the person was made; not when the address is taken.
pub(super) async fn insert_user(tx: &mut SystemTx, new: &NewUser) -> Result<bool, Error> {
    let made = query_scalar!(
        r#"
        insert into users
          (id, email, email_key, password_hash, first_name, last_name, time_zone, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (email_key) do nothing
        returning id
        "#,
        new.id.0,
        new.email,
        new.email_key,
        new.password_hash,
        new.first_name,
        new.last_name,
        new.time_zone,
        new.created_at,
        new.expires_at,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(made.is_some())
}

pub(super) async fn insert_tenant(tx: &mut SystemTx, new: &NewTenant) -> Result<(), Error> {
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

pub(super) async fn insert_membership(
    tx: &mut SystemTx,
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

pub(super) async fn find_login(conn: &mut SystemConn, email_key: &str) -> Result<Option<FoundLogin>, Error> {
    let row = query!(
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone,
          password_hash
        from users
        where email_key = $1
        "#,
        email_key,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| FoundLogin {
        user: User {
            id: r.id.into(),
            email: r.email,
            first_name: r.first_name,
            last_name: r.last_name,
            email_verified: r.email_verified,
            time_zone: r.time_zone,
        },
        password_hash: r.password_hash,
    }))
}

pub(super) async fn set_password_hash(tx: &mut SystemTx, user: UserId, hash: &str) -> Result<(), Error> {
    query!("update users set password_hash = $2 where id = $1", user.0, hash)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The named workspace of the person, or the personal one, or the first joined.
pub(super) async fn find_tenant(
    conn: &mut SystemConn,
    user: UserId,
    slug: Option<&str>,
) -> Result<Option<Tenant>, Error> {
    tenant_of(conn.conn(), user, slug).await
}

/// The personal workspace, or the first joined.
pub(crate) async fn first_tenant(tx: &mut SystemTx, user: UserId) -> Result<Option<Tenant>, Error> {
    tenant_of(tx.conn(), user, None).await
}

pub(super) async fn find_tenant_in(
    tx: &mut SystemTx,
    user: UserId,
    slug: &str,
) -> Result<Option<Tenant>, Error> {
    tenant_of(tx.conn(), user, Some(slug)).await
}

async fn tenant_of(
    conn: &mut PgConnection,
    user: UserId,
    slug: Option<&str>,
) -> Result<Option<Tenant>, Error> {
    if slug.is_some_and(is_no_slug) {
        return Ok(None);
    }
    let row = sqlx::query_as!(
        TenantRow,
        r#"
        select t.id, t.slug, t.name, t.kind, m.role
        from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and ($2::text is null or t.slug = $2)
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

pub(super) async fn tenants_of(conn: &mut SystemConn, user: UserId) -> Result<Vec<Tenant>, Error> {
    let rows = sqlx::query_as!(
        TenantRow,
        r#"
        select t.id, t.slug, t.name, t.kind, m.role
        from memberships m
        join tenants t on t.id = m.tenant_id
        where m.user_id = $1
        order by t.kind = 'personal' desc, m.joined_at, t.id
        "#,
        user.0,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter().map(Tenant::try_from).collect()
}

/// Whether no workspace can be called so. Postgres would refuse to look for a NUL.
fn is_no_slug(slug: &str) -> bool {
    slug.contains('\0')
}

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

/// The person of a living session, in a workspace that they are still in.
pub(super) async fn find_caller_by_session(
    conn: &mut SystemConn,
    session: SessionId,
    user: UserId,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<Option<Known>, Error> {
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role, s.expires_at as session_ends
        from sessions s
        join users u on u.id = s.user_id
        join memberships m on m.user_id = u.id and m.tenant_id = $3
        join tenants t on t.id = m.tenant_id
        where s.id = $1 and s.user_id = $2 and s.kind = 'api' and s.expires_at > $4
        "#,
        session.0,
        user.0,
        tenant.0,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    let Some(session_ends) = row.as_ref().map(|r| r.session_ends) else {
        return Ok(None);
    };
    let found: Result<_, Error> = caller!(row);
    Ok(found?.map(|(user, tenant)| Known {
        user,
        tenant,
        session_ends,
    }))
}

pub(super) async fn find_caller_by_slug(
    conn: &mut SystemConn,
    user: UserId,
    slug: &str,
) -> Result<Option<(User, Tenant)>, Error> {
    if is_no_slug(slug) {
        return Ok(None);
    }
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role
        from tenants t
        join memberships m on m.tenant_id = t.id
        join users u on u.id = m.user_id
        where t.slug = $2 and u.id = $1
        "#,
        user.0,
        slug,
    )
    .fetch_optional(conn.conn())
    .await?;
    caller!(row)
}

pub(super) async fn find_caller_by_tenant(
    conn: &mut SystemConn,
    user: UserId,
    tenant: TenantId,
) -> Result<Option<(User, Tenant)>, Error> {
    let row = query!(
        r#"
        select u.id, u.email, u.first_name, u.last_name, u.email_verified_at is not null as "email_verified!",
          u.time_zone, t.id as tenant_id, t.slug, t.name, t.kind, m.role
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
    caller!(row)
}

pub(super) async fn delete_session(tx: &mut SystemTx, session: SessionId) -> Result<(), Error> {
    query!("delete from sessions where id = $1", session.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_sessions_of(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!("delete from sessions where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Everything whose end has come; what hangs on it goes with it.
pub(super) async fn delete_expired(tx: &mut SystemTx, now: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from sessions where expires_at <= $1", now)
        .execute(tx.conn())
        .await?;
    query!("delete from tenants where expires_at <= $1", now)
        .execute(tx.conn())
        .await?;
    query!("delete from users where expires_at <= $1", now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
