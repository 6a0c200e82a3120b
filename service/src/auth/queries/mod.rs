//! SQL for users, their passwords and known devices. Global tables only.

pub(super) mod callers;

use super::sessions::queries::delete_sessions;
use crate::{
    Error,
    platform::db::{Connection, GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{ErrorCode, SessionId, TenantId, UserId, users::User};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(crate) struct NewUser {
    pub id: UserId,
    pub email: String,
    pub email_normalized: String,
    pub password_hash: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub(super) struct LoginRow {
    pub user: User,
    pub password_hash: Option<String>,
}

/// The columns of a [`User`].
pub(crate) struct UserRow {
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

/// The stored values that a reauthentication is checked against.
pub(super) struct ReauthState {
    pub password_hash: Option<String>,
    /// When the current session began; `None` if it has ended.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Demo users have no credentials, so they cannot reauthenticate.
    pub is_demo: bool,
}

/// Known devices of a user before a sign-in.
pub(super) struct KnownDevices {
    /// The device of this sign-in was known.
    pub this: bool,
    /// Other devices were known.
    pub others: bool,
}

/// Returns false if the email address is taken.
pub(crate) async fn insert_user(tx: &mut GlobalTx, new: &NewUser) -> Result<bool, Error> {
    let inserted = query_scalar!(
        r#"
        insert into users
          (id, email, email_normalized, password_hash, first_name, last_name, time_zone, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (email_normalized) do nothing
        returning id
        "#,
        new.id.0,
        new.email,
        new.email_normalized,
        new.password_hash,
        new.first_name,
        new.last_name,
        new.time_zone,
        new.created_at,
        new.expires_at,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(inserted.is_some())
}

/// Shares the lock of a user until the end of the transaction, so that the user cannot be deleted before it ends. Returns false if the
/// user does not exist. The check is a separate statement, so that it sees a deletion committed while the lock was waited for.
pub(crate) async fn share_user(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    query!(
        "select pg_advisory_xact_lock_shared(hashtextextended($1::uuid::text, 0))",
        user.0
    )
    .execute(tx.conn())
    .await?;
    let row = query!("select 1 as found from users where id = $1", user.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Takes the user's lock exclusively until the end of the transaction.
pub(crate) async fn lock_user_exclusively(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!(
        "select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))",
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn find_user(conn: &mut Connection, user: UserId) -> Result<Option<User>, Error> {
    let row = query_as!(
        UserRow,
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        from users where id = $1
        "#,
        user.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(User::from))
}

pub(super) async fn find_login(
    conn: &mut GlobalConn,
    email_normalized: &str,
) -> Result<Option<LoginRow>, Error> {
    let row = query!(
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone,
          password_hash
        from users
        where email_normalized = $1
        "#,
        email_normalized,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| LoginRow {
        user: UserRow {
            id: r.id,
            email: r.email,
            first_name: r.first_name,
            last_name: r.last_name,
            email_verified: r.email_verified,
            time_zone: r.time_zone,
        }
        .into(),
        password_hash: r.password_hash,
    }))
}

pub(super) async fn set_password_hash(tx: &mut GlobalTx, user: UserId, hash: &str) -> Result<(), Error> {
    query!("update users set password_hash = $2 where id = $1", user.0, hash)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Returns false if the stored hash is no longer `old`.
pub(super) async fn replace_password(
    tx: &mut GlobalTx,
    user: UserId,
    old: Option<&str>,
    new: &str,
) -> Result<bool, Error> {
    let result = query!(
        "update users set password_hash = $3 where id = $1 and password_hash is not distinct from $2",
        user.0,
        old,
        new,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

pub(super) async fn set_password_and_verify_email(
    tx: &mut GlobalTx,
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

pub(super) async fn set_email_verified(
    tx: &mut GlobalTx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update users set email_verified_at = coalesce(email_verified_at, $2) where id = $1",
        user.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the token belongs to an invitation to the user's address that can still be accepted.
pub(super) async fn is_invited(
    tx: &mut GlobalTx,
    user: UserId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let is_invited = query_scalar!(
        r#"
        select exists (
          select from tenant_invitations i
          join users u on u.id = $1 and u.email_normalized = i.email_normalized
          where i.token_hash = $2 and i.accepted_at is null and i.expires_at > $3) as "is_invited!"
        "#,
        user.0,
        token_hash,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(is_invited)
}

/// Revokes everything that gives access to a user's account, and forgets the devices and networks it was used from.
pub(super) async fn revoke_all_credentials(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("update users set password_hash = null where id = $1", user.0)
        .execute(tx.conn())
        .await?;
    delete_sessions(tx, user, None).await?;
    query!("delete from identities where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from api_keys where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from email_tokens where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from oauth_flows where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from known_devices where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    query!("delete from known_login_networks where user_id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn find_reauth_state(
    conn: &mut GlobalConn,
    user: UserId,
    session: SessionId,
) -> Result<Option<ReauthState>, Error> {
    let row = query_as!(
        ReauthState,
        r#"
        select u.password_hash, s.created_at as "signed_in_at?", u.expires_at is not null as "is_demo!"
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

/// Whether this is a demo account. False if the user does not exist.
pub(super) async fn is_demo(conn: &mut GlobalConn, user: UserId) -> Result<bool, Error> {
    let expires = query_scalar!(
        r#"select expires_at is not null as "expires!" from users where id = $1"#,
        user.0
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(expires == Some(true))
}

/// Records a sign-in from a device and returns the devices known before it: all parts of the statement read the same snapshot.
pub(super) async fn remember_device(
    tx: &mut GlobalTx,
    user: UserId,
    device: &str,
    now: DateTime<Utc>,
) -> Result<KnownDevices, Error> {
    let row = query_as!(
        KnownDevices,
        r#"
        with before as (
          select count(*) filter (where device = $2) > 0 as this, count(*) filter (where device <> $2) > 0 as others
          from known_devices where user_id = $1
        ), stored as (
          insert into known_devices (user_id, device, first_seen_at, last_seen_at) values ($1, $2, $3, $3)
          on conflict (user_id, device) do update set last_seen_at = excluded.last_seen_at
          returning user_id
        )
        select before.this as "this!", before.others as "others!" from before, stored
        "#,
        user.0,
        device,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// Whether the user may enter the tenant only with the provider of its organization.
pub(crate) async fn requires_single_sign_on(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
) -> Result<bool, Error> {
    let is_required = query_scalar!(
        r#"select requires_single_sign_on($1, $2) as "is_required!""#,
        tenant.0,
        user.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(is_required)
}

pub(super) fn single_sign_on_required() -> Error {
    Error::api(
        ErrorCode::SingleSignOnRequired,
        "This workspace can only be opened after signing in with its organization. API clients need an API key that was created after that.",
    )
}

/// Deletes users that have expired, with everything that belongs to them, and returns their ids.
pub(crate) async fn delete_expired_users(
    tx: &mut GlobalTx,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, Error> {
    let ids = query_scalar!("delete from users where expires_at <= $1 returning id", now)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(UserId).collect())
}
