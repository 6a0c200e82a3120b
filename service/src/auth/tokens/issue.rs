//! Starting sessions and issuing tokens.

use super::{access::ACCESS_TOKEN_TTL, queries};
use crate::{
    Error, Services,
    auth::{self, Channel, SESSION_MAX_LIFETIME, SignIn},
    context::ClientInfo,
    platform::{db::GlobalTx, rng},
};
use domain::{ErrorCode, SessionId, auth::TokenSet, tenants::Tenant, users::User};

/// Completes a sign-in. For an API client this creates a session and its first tokens; a browser's session is created by the
/// session store.
pub(crate) async fn start_session(
    services: &Services,
    tx: &mut GlobalTx,
    user: User,
    tenant: Tenant,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    if queries::is_locked(tx, user.id).await? {
        return Err(Error::api(
            ErrorCode::AccountLocked,
            "This account is locked. Ask the operator of this site.",
        ));
    }
    if channel == Channel::Api {
        require_no_single_sign_on(tx, &tenant, &user).await?;
    }
    let tokens = match channel {
        Channel::Web => None,
        Channel::Api => Some(create_api_session(services, tx, user.clone(), tenant.clone(), client).await?),
    };
    Ok(SignIn { user, tenant, tokens })
}

/// Rejects tokens for a tenant that the user may enter only with the provider of its organization, which issues no tokens.
///
/// # Errors
/// `single_sign_on_required`.
pub(super) async fn require_no_single_sign_on(
    tx: &mut GlobalTx,
    tenant: &Tenant,
    user: &User,
) -> Result<(), Error> {
    if auth::queries::requires_single_sign_on(tx, tenant.id, user.id).await? {
        return Err(auth::queries::single_sign_on_required());
    }
    Ok(())
}

async fn create_api_session(
    services: &Services,
    tx: &mut GlobalTx,
    user: User,
    tenant: Tenant,
    client: &ClientInfo,
) -> Result<TokenSet, Error> {
    let now = services.clock.now();
    let session: SessionId = services.id();
    queries::insert_api_session(
        tx,
        session,
        user.id,
        tenant.id,
        client.user_agent(),
        now,
        now + SESSION_MAX_LIFETIME,
    )
    .await?;
    issue_tokens(services, tx, session, user, tenant).await
}

/// Issues the next tokens of a session.
pub(super) async fn issue_tokens(
    services: &Services,
    tx: &mut GlobalTx,
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
    let expires_in = u32::try_from(ACCESS_TOKEN_TTL.num_seconds()).unwrap_or(0);
    Ok(TokenSet {
        access_token,
        token_type: "Bearer".into(),
        expires_in,
        refresh_token,
        user,
        tenant,
    })
}
