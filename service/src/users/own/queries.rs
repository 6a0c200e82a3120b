//! SQL about one's own account. Global tables only.

use crate::{
    Error,
    db::{SystemConn, SystemTx},
    users::queries::UserRow,
};
use chrono::{DateTime, Utc};
use domain::{
    SessionId, UserId,
    users::{ProfileChange, Session, SessionKind, User},
};
use sqlx::{query, query_as};

/// What a proof is held against.
pub(super) struct Held {
    pub password_hash: Option<String>,
    /// When the present session began; nothing when it has ended.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Nobody can sign in to a demo again, so nobody could prove anything.
    pub throw_away: bool,
}

/// What was known before.
pub(super) struct Before {
    pub this: bool,
    pub others: bool,
}

pub(super) async fn find_user(conn: &mut SystemConn, user: UserId) -> Result<Option<User>, Error> {
    let row = query_as!(
        UserRow,
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        from users where id = $1
        "#,
        user.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(User::from))
}

pub(super) async fn update_user(
    tx: &mut SystemTx,
    user: UserId,
    change: &ProfileChange,
) -> Result<Option<User>, Error> {
    let row = query_as!(
        UserRow,
        r#"
        update users
        set first_name = case when $2 then $3 else first_name end,
          last_name = case when $4 then $5 else last_name end,
          time_zone = coalesce($6, time_zone)
        where id = $1
        returning id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        "#,
        user.0,
        change.first_name.is_some(),
        change.first_name.clone().flatten(),
        change.last_name.is_some(),
        change.last_name.clone().flatten(),
        change.time_zone,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(User::from))
}

pub(super) async fn set_display_name(tx: &mut SystemTx, user: UserId, name: &str) -> Result<(), Error> {
    query!(
        "update memberships set display_name = $2 where user_id = $1",
        user.0,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_proof(
    conn: &mut SystemConn,
    user: UserId,
    session: SessionId,
) -> Result<Option<Held>, Error> {
    let row = query_as!(
        Held,
        r#"
        select u.password_hash, s.created_at as "signed_in_at?", u.expires_at is not null as "throw_away!"
        from users u
        left join sessions s on s.id = $2 and s.user_id = u.id
        where u.id = $1
        "#,
        user.0,
        session.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row)
}

/// False when the stored hash is not the one that the proof was held against any more.
pub(super) async fn replace_password(
    tx: &mut SystemTx,
    user: UserId,
    old: Option<&str>,
    new: &str,
) -> Result<bool, Error> {
    let done = query!(
        "update users set password_hash = $3 where id = $1 and password_hash is not distinct from $2",
        user.0,
        old,
        new,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn set_proved_password(
    tx: &mut SystemTx,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update users set password_hash = $2, email_verified_at = coalesce(email_verified_at, $3) where id = $1",
        user.0,
        hash,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_verified(tx: &mut SystemTx, user: UserId, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        "update users set email_verified_at = coalesce(email_verified_at, $2) where id = $1",
        user.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn know_agent(
    tx: &mut SystemTx,
    user: UserId,
    agent: &str,
    now: DateTime<Utc>,
) -> Result<Before, Error> {
    let row = query_as!(
        Before,
        r#"
        with before as (
          select count(*) filter (where agent = $2) > 0 as this, count(*) filter (where agent <> $2) > 0 as others
          from known_agent where user_id = $1)
        insert into known_agent (user_id, agent, first_seen_at, last_seen_at) values ($1, $2, $3, $3)
        on conflict (user_id, agent) do update set last_seen_at = excluded.last_seen_at
        returning (select this from before) as "this!", (select others from before) as "others!"
        "#,
        user.0,
        agent,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn sessions_of(
    conn: &mut SystemConn,
    user: UserId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Vec<Session>, Error> {
    let rows = query!(
        r#"
        select id, kind, user_agent, created_at, last_seen_at
        from sessions
        where user_id = $1 and expires_at > $2 and (kind = 'api' or last_seen_at > $3)
        order by last_seen_at desc, id desc
        "#,
        user.0,
        now,
        idle_since,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Session {
                id: r.id.into(),
                kind: SessionKind::parse(&r.kind).ok_or_else(|| {
                    Error::Internal("a session of a kind that this build does not know".into())
                })?,
                agent: r.user_agent,
                created_at: r.created_at,
                last_seen_at: r.last_seen_at,
                current: false,
            })
        })
        .collect()
}

pub(super) async fn end_session(tx: &mut SystemTx, user: UserId, session: SessionId) -> Result<bool, Error> {
    let done = query!(
        "delete from sessions where id = $1 and user_id = $2",
        session.0,
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of the person, but the kept one.
pub(super) async fn end_sessions(
    tx: &mut SystemTx,
    user: UserId,
    kept: Option<SessionId>,
) -> Result<(), Error> {
    query!(
        "delete from sessions where user_id = $1 and id is distinct from $2",
        user.0,
        kept.map(|s| s.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
