//! SQL about letters and the links in them. Global tables.

use super::Kind;
use crate::{
    Error,
    db::{SystemConn, SystemTx},
    jobs::Job,
};
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// A letter to be written, and whom it goes to, if there is such a person.
pub(super) struct Letter {
    pub kind: Kind,
    pub agent: Option<String>,
    pub created_at: DateTime<Utc>,
    pub to: Option<Addressee>,
}

pub(super) struct Addressee {
    pub user: UserId,
    pub email: String,
    pub email_key: String,
    pub first_name: Option<String>,
    pub time_zone: String,
}

pub(super) struct NewLink<'a> {
    pub user: UserId,
    pub kind: Kind,
    pub hash: Vec<u8>,
    pub email_key: &'a str,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// False when such a letter waits already.
pub(super) async fn insert(
    tx: &mut SystemTx,
    id: Uuid,
    kind: Kind,
    user: Option<UserId>,
    email_key: &str,
    agent: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = query!(
        r#"
        insert into letter (id, kind, user_id, email_key, agent, created_at) values ($1, $2, $3, $4, $5, $6)
        on conflict (kind, email_key) where kind in ('confirm_email', 'reset_password') do nothing
        "#,
        id,
        kind.as_str(),
        user.map(|u| u.0),
        email_key,
        agent,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The letter, and the person who has its address now.
pub(super) async fn find(conn: &mut SystemConn, id: Uuid) -> Result<Option<Letter>, Error> {
    let row = query!(
        r#"
        select l.kind, l.agent, l.created_at, u.id as "user_id?", u.email as "email?", u.email_key as "email_key?",
          u.first_name, u.time_zone as "time_zone?"
        from letter l
        left join users u on u.email_key = l.email_key and (l.user_id is null or l.user_id = u.id) and u.expires_at is null
        where l.id = $1
        "#,
        id,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        let kind = Kind::parse(&r.kind).ok_or_else(|| {
            Error::Internal("the database holds a kind of letter that this build does not know".into())
        })?;
        let to = match (r.user_id, r.email, r.email_key, r.time_zone) {
            (Some(user), Some(email), Some(email_key), Some(time_zone)) => Some(Addressee {
                user: user.into(),
                email,
                email_key,
                first_name: r.first_name,
                time_zone,
            }),
            _ => None,
        };
        Ok(Letter {
            kind,
            agent: r.agent,
            created_at: r.created_at,
            to,
        })
    })
    .transpose()
}

/// The letter is sent, or never will be: it goes together with its work.
pub(super) async fn finish(tx: &mut SystemTx, job: &Job) -> Result<(), Error> {
    query!("delete from letter where id = $1", job.subject)
        .execute(tx.conn())
        .await?;
    query!("delete from job where id = $1 and token = $2", job.id, job.token)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn take_back(tx: &mut SystemTx, kind: Kind, email_key: &str) -> Result<(), Error> {
    query!(
        r#"
        with gone as (delete from letter where kind = $1 and email_key = $2 returning id)
        delete from job where kind = 'send_letter' and subject_id in (select id from gone)
        "#,
        kind.as_str(),
        email_key,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_of(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        with gone as (
          delete from letter l using users u
          where u.id = $1 and (l.user_id = u.id
            or l.email_key = u.email_key and l.kind in ('confirm_email', 'reset_password'))
          returning l.id)
        delete from job where kind = 'send_letter' and subject_id in (select id from gone)
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts the link in the place of an older one. False when the one that is there is not older than `before`.
pub(super) async fn insert_link(
    tx: &mut SystemTx,
    link: &NewLink<'_>,
    before: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = query!(
        r#"
        insert into mail_link (user_id, purpose, token_hash, email_key, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (user_id, purpose) do update
        set token_hash = excluded.token_hash, email_key = excluded.email_key, created_at = excluded.created_at,
          expires_at = excluded.expires_at
        where mail_link.token_hash = excluded.token_hash or mail_link.created_at <= $7
          or mail_link.email_key <> excluded.email_key
        "#,
        link.user.0,
        link.kind.as_str(),
        link.hash,
        link.email_key,
        link.created_at,
        link.expires_at,
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_link(
    conn: &mut SystemConn,
    kind: Kind,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        r#"
        select l.user_id from mail_link l
        join users u on u.id = l.user_id and u.email_key = l.email_key
        where l.token_hash = $1 and l.purpose = $2 and l.expires_at > $3
        "#,
        hash,
        kind.as_str(),
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(user.map(Into::into))
}

pub(super) async fn take_link(
    tx: &mut SystemTx,
    kind: Kind,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        r#"
        delete from mail_link l using users u
        where l.token_hash = $1 and l.purpose = $2 and l.expires_at > $3 and u.id = l.user_id and u.email_key = l.email_key
        returning l.user_id
        "#,
        hash,
        kind.as_str(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(user.map(Into::into))
}

pub(super) async fn delete_links(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!("delete from mail_link where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_expired_links(conn: &mut SystemConn, now: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from mail_link where expires_at <= $1", now)
        .execute(conn.conn())
        .await?;
    Ok(())
}
