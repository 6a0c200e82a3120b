//! Exchanging a refresh token for the next one (RFC 9700 §4.14).

use super::{issue::issue, queries};
use crate::{
    Error, Services,
    db::SystemReason,
    jobs,
    letters::{self, Kind, To},
    limits::{self, Client},
    rng,
    security::{self, Event},
    users::{Revoked, queries as people},
};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    users::{RefreshInput, TokenSet, describe_agent},
};

/// Two refreshes at the same moment are a busy program, not a thief.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// Exchanges the token. A token used before ends the whole session, and its person is told by mail: one of
/// its two holders stole it.
///
/// # Errors
/// `invalid_token` when it is unknown, used or expired; `not_found` for a workspace that the person is not in, and then
/// the token stays unused; `rate_limited`.
pub async fn refresh(services: &Services, input: RefreshInput, client: &Client) -> Result<TokenSet, Error> {
    let wrong = || {
        Error::api(
            ErrorCode::InvalidToken,
            "This refresh token does not hold any more. Log in again.",
        )
    };
    let now = services.clock.now();
    let hash = rng::sha256(input.refresh_token.as_bytes());
    let mut tx = services.db.system(SystemReason::Session).await?;
    let Some(found) = queries::lock_refresh_token(&mut tx, &hash).await? else {
        return Err(wrong());
    };
    if let Some(used_at) = found.used_at {
        if now - used_at > GRACE {
            security::note(Event::RefreshReused, Some(found.user.id), Some(client));
            people::delete_session(&mut tx, found.session).await?;
            let agent = describe_agent(client.agent());
            let to = To::Person(found.user.id, &found.user.email);
            letters::enqueue(services, &mut tx, Kind::TokenReused, to, Some(&agent)).await?;
            tx.commit().await?;
            jobs::wake();
            services.callers.revoke([Revoked::Session(found.session)]);
        }
        return Err(wrong());
    }
    if found.expires_at <= now {
        return Err(wrong());
    }
    limits::refresh(services, &mut tx, client, found.session).await?;
    let tenant = match input.tenant.as_deref() {
        Some(slug) => {
            let Some(tenant) = people::find_tenant_in(&mut tx, found.user.id, slug).await? else {
                // It counts all the same.
                tx.commit().await?;
                return Err(Error::not_found());
            };
            tenant
        }
        None => queries::tenant_of_session(&mut tx, found.session)
            .await?
            .ok_or_else(wrong)?,
    };
    queries::use_refresh_token(&mut tx, &hash, now).await?;
    queries::touch_session(&mut tx, found.session, tenant.id, now).await?;
    let tokens = issue(services, &mut tx, found.session, found.user, tenant).await?;
    tx.commit().await?;
    Ok(tokens)
}
