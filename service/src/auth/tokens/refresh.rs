//! Exchanging a refresh token for new tokens (RFC 9700 §4.14).

use super::{issue::issue_tokens, queries};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    auth::{Invalidation, begin_for_user, if_account_missing, queries as auth_queries, sessions},
    background,
    context::ClientInfo,
    email::{self, EmailTemplate, Recipient},
    platform::rng,
    rate_limit, tenants,
};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    audit::AuditAction,
    auth::{RefreshTokenInput, TokenSet},
    users::device_name,
};

/// A token that is reused within this time comes from a client with concurrent requests, as long as the new token is unused.
/// Later reuse, or reuse by a client that already has the new token, means that the token was stolen.
const REUSE_GRACE_PERIOD: TimeDelta = TimeDelta::seconds(10);

/// Exchanges a refresh token. Reusing one revokes the whole session and notifies the user by email, because either the
/// client or a thief used it first.
///
/// # Errors
/// `invalid_token` if it is unknown, used or expired; `not_found` for a tenant that the user is not a member of, which
/// leaves the token usable, as does `single_sign_on_required`; `rate_limited`.
pub async fn refresh_tokens(
    services: &Services,
    input: RefreshTokenInput,
    client: &ClientInfo,
) -> Result<TokenSet, Error> {
    let invalid = || {
        Error::api(
            ErrorCode::InvalidToken,
            "This refresh token is not valid. Sign in again.",
        )
    };
    let now = services.clock.now();
    let hash = rng::sha256(input.refresh_token.as_bytes());
    let user = {
        let mut conn = services.db.global_conn().await?;
        queries::find_token_user(&mut conn, &hash).await?
    };
    let mut tx = begin_for_user(services, user.ok_or_else(invalid)?)
        .await
        .map_err(|error| if_account_missing(error, invalid))?;
    queries::lock_session_of_token(&mut tx, &hash).await?;
    let Some(token) = queries::lock_refresh_token(&mut tx, &hash).await? else {
        return Err(invalid());
    };
    if let Some(used_at) = token.used_at {
        if token.is_successor_used || now - used_at > REUSE_GRACE_PERIOD {
            audit_log::record(
                AuditEvent::RefreshTokenReused,
                Some(token.user.id),
                Some(client.ip()),
            );
            sessions::queries::delete_session(&mut tx, token.user.id, token.session).await?;
            let device = device_name(client.user_agent());
            let recipient = Recipient::User(token.user.id, &token.user.email);
            let template = EmailTemplate::RefreshTokenReused;
            email::enqueue(services, &mut tx, template, recipient, Some(&device)).await?;
            let (user, action) = (token.user.id, AuditAction::RefreshTokenReused);
            audit::append_to_account(services, &mut tx, user, Some(client.ip()), action).await?;
            services
                .auth_cache
                .commit(tx, &[Invalidation::Session(token.session)])
                .await?;
            background::wake();
        }
        return Err(invalid());
    }
    if token.expires_at <= now {
        return Err(invalid());
    }
    rate_limit::check_refresh(services, &mut tx, client, token.session).await?;
    let tenant = match input.tenant.as_deref() {
        Some(slug) => {
            let found = tenants::queries::find_tenant_by_slug(&mut tx, token.user.id, slug).await?;
            let Some(tenant) = found else {
                // The commit keeps the rate limit count.
                tx.commit().await?;
                return Err(Error::not_found());
            };
            tenant
        }
        None => queries::find_session_tenant(&mut tx, token.session)
            .await?
            .ok_or_else(invalid)?,
    };
    if auth_queries::requires_single_sign_on(&mut tx, tenant.id, token.user.id).await? {
        // The commit keeps the rate limit count.
        tx.commit().await?;
        return Err(auth_queries::single_sign_on_required());
    }
    queries::touch_session(&mut tx, token.session, tenant.id, now).await?;
    let tokens = issue_tokens(services, &mut tx, token.session, token.user, tenant).await?;
    let successor = rng::sha256(tokens.refresh_token.as_bytes());
    queries::mark_refresh_token_used(&mut tx, &hash, &successor, now).await?;
    tx.commit().await?;
    Ok(tokens)
}
