//! Tokens in the links of emails, for email verification and password reset.
//!
//! A token is derived from the installation's key; only its hash is stored. A user has one token per purpose. A newer token
//! replaces it, and it becomes invalid when it is used, expires, or the user's address changes.

use super::{EmailTemplate, queries};
use crate::{
    Error, Services,
    platform::{
        db::{GlobalConn, GlobalTx},
        rng,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::UserId;
use uuid::Uuid;

/// Minimum time between two emails with a token of the same purpose to a user.
const RESEND_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// Derives the token of an email. It is the same for each attempt to send the email.
pub(super) fn derive(services: &Services, email: Uuid, template: EmailTemplate) -> String {
    let message = [email.as_bytes(), template.as_str().as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(services.keys.hmac("email token", &message))
}

/// Stores the token, so that it is valid. Returns false if the email must not be sent, because the token would have expired
/// already or the user has just been sent another one.
pub(super) async fn issue(
    services: &Services,
    tx: &mut GlobalTx,
    template: EmailTemplate,
    user: UserId,
    email_normalized: &str,
    token: &str,
    requested_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(ttl) = template.token_ttl() else {
        return Ok(true);
    };
    let expires_at = requested_at + ttl;
    if expires_at <= services.clock.now() {
        return Ok(false);
    }
    let new_token = queries::NewToken {
        user,
        template,
        hash: rng::sha256(token.as_bytes()),
        email_normalized,
        created_at: requested_at,
        expires_at,
    };
    queries::insert_token(tx, &new_token, requested_at - RESEND_INTERVAL).await
}

/// The user of a valid token. The token stays valid.
pub(crate) async fn find(
    conn: &mut GlobalConn,
    template: EmailTemplate,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    queries::find_token(conn, template, &rng::sha256(token.as_bytes()), now).await
}

/// The user of a valid token, which becomes invalid. Only one of several concurrent calls gets the user.
pub(crate) async fn consume(
    tx: &mut GlobalTx,
    template: EmailTemplate,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, Error> {
    queries::consume_token(tx, template, &rng::sha256(token.as_bytes()), now).await
}

/// Revokes all tokens of a user.
pub(crate) async fn revoke_all(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    queries::delete_tokens(tx, user).await
}

/// Deletes expired tokens of all users.
pub(crate) async fn delete_expired(conn: &mut GlobalConn, now: DateTime<Utc>) -> Result<(), Error> {
    queries::delete_expired_tokens(conn, now).await
}
