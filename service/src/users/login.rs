//! Signing in with e-mail and password.

use super::{
    own,
    queries::{self, FoundLogin},
    session_store::LIFETIME,
    tokens::ACCESS_LIFETIME,
};
use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    jobs,
    limits::{self, Client},
    rng,
    security::{self, Event},
    text::nfc,
};
use domain::{
    ErrorCode, SessionId,
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

/// Begins a session of a program and makes its first tokens.
pub(crate) async fn open_session(
    services: &Services,
    tx: &mut SystemTx,
    user: User,
    tenant: Tenant,
    client: &Client,
) -> Result<TokenSet, Error> {
    let now = services.clock.now();
    let session: SessionId = services.id();
    queries::insert_api_session(
        tx,
        session,
        user.id,
        tenant.id,
        client.agent(),
        now,
        now + LIFETIME,
    )
    .await?;
    issue(services, tx, session, user, tenant).await
}

/// Makes the next tokens of a session.
pub(super) async fn issue(
    services: &Services,
    tx: &mut SystemTx,
    session: SessionId,
    user: User,
    tenant: Tenant,
) -> Result<TokenSet, Error> {
    let now = services.clock.now();
    let refresh_token = format!("jhr_{}", rng::secret(services.rng.as_ref()));
    queries::insert_refresh_token(tx, &rng::sha256(refresh_token.as_bytes()), session, now).await?;
    let access_token = services
        .tokens
        .sign(user.id, tenant.id, session, services.id(), now)?;
    let expires_in = u32::try_from(ACCESS_LIFETIME.num_seconds()).unwrap_or(0);
    Ok(TokenSet {
        access_token,
        token_type: "Bearer".into(),
        expires_in,
        refresh_token,
        user,
        tenant,
    })
}
