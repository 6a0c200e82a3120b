//! SQL about identities, ways to providers, and grants to give back. Global tables only.

use super::flow::{Hashes, Purpose};
use crate::{
    Error,
    db::{SystemConn, SystemTx},
};
use chrono::{DateTime, Utc};
use domain::{IdentityId, UserId, identities::Provider, users::User};
use sqlx::query;
use uuid::Uuid;

pub(super) struct NewIdentity<'a> {
    pub id: IdentityId,
    pub user: UserId,
    pub provider: &'a str,
    pub subject: &'a str,
    pub email: Option<&'a str>,
}

/// An identity with what its provider granted, sealed.
pub(super) struct IdentityRow {
    pub id: IdentityId,
    pub provider: String,
    pub access_token: Option<Vec<u8>>,
    pub refresh_token: Option<Vec<u8>>,
}

/// An identity as it is shown.
pub(super) struct ShownIdentity {
    pub id: IdentityId,
    pub provider: String,
    pub email: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What a way to a provider is for.
pub(super) struct Flow {
    pub purpose: Purpose,
    pub next: Option<String>,
}

/// A way that was gone to its end.
pub(super) struct UsedFlow {
    pub next: Option<String>,
    /// Whom it signed in; nobody yet while the provider is being asked.
    pub done_for: Option<UserId>,
}

pub(super) async fn insert_flow(
    conn: &mut SystemConn,
    hashes: &Hashes,
    provider: Provider,
    flow: &Flow,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    let (purpose, user) = match flow.purpose {
        Purpose::SignIn => ("sign_in", None),
        Purpose::Link(user) => ("link", Some(user.0)),
        Purpose::Gmail(user) => ("gmail", Some(user.0)),
    };
    query!(
        r#"
        insert into sign_in_flows (state_hash, browser_hash, provider, purpose, user_id, next, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        hashes.state,
        hashes.browser,
        provider.as_str(),
        purpose,
        user,
        flow.next,
        expires_at,
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Uses up a way: of any number at once, one gets it.
pub(super) async fn take_flow(
    conn: &mut SystemConn,
    hashes: &Hashes,
    provider: Provider,
    now: DateTime<Utc>,
) -> Result<Option<Flow>, Error> {
    let row = query!(
        r#"
        update sign_in_flows set used_at = $4
        where state_hash = $1 and browser_hash = $2 and provider = $3 and used_at is null and expires_at > $4
        returning purpose, user_id, next
        "#,
        hashes.state,
        hashes.browser,
        provider.as_str(),
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        let purpose = match (r.purpose.as_str(), r.user_id) {
            ("sign_in", None) => Purpose::SignIn,
            ("link", Some(user)) => Purpose::Link(user.into()),
            ("gmail", Some(user)) => Purpose::Gmail(user.into()),
            _ => {
                return Err(Error::Internal(
                    "the database holds a purpose of a sign-in that this build does not know".into(),
                ));
            }
        };
        Ok(Flow {
            purpose,
            next: r.next,
        })
    })
    .transpose()
}

/// A sign-in of the same browser that was used since then.
pub(super) async fn used_flow(
    conn: &mut SystemConn,
    hashes: &Hashes,
    provider: Provider,
    since: DateTime<Utc>,
) -> Result<Option<UsedFlow>, Error> {
    let row = query!(
        r#"
        select next, done_for from sign_in_flows
        where state_hash = $1 and browser_hash = $2 and provider = $3 and used_at >= $4 and purpose = 'sign_in'
        "#,
        hashes.state,
        hashes.browser,
        provider.as_str(),
        since,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| UsedFlow {
        next: r.next,
        done_for: r.done_for.map(Into::into),
    }))
}

pub(super) async fn settle_flow(conn: &mut SystemConn, hashes: &Hashes, user: UserId) -> Result<(), Error> {
    query!(
        "update sign_in_flows set done_for = $2 where state_hash = $1",
        hashes.state,
        user.0
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_expired_flows(tx: &mut SystemTx, now: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from sign_in_flows where expires_at <= $1", now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Finds the identity, notes its use, and gives its person.
pub(super) async fn use_identity(
    tx: &mut SystemTx,
    provider: &str,
    subject: &str,
    email: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<(IdentityId, User)>, Error> {
    let row = query!(
        r#"
        update identities i set last_used_at = $4, email = coalesce($3, i.email)
        from users u
        where i.provider = $1 and i.subject = $2 and u.id = i.user_id
        returning i.id as identity_id, u.id, u.email, u.first_name, u.last_name,
          u.email_verified_at is not null as "email_verified!", u.time_zone
        "#,
        provider,
        subject,
        email,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let user = User {
            id: r.id.into(),
            email: r.email,
            first_name: r.first_name,
            last_name: r.last_name,
            email_verified: r.email_verified,
            time_zone: r.time_zone,
        };
        (r.identity_id.into(), user)
    }))
}

/// Whether it was added; not when the provider's account is linked already.
pub(super) async fn insert_identity(
    tx: &mut SystemTx,
    new: &NewIdentity<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = query!(
        r#"
        insert into identities (id, user_id, provider, subject, email, created_at, last_used_at)
        values ($1, $2, $3, $4, $5, $6, $6)
        on conflict (provider, subject) do nothing
        "#,
        new.id.0,
        new.user.0,
        new.provider,
        new.subject,
        new.email,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn keep_tokens(
    tx: &mut SystemTx,
    id: IdentityId,
    access: &[u8],
    refresh: Option<&[u8]>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    query!(
        r#"
        update identities
        set access_token = $2, refresh_token = coalesce($3, refresh_token), token_expires_at = $4
        where id = $1
        "#,
        id.0,
        access,
        refresh,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The access token of the person's newest identity of a provider.
pub(super) async fn newest_token(
    conn: &mut SystemConn,
    user: UserId,
    provider: &str,
) -> Result<Option<(IdentityId, Vec<u8>)>, Error> {
    let row = query!(
        r#"
        select id, access_token as "access_token!" from identities
        where user_id = $1 and provider = $2 and access_token is not null
        order by last_used_at desc nulls last, id desc
        limit 1
        "#,
        user.0,
        provider,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| (r.id.into(), r.access_token)))
}

/// Who has this address, and whether they proved it.
pub(super) async fn find_by_email(
    conn: &mut SystemConn,
    email_key: &str,
) -> Result<Option<(UserId, bool)>, Error> {
    let row = query!(
        r#"select id, email_verified_at is not null as "verified!" from users where email_key = $1"#,
        email_key
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| (r.id.into(), r.verified)))
}

/// The person with this address, held until the end of the transaction.
pub(super) async fn lock_by_email(tx: &mut SystemTx, email_key: &str) -> Result<Option<User>, Error> {
    let row = query!(
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        from users
        where email_key = $1
        for update
        "#,
        email_key,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| User {
        id: r.id.into(),
        email: r.email,
        first_name: r.first_name,
        last_name: r.last_name,
        email_verified: r.email_verified,
        time_zone: r.time_zone,
    }))
}

pub(super) async fn verify_email(tx: &mut SystemTx, user: UserId, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        "update users set email_verified_at = $2 where id = $1",
        user.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends everything that opens an account: password, sessions, links, and what it was known to be used from. From now on its address counts as proven.
pub(super) async fn take_credentials(
    tx: &mut SystemTx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update users set password_hash = null, email_verified_at = $2 where id = $1",
        user.0,
        now
    )
    .execute(tx.conn())
    .await?;
    query!("delete from sessions where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from identities where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from mail_link where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from sign_in_flows where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from known_agent where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from login_place where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Holds the person until the end of the transaction; whether they have a password.
pub(super) async fn lock_user(tx: &mut SystemTx, user: UserId) -> Result<Option<bool>, Error> {
    let row = query!(
        r#"select password_hash is not null as "password!" from users where id = $1 for update"#,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| r.password))
}

pub(super) async fn identities_of(tx: &mut SystemTx, user: UserId) -> Result<Vec<IdentityRow>, Error> {
    let rows = query!(
        "select id, provider, access_token, refresh_token from identities where user_id = $1 order by created_at, id",
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| IdentityRow {
            id: r.id.into(),
            provider: r.provider,
            access_token: r.access_token,
            refresh_token: r.refresh_token,
        })
        .collect())
}

/// Whether there is a password, and the identities, the oldest first.
pub(super) async fn methods(
    conn: &mut SystemConn,
    user: UserId,
) -> Result<(bool, Vec<ShownIdentity>), Error> {
    let rows = query!(
        r#"
        select u.password_hash is not null as "password!", i.id as "id?", i.provider as "provider?", i.email,
          i.created_at as "created_at?", i.last_used_at
        from users u
        left join identities i on i.user_id = u.id
        where u.id = $1
        order by i.created_at, i.id
        "#,
        user.0,
    )
    .fetch_all(conn.conn())
    .await?;
    let password = rows.first().is_some_and(|r| r.password);
    let shown = rows.into_iter().filter_map(|r| {
        Some(ShownIdentity {
            id: r.id?.into(),
            provider: r.provider?,
            email: r.email,
            created_at: r.created_at?,
            last_used_at: r.last_used_at,
        })
    });
    Ok((password, shown.collect()))
}

pub(super) async fn delete_identity(tx: &mut SystemTx, user: UserId, id: IdentityId) -> Result<(), Error> {
    query!(
        "delete from identities where id = $1 and user_id = $2",
        id.0,
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn forget_tokens(tx: &mut SystemTx, user: UserId) -> Result<(), Error> {
    query!(
        "update identities set access_token = null, refresh_token = null, token_expires_at = null where user_id = $1",
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_revocation(
    tx: &mut SystemTx,
    id: Uuid,
    provider: &str,
    token: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "insert into revocations (id, provider, token, created_at) values ($1, $2, $3, $4)",
        id,
        provider,
        token,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_revocation(
    conn: &mut SystemConn,
    id: Uuid,
) -> Result<Option<(String, Vec<u8>)>, Error> {
    let row = query!("select provider, token from revocations where id = $1", id)
        .fetch_optional(conn.conn())
        .await?;
    Ok(row.map(|r| (r.provider, r.token)))
}

pub(super) async fn delete_revocation(tx: &mut SystemTx, id: Uuid) -> Result<(), Error> {
    query!("delete from revocations where id = $1", id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
