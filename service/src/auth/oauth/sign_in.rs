//! Finds, takes over or creates the user that an external identity belongs to, and signs them in. Identities are matched
//! by the provider's account ID, never by email.

use super::{
    external_identity::ExternalIdentity, link::insert_identity, organization, provider_unavailable, queries,
    record_failed_sign_in, stored_tokens, userinfo::ProviderClient,
};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    auth::{
        self, Channel, Invalidation, SignIn,
        queries::{NewUser, lock_user_exclusively, revoke_all_credentials, set_email_verified},
    },
    background,
    context::ClientInfo,
    platform::{db::GlobalTx, http_client::REQUEST_TIMEOUT},
    rate_limit, tenants,
};
use async_trait::async_trait;
use domain::{
    ApiError, ErrorCode, FieldCode, TenantId, UserId,
    audit::AuditAction,
    auth::{AuthSocialUserInput, Credential, TokenSet},
    tenants::Tenant,
    users::{EmailAddress, User},
};
use tokio::time::timeout;

/// Lets other features act before the verified owner of an email address takes over its unverified account. Registered by `wiring`,
/// because those features depend on this one.
#[async_trait]
pub trait TakeoverHook: Send + Sync {
    /// Removes access that the previous holder of the account gave to it.
    async fn before_takeover(&self, services: &Services, user: UserId) -> Result<(), Error>;
}

struct SignInOutcome {
    sign_in: SignIn,
    /// Whether the user was created.
    is_new: bool,
}

/// The identity to sign in, and the way it signs in.
#[derive(Clone, Copy)]
struct SignInRequest<'a> {
    client: &'a ClientInfo,
    channel: Channel,
    /// The organization whose provider the identity is from.
    organization: Option<TenantId>,
}

/// Signs in the user that a provider's token belongs to, and creates them on the first sign-in. The flag is true if the
/// user was created.
///
/// # Errors
/// `invalid` for a provider that is not configured, or that has not verified the user's email; `invalid_provider_token`;
/// `account_exists`; `rate_limited`; `provider_unavailable` after [`REQUEST_TIMEOUT`] at the latest.
pub async fn sign_in_with_provider_token(
    services: &Services,
    input: AuthSocialUserInput,
    client: &ClientInfo,
) -> Result<(TokenSet, bool), Error> {
    let (provider, credential) = input.credential()?;
    let oauth_client = services.providers.find(provider).ok_or_else(|| {
        let detail = format!("Sign-in with {} is not available here.", provider.name());
        ApiError::field("provider", FieldCode::NotAllowed, detail)
    })?;
    rate_limit::check_oauth_sign_in(services, client).await?;
    let now = services.clock.now();
    let http = &services.providers.http;
    let identity = async {
        let endpoints = oauth_client.endpoints(http, now).await?;
        let provider_client = ProviderClient {
            http,
            oauth_client,
            endpoints: &endpoints,
            now,
        };
        match &credential {
            Credential::AccessToken(token) => provider_client.user_from_access_token(token).await,
            Credential::IdToken(token) => provider_client.user_from_id_token(token).await,
        }
    };
    let identity = match timeout(REQUEST_TIMEOUT, identity).await {
        Ok(identity) => identity
            .map_err(|error| error.into_api_error(&oauth_client.name))
            .inspect_err(|error| record_failed_sign_in(error, client))?,
        Err(_) => return Err(provider_unavailable(&oauth_client.name)),
    };
    let request = SignInRequest {
        client,
        channel: Channel::Api,
        organization: None,
    };
    let outcome = sign_in(services, identity, request).await?;
    Ok((outcome.sign_in.into_tokens()?, outcome.is_new))
}

/// Signs in the user of an identity in a browser; the caller starts the session.
///
/// # Errors
/// `account_exists` when another user has the email; `invalid` when the provider has not verified it.
pub(super) async fn sign_in_web(
    services: &Services,
    identity: ExternalIdentity,
    organization: Option<TenantId>,
    client: &ClientInfo,
) -> Result<UserId, Error> {
    let request = SignInRequest {
        client,
        channel: Channel::Web,
        organization,
    };
    Ok(sign_in(services, identity, request).await?.sign_in.user.id)
}

async fn sign_in(
    services: &Services,
    identity: ExternalIdentity,
    request: SignInRequest<'_>,
) -> Result<SignInOutcome, Error> {
    let outcome = find_or_create_user(services, &identity, request).await?;
    let event = if outcome.is_new {
        AuditEvent::Registered
    } else {
        AuditEvent::SignedIn
    };
    audit_log::record(event, Some(outcome.sign_in.user.id), Some(request.client.ip()));
    background::wake();
    Ok(outcome)
}

async fn find_or_create_user(
    services: &Services,
    identity: &ExternalIdentity,
    request: SignInRequest<'_>,
) -> Result<SignInOutcome, Error> {
    // Of two concurrent first sign-ins, the second finds the user of the first one in its second round.
    for _ in 0..2 {
        if let Some(sign_in) = find_linked(services, identity, request).await? {
            return Ok(SignInOutcome {
                sign_in,
                is_new: false,
            });
        }
        let email = verified_email(identity)?;
        if let Some(sign_in) = take_over_unverified(services, identity, email, request).await? {
            return Ok(SignInOutcome {
                sign_in,
                is_new: false,
            });
        }
        if let Some(sign_in) = create_user(services, identity, email, request).await? {
            return Ok(SignInOutcome {
                sign_in,
                is_new: true,
            });
        }
    }
    Err(account_exists())
}

