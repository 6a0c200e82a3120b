//! SQL for API sessions and refresh tokens. Global tables only.

use crate::{
    Error,
    auth::queries::UserRow,
    platform::db::{GlobalConn, GlobalTx},
    tenants::queries::TenantRow,
};
use chrono::{DateTime, Utc};
use domain::{SessionId, TenantId, UserId, tenants::Tenant, users::User};
use sqlx::{query, query_scalar};

pub(super) struct RefreshTokenRow {
    pub session: SessionId,
    pub user: User,
    pub used_at: Option<DateTime<Utc>>,
    /// Whether the token it was exchanged for has also been used.
    pub is_successor_used: bool,
    pub expires_at: DateTime<Utc>,
}

pub(super) async fn is_locked(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    let locked = query_scalar!(
        r#"select locked_at is not null as "locked!" from users where id = $1"#,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(locked.unwrap_or(false))
}

pub(super) async fn insert_api_session(
    tx: &mut GlobalTx,
    session: SessionId,
    user: UserId,
    tenant: TenantId,
    user_agent: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into sessions (id, kind, user_id, data, user_agent, created_at, last_seen_at, expires_at)
        values ($1, 'api', $2, jsonb_build_object('tenant_id', $3::uuid), left($4, 300), $5, $5, $6)
        "#,
        session.0,
        user.0,
        tenant.0,
        user_agent,
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_refresh_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "insert into refresh_tokens (token_hash, session_id, created_at) values ($1, $2, $3)",
        hash,
        session.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The user of a refresh token.
pub(super) async fn find_token_user(conn: &mut GlobalConn, hash: &[u8]) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        r#"
        select u.id from refresh_tokens r
        join sessions s on s.id = r.session_id
        join users u on u.id = s.user_id
        where r.token_hash = $1
        "#,
        hash
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(user.map(UserId))
}

/// Locks the session of a token, before the token: revoking a session deletes it and then, by a foreign key, its tokens.
pub(super) async fn lock_session_of_token(tx: &mut GlobalTx, hash: &[u8]) -> Result<(), Error> {
    query!(
        r#"
        select 1 as held from sessions
        where id = (select session_id from refresh_tokens where token_hash = $1)
        for no key update
        "#,
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(())
}

/// Finds and locks a token, so that concurrent exchanges of it wait for each other.
pub(super) async fn lock_refresh_token(
    tx: &mut GlobalTx,
    hash: &[u8],
) -> Result<Option<RefreshTokenRow>, Error> {
    let row = query!(
        r#"
        select r.session_id, r.used_at, n.used_at is not null as "is_successor_used!", s.expires_at, u.id, u.email, u.first_name, u.last_name,
          u.email_verified_at is not null as "email_verified!", u.time_zone
        from refresh_tokens r
        join sessions s on s.id = r.session_id
        join users u on u.id = s.user_id
        left join refresh_tokens n on n.token_hash = r.successor_hash
        where r.token_hash = $1
        for update of r
        "#,
        hash,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| RefreshTokenRow {
        session: r.session_id.into(),
        user: UserRow {
            id: r.id,
            email: r.email,
            first_name: r.first_name,
            last_name: r.last_name,
            email_verified: r.email_verified,
            time_zone: r.time_zone,
        }
        .into(),
        used_at: r.used_at,
        is_successor_used: r.is_successor_used,
        expires_at: r.expires_at,
    }))
}

pub(super) async fn mark_refresh_token_used(
    tx: &mut GlobalTx,
    hash: &[u8],
    successor_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update refresh_tokens set used_at = $3, successor_hash = $2 where token_hash = $1",
        hash,
        successor_hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tenant of an API session, if the user is still a member of it.
pub(super) async fn find_session_tenant(
    tx: &mut GlobalTx,
    session: SessionId,
) -> Result<Option<Tenant>, Error> {
    let row = sqlx::query_as!(
        TenantRow,
        r#"
        select t.id, t.slug, t.name, t.kind, m.role
        from sessions s
        join memberships m on m.user_id = s.user_id and m.tenant_id = (s.data ->> 'tenant_id')::uuid
        join tenants t on t.id = m.tenant_id and t.closed_at is null
        where s.id = $1
        "#,
        session.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Tenant::try_from).transpose()
}

pub(super) async fn touch_session(
    tx: &mut GlobalTx,
    session: SessionId,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update sessions set last_seen_at = $3, data = jsonb_build_object('tenant_id', $2::uuid) where id = $1",
        session.0,
        tenant.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
