//! Identities of users at providers, and the users they belong to.

use crate::{
    Error,
    auth::{oauth::external_identity::ExternalIdentity, queries::UserRow},
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{
    IdentityId, UserId,
    users::{EmailAddress, User},
};
use sqlx::{query, query_as, query_scalar};

pub(in crate::auth::oauth) struct NewIdentity<'a> {
    pub id: IdentityId,
    pub user: UserId,
    pub provider: &'a str,
    pub subject: &'a str,
    pub email: Option<&'a str>,
}

/// An identity with its encrypted tokens.
pub(in crate::auth::oauth) struct IdentityRow {
    pub id: IdentityId,
    pub provider: String,
    pub access_token: Option<Vec<u8>>,
    pub refresh_token: Option<Vec<u8>>,
}

/// An identity as a sign-in method.
pub(in crate::auth::oauth) struct SignInMethodRow {
    pub id: IdentityId,
    pub provider: String,
    pub email: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The user that the identity is linked to.
pub(in crate::auth::oauth) async fn find_identity_user(
    conn: &mut GlobalConn,
    identity: &ExternalIdentity,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        "select user_id from identities where provider = $1 and subject = $2",
        identity.provider,
        identity.subject,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(user.map(UserId))
}

/// Finds the stored identity, updates its last use and email, and returns its user.
pub(in crate::auth::oauth) async fn touch_identity(
    tx: &mut GlobalTx,
    identity: &ExternalIdentity,
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
        identity.provider,
        identity.subject,
        identity.email.as_ref().map(EmailAddress::as_str),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let user = UserRow {
            id: r.id,
            email: r.email,
            first_name: r.first_name,
            last_name: r.last_name,
            email_verified: r.email_verified,
            time_zone: r.time_zone,
        };
        (r.identity_id.into(), user.into())
    }))
}

/// Returns false if the provider's account is already linked to a user.
pub(in crate::auth::oauth) async fn insert_identity(
    tx: &mut GlobalTx,
    new: &NewIdentity<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let result = query!(
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
    Ok(result.rows_affected() == 1)
}

/// Stores encrypted tokens. Providers may omit the refresh token if they issued one before; the stored one is then kept.
pub(in crate::auth::oauth) async fn set_tokens(
    tx: &mut GlobalTx,
    id: IdentityId,
    access_token: &[u8],
    refresh_token: Option<&[u8]>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    query!(
        r#"
        update identities
        set access_token = $2, refresh_token = coalesce($3, refresh_token), token_expires_at = $4
        where id = $1
        "#,
        id.0,
        access_token,
        refresh_token,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The encrypted access token of the user's most recently used identity at a provider.
pub(in crate::auth::oauth) async fn newest_access_token(
    conn: &mut GlobalConn,
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

/// The user with this email, and whether the email is verified.
pub(in crate::auth::oauth) async fn find_user_by_email(
    conn: &mut GlobalConn,
    email_normalized: &str,
) -> Result<Option<(UserId, bool)>, Error> {
    let row = query!(
        r#"select id, email_verified_at is not null as "verified!" from users where email_normalized = $1"#,
        email_normalized
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| (r.id.into(), r.verified)))
}

/// Locks the user with this email until the end of the transaction.
pub(in crate::auth::oauth) async fn lock_user_by_email(
    tx: &mut GlobalTx,
    email_normalized: &str,
) -> Result<Option<User>, Error> {
    let row = query_as!(
        UserRow,
        r#"
        select id, email, first_name, last_name, email_verified_at is not null as "email_verified!", time_zone
        from users
        where email_normalized = $1
        for update
        "#,
        email_normalized,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// Locks the user until the end of the transaction and returns whether they have a password.
pub(in crate::auth::oauth) async fn lock_user(
    tx: &mut GlobalTx,
    user: UserId,
) -> Result<Option<bool>, Error> {
    let row = query!(
        r#"select password_hash is not null as "password!" from users where id = $1 for update"#,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| r.password))
}

pub(in crate::auth::oauth) async fn list_identities(
    tx: &mut GlobalTx,
    user: UserId,
) -> Result<Vec<IdentityRow>, Error> {
    let rows = query_as!(
        IdentityRow,
        "select id, provider, access_token, refresh_token from identities where user_id = $1 order by created_at, id",
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Whether the user has a password, and their identities, the oldest first.
pub(in crate::auth::oauth) async fn find_sign_in_methods(
    conn: &mut GlobalConn,
    user: UserId,
) -> Result<(bool, Vec<SignInMethodRow>), Error> {
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
    let has_password = rows.first().is_some_and(|r| r.password);
    let identities = rows.into_iter().filter_map(|r| {
        Some(SignInMethodRow {
            id: r.id?.into(),
            provider: r.provider?,
            email: r.email,
            created_at: r.created_at?,
            last_used_at: r.last_used_at,
        })
    });
    Ok((has_password, identities.collect()))
}

pub(in crate::auth::oauth) async fn delete_identity(
    tx: &mut GlobalTx,
    user: UserId,
    id: IdentityId,
) -> Result<(), Error> {
    query!(
        "delete from identities where id = $1 and user_id = $2",
        id.0,
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the tokens of all identities of a user.
pub(in crate::auth::oauth) async fn clear_tokens(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!(
        "update identities set access_token = null, refresh_token = null, token_expires_at = null where user_id = $1",
        user.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