/// Signs in the user that the identity is linked to, if any.
async fn find_linked(
    services: &Services,
    identity: &ExternalIdentity,
    request: SignInRequest<'_>,
) -> Result<Option<SignIn>, Error> {
    let owner = {
        let mut conn = services.db.global_conn().await?;
        queries::find_identity_user(&mut conn, identity).await?
    };
    let Some(owner) = owner else { return Ok(None) };
    let mut tx = auth::begin_for_user(services, owner).await?;
    let now = services.clock.now();
    let Some((id, user)) = queries::touch_identity(&mut tx, identity, now).await? else {
        return Ok(None);
    };
    organization::check_account(&mut tx, request.organization, &user).await?;
    if let Some(tokens) = &identity.tokens {
        stored_tokens::store(services, &mut tx, id, tokens).await?;
    }
    auth::notify_if_new_device(services, &mut tx, &user, request.client.user_agent()).await?;
    let tenant = default_tenant(&mut tx, user.id).await?;
    let (ip, action) = (Some(request.client.ip()), AuditAction::SignedIn);
    audit::append_to_account(services, &mut tx, user.id, ip, action).await?;
    let sign_in =
        auth::start_session(services, &mut tx, user, tenant, request.client, request.channel).await?;
    tx.commit().await?;
    Ok(Some(sign_in))
}

/// The identity's email, if the provider has verified it.
fn verified_email(identity: &ExternalIdentity) -> Result<&EmailAddress, Error> {
    match &identity.email {
        Some(email) if identity.email_verified => Ok(email),
        _ => {
            let detail = "The provider has not verified an email address for this account. Verify it there first, or \
                          register with email and password.";
            let mut error = ApiError::field("token", FieldCode::NotAllowed, detail);
            detail.clone_into(&mut error.detail);
            Err(error.into())
        }
    }
}

/// Anyone can register with an address that is not theirs. An account whose email was never verified therefore goes to the
/// user who can prove that they own the address; all credentials of the person who registered it are revoked.
async fn take_over_unverified(
    services: &Services,
    identity: &ExternalIdentity,
    email: &EmailAddress,
    request: SignInRequest<'_>,
) -> Result<Option<SignIn>, Error> {
    let candidate = {
        let mut conn = services.db.global_conn().await?;
        queries::find_user_by_email(&mut conn, &email.normalized()).await?
    };
    let Some((candidate, is_verified)) = candidate else {
        return Ok(None);
    };
    if is_verified {
        return Err(account_exists());
    }
    services
        .takeover_hook
        .before_takeover(services, candidate)
        .await?;
    let mut tx = services.db.begin_global().await?;
    lock_user_exclusively(&mut tx, candidate).await?;
    let Some(user) = queries::lock_user_by_email(&mut tx, &email.normalized()).await? else {
        return Ok(None);
    };
    if user.email_verified || user.id != candidate {
        return Err(account_exists());
    }
    let now = services.clock.now();
    revoke_all_credentials(&mut tx, user.id).await?;
    set_email_verified(&mut tx, user.id, now).await?;
    if !insert_identity(services, &mut tx, user.id, identity).await? {
        return Ok(None);
    }
    auth::remember_device(services, &mut tx, user.id, request.client.user_agent()).await?;
    let tenant = default_tenant(&mut tx, user.id).await?;
    let user = User {
        email_verified: true,
        ..user
    };
    let (ip, action) = (Some(request.client.ip()), AuditAction::SignedIn);
    audit::append_to_account(services, &mut tx, user.id, ip, action).await?;
    let sign_in =
        auth::start_session(services, &mut tx, user, tenant, request.client, request.channel).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(candidate)])
        .await?;
    tracing::warn!(user.id = %candidate, "unverified account taken over by verified owner");
    Ok(Some(sign_in))
}

/// Creates a user without a password. `None` if the email was registered in the meantime.
async fn create_user(
    services: &Services,
    identity: &ExternalIdentity,
    email: &EmailAddress,
    request: SignInRequest<'_>,
) -> Result<Option<SignIn>, Error> {
    let now = services.clock.now();
    let name = identity
        .given_name
        .clone()
        .unwrap_or_else(|| email.local_part().to_owned());
    let new_user = NewUser {
        id: services.id(),
        email: email.as_str().to_owned(),
        email_normalized: email.normalized(),
        password_hash: None,
        first_name: identity.given_name.clone(),
        last_name: identity.family_name.clone(),
        time_zone: "UTC".into(),
        created_at: now,
        expires_at: None,
    };
    let new_tenant = tenants::new_personal_tenant(services, &name, None);
    let mut tx = services.db.begin_global().await?;
    let (user, tenant) = match auth::create_user(services, &mut tx, new_user, new_tenant).await {
        Err(Error::Api(error)) if error.code == ErrorCode::EmailTaken => return Ok(None),
        created => created?,
    };
    set_email_verified(&mut tx, user.id, now).await?;
    if !insert_identity(services, &mut tx, user.id, identity).await? {
        return Ok(None);
    }
    auth::remember_device(services, &mut tx, user.id, request.client.user_agent()).await?;
    let user = User {
        email_verified: true,
        ..user
    };
    let (ip, action) = (Some(request.client.ip()), AuditAction::Registered);
    audit::append_to_account(services, &mut tx, user.id, ip, action).await?;
    let sign_in =
        auth::start_session(services, &mut tx, user, tenant, request.client, request.channel).await?;
    tenants::create_default_stages(services, &mut tx, sign_in.tenant.id).await?;
    tx.commit().await?;
    Ok(Some(sign_in))
}

async fn default_tenant(tx: &mut GlobalTx, user: UserId) -> Result<Tenant, Error> {
    tenants::queries::find_default_tenant(tx, user)
        .await?
        .ok_or_else(Error::account_missing)
}

fn account_exists() -> Error {
    Error::api(
        ErrorCode::AccountExists,
        "An account with this email already exists. Sign in to it, then link this provider in its settings.",
    )
}
