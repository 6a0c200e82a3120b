//! SQL about the sessions of browsers. Global tables only.

use crate::{
    Error,
    db::{SystemConn, SystemTx},
};
use chrono::{DateTime, Utc};
use domain::{SessionId, UserId};
use sqlx::{query, query_scalar};

pub(super) struct PageSession {
    pub id: SessionId,
    pub user: Option<UserId>,
    /// What the browser calls itself, where this write says so; what is kept already stays.
    pub agent: Option<String>,
    pub data: serde_json::Value,
    pub version: i32,
    pub expires_at: DateTime<Utc>,
}

pub(super) async fn insert_page_session(
    tx: &mut SystemTx,
    hash: &[u8],
    row: &PageSession,
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
        row.agent,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves a session that is still there: true when saved, false when another request saved first, nothing when it ended.
pub(super) async fn update_page_session(
    tx: &mut SystemTx,
    hash: &[u8],
    row: &PageSession,
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
        row.agent,
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(true))
}

pub(super) async fn find_page_session(
    conn: &mut SystemConn,
    hash: &[u8],
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Option<(PageSession, DateTime<Utc>)>, Error> {
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
        let session = PageSession {
            id: r.id.into(),
            user: r.user_id.map(Into::into),
            agent: None,
            data: r.data,
            version: r.version,
            expires_at: r.expires_at,
        };
        (session, r.last_seen_at)
    }))
}

pub(super) async fn touch_page_session(
    conn: &mut SystemConn,
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

pub(super) async fn delete_page_session(tx: &mut SystemTx, hash: &[u8]) -> Result<(), Error> {
    query!("delete from sessions where token_hash = $1", hash)
        .execute(tx.conn())
        .await?;
    Ok(())
}
