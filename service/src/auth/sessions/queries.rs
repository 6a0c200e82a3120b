//! SQL for sessions. Global tables only.

use crate::{
    Error,
    context::Caller,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{
    SessionId, UserId,
    auth::{Session, SessionKind},
};
use sqlx::{query, query_scalar};
use uuid::Uuid;

pub(super) struct WebSession {
    pub id: SessionId,
    pub user: Option<UserId>,
    /// `User-Agent` header. `None` in an update keeps the stored value.
    pub user_agent: Option<String>,
    pub data: serde_json::Value,
    pub version: i32,
    pub expires_at: DateTime<Utc>,
}

pub(super) async fn insert_web_session(
    tx: &mut GlobalTx,
    hash: &[u8],
    row: &WebSession,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into sessions
          (id, kind, token_hash, user_id, data, version, created_at, last_seen_at, expires_at, user_agent)
        values ($1, 'web', $2, $3, $4, $5, $6, $6, $7, left($8, 300))
        "#,
        row.id.0,
        hash,
        row.user.map(|u| u.0),
        row.data,
        row.version,
        now,
        row.expires_at,
        row.user_agent,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns `Some(true)` if the session was saved, `Some(false)` if another request saved it since it was loaded, and `None` if
/// it no longer exists.
pub(super) async fn update_web_session(
    tx: &mut GlobalTx,
    hash: &[u8],
    row: &WebSession,
    now: DateTime<Utc>,
) -> Result<Option<bool>, Error> {
    let version = query_scalar!(
        "select version from sessions where token_hash = $1 and kind = 'web' and expires_at > $2 for update",
        hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(version) = version else { return Ok(None) };
    if version != row.version {
        return Ok(Some(false));
    }
    query!(
        r#"
        update sessions
        set user_id = $2, data = $3, version = version + 1, last_seen_at = $4, expires_at = least(expires_at, $5),
          user_agent = coalesce(left($6, 300), user_agent)
        where token_hash = $1
        "#,
        hash,
        row.user.map(|u| u.0),
        row.data,
        now,
        row.expires_at,
        row.user_agent,
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(true))
}

/// Whether the web session is active and its user a member of the tenant with the same role. Closed organizations have no members.
pub(super) async fn is_active_member(
    conn: &mut GlobalConn,
    caller: &Caller,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<bool, Error> {
    let found = query_scalar!(
        r#"
        select exists (
          select from sessions s
          join memberships m on m.user_id = s.user_id and m.tenant_id = $3 and m.role = $4
          join tenants t on t.id = m.tenant_id and t.closed_at is null
          where s.id = $1 and s.user_id = $2 and s.kind = 'web' and s.expires_at > $5 and s.last_seen_at > $6
            and (not requires_single_sign_on(m.tenant_id, m.user_id) or exists (
              select from tenant_identity_providers p
              where p.tenant_id = m.tenant_id and s.data ->> 'organization' = m.tenant_id::text and s.created_at >= p.updated_at
            ))
        ) as "found!"
        "#,
        caller.session.0,
        caller.user.id.0,
        caller.tenant.id.0,
        caller.tenant.role.as_str(),
        now,
        idle_since,
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(found)
}

pub(super) async fn find_web_session(
    conn: &mut GlobalConn,
    hash: &[u8],
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Option<(WebSession, DateTime<Utc>)>, Error> {
    let row = query!(
        r#"
        select id, user_id, data, version, last_seen_at, expires_at
        from sessions
        where token_hash = $1 and kind = 'web' and expires_at > $2 and last_seen_at > $3
        "#,
        hash,
        now,
        idle_since,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| {
        let session = WebSession {
            id: r.id.into(),
            user: r.user_id.map(Into::into),
            user_agent: None,
            data: r.data,
            version: r.version,
            expires_at: r.expires_at,
        };
        (session, r.last_seen_at)
    }))
}

pub(super) async fn touch_web_session(
    conn: &mut GlobalConn,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update sessions set last_seen_at = $2 where token_hash = $1",
        hash,
        now
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_web_session(tx: &mut GlobalTx, hash: &[u8]) -> Result<(), Error> {
    query!("delete from sessions where token_hash = $1", hash)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// `last_seen_at` and id of the last session of a page.
pub(super) type Position = (DateTime<Utc>, Uuid);

pub(super) async fn list_sessions(
    conn: &mut GlobalConn,
    user: UserId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Session>, Error> {
    let (after_at, after_id) = after.unzip();
    let rows = query!(
        r#"
        select id, kind, user_agent, created_at, last_seen_at
        from sessions
        where user_id = $1 and expires_at > $2 and (kind = 'api' or last_seen_at > $3)
          and ($4::timestamptz is null or (last_seen_at, id) < ($4, $5::uuid))
        order by last_seen_at desc, id desc
        limit $6
        "#,
        user.0,
        now,
        idle_since,
        after_at,
        after_id,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Session {
                id: r.id.into(),
                kind: SessionKind::parse(&r.kind)
                    .ok_or_else(|| Error::Internal("unknown session kind in the database".into()))?,
                agent: r.user_agent,
                created_at: r.created_at,
                last_seen_at: r.last_seen_at,
                current: false,
            })
        })
        .collect()
}

pub(super) async fn count_sessions(
    conn: &mut GlobalConn,
    user: UserId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from sessions
        where user_id = $1 and expires_at > $2 and (kind = 'api' or last_seen_at > $3)
        "#,
        user.0,
        now,
        idle_since,
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(count)
}

/// Returns false if the user has no such session.
pub(crate) async fn delete_session(
    tx: &mut GlobalTx,
    user: UserId,
    session: SessionId,
) -> Result<bool, Error> {
    let result = query!(
        "delete from sessions where id = $1 and user_id = $2",
        session.0,
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Deletes all sessions of the user, optionally except one. All transactions that lock several sessions lock them in the order of their
/// ids. The deletion is a separate statement, so that it sees rows committed while it waited for the locks.
pub(crate) async fn delete_sessions(
    tx: &mut GlobalTx,
    user: UserId,
    except: Option<SessionId>,
) -> Result<(), Error> {
    query!(
        "select id from sessions where user_id = $1 and id is distinct from $2 order by id for update",
        user.0,
        except.map(|s| s.0),
    )
    .fetch_all(tx.conn())
    .await?;
    query!(
        "delete from sessions where user_id = $1 and id is distinct from $2",
        user.0,
        except.map(|s| s.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes expired sessions, except those that another transaction has locked: that transaction deletes or renews them itself.
pub(crate) async fn delete_expired_sessions(conn: &mut GlobalConn, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        r#"
        with locked as (select id from sessions where expires_at <= $1 for update skip locked)
        delete from sessions where id in (select id from locked)
        "#,
        now
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}
