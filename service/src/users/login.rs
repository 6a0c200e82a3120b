//! Signing in with e-mail and password.

use super::{
    own,
    queries::{self, FoundLogin},
    tokens::open_session,
};
use crate::{
    Error, Services,
    db::SystemReason,
    jobs,
    limits::{self, Client},
    security::{self, Event},
    text::nfc,
};
use domain::{
    ErrorCode,
    tenants::Tenant,
    users::{LoginInput, TokenSet, User},
};

/// Signs in over REST.
///
/// # Errors
/// `invalid_credentials`, the same and after the same work for an unknown address and a wrong password; `not_found` for a
/// workspace that the person is not in; `rate_limited`.
pub async fn login(services: &Services, input: LoginInput, client: &Client) -> Result<TokenSet, Error> {
    let (user, tenant) = check(services, input, client).await?;
    let mut tx = services.db.system(SystemReason::Login).await?;
    own::seen(services, &mut tx, &user, client.agent()).await?;
    let tokens = open_session(services, &mut tx, user, tenant, client).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(tokens)
}

/// Checks e-mail and password; on a page, the page's session then takes the person up.
///
/// # Errors
/// As [`login`].
pub async fn sign_in(
    services: &Services,
    input: LoginInput,
    client: &Client,
) -> Result<(User, Tenant), Error> {
    let (user, tenant) = check(services, input, client).await?;
    let mut tx = services.db.system(SystemReason::Login).await?;
    own::seen(services, &mut tx, &user, client.agent()).await?;
    tx.commit().await?;
    jobs::wake();
    Ok((user, tenant))
}

/// Under which name tries to sign in as somebody are counted.
pub(super) fn key(email: &str) -> String {
    nfc(email.trim()).to_lowercase()
}

async fn check(services: &Services, input: LoginInput, client: &Client) -> Result<(User, Tenant), Error> {
    input.check()?;
    let key = key(&input.email);
    let allowed = limits::login(services, client, &key).await?;
    let found = queries::find_login(&mut services.db.system_read(SystemReason::Login).await?, &key).await?;
    let stored = found.as_ref().and_then(|f| f.password_hash.clone());
    let password = nfc(&input.password);
    if !services.hasher.verify(password.clone(), stored.clone()).await? {
        ::metrics::counter!("jobhax_sign_in_failures_total").increment(1);
        security::note(Event::SignInFailed, found.map(|f| f.user.id), Some(client));
        let detail = "E-mail and password do not match. Check both, or reset the password.";
        return Err(Error::api(ErrorCode::InvalidCredentials, detail));
    }
    let FoundLogin { user, .. } = found.ok_or_else(Error::not_found)?;
    limits::welcome(services, user.id, &allowed).await?;
    if stored.is_some_and(|s| services.hasher.outdated(&s)) {
        let hash = services.hasher.hash(password).await?;
        let mut tx = services.db.system(SystemReason::Login).await?;
        queries::set_password_hash(&mut tx, user.id, &hash).await?;
        tx.commit().await?;
    }
    let mut conn = services.db.system_read(SystemReason::Login).await?;
    let tenant = queries::find_tenant(&mut conn, user.id, input.tenant.as_deref())
        .await?
        .ok_or_else(Error::not_found)?;
    security::note(Event::SignedIn, Some(user.id), Some(client));
    Ok((user, tenant))
}
