//! Sessions of programs and the tokens that they get.

use super::{ACCESS_LIFETIME, queries};
use crate::{Error, Services, db::SystemTx, limits::Client, rng, users::page_sessions::LIFETIME};
use domain::{
    SessionId,
    tenants::Tenant,
    users::{TokenSet, User},
};

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
