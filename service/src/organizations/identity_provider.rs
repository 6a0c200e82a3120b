//! Settings of an organization's OpenID Connect provider.

use super::{
    ownership, reject_demo, require_organization,
    single_sign_on_scope::{SingleSignOnScope, revoke_access},
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{
        Invalidation,
        oauth::{self, AuthorizationRequest, ProviderId, Purpose},
    },
    context::{Caller, ClientInfo, permit},
};
use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, TenantId, UserId,
    audit::AuditAction,
    routes::Route,
    tenants::{Action, IdentityProvider, RequireSingleSignOnInput, SetIdentityProviderInput},
    users::EmailAddress,
};
use secrecy::SecretString;

/// The provider of the caller's organization, if it has one.
///
/// # Errors
/// `forbidden` for other roles than owner and admin.
pub async fn get_identity_provider(
    services: &Services,
    caller: &Caller,
) -> Result<Option<IdentityProvider>, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let tenant = grant.tenant();
    let mut conn = services.db.global_conn().await?;
    let row = oauth::find_organization_provider(&mut conn, tenant).await?;
    let Some(row) = row else { return Ok(None) };
    let counts = oauth::count_members_by_domain(&mut conn, tenant).await?;
    Ok(Some(IdentityProvider {
        issuer: row.issuer,
        client_id: row.client_id,
        callback_url: callback_url(services, tenant),
        activated_at: row.activated_at,
        updated_at: row.updated_at,
        required: row.is_required,
        covered_members: counts.covered,
        guests: counts.guests,
        owners: counts.owners,
    }))
}

/// The redirect URI to register at the provider of an organization.
pub fn callback_url(services: &Services, tenant: TenantId) -> String {
    services.providers.callback_url(ProviderId::Organization(tenant))
}

/// Replaces the provider. No one can sign in with it until a test sign-in has succeeded.
///
/// # Errors
/// `invalid` with every invalid field; `forbidden`; `personal_workspace`.
pub async fn set_identity_provider(
    services: &Services,
    caller: &Caller,
    input: &SetIdentityProviderInput,
) -> Result<IdentityProvider, Error> {
    let (issuer, client_id, secret) = input.parse()?;
    let grant = permit(caller, Action::ManageMembers)?;
    require_organization(caller, "A personal workspace has no sign-in of its own.")?;
    let detail = "A demo account cannot change how people sign in. Create an account first.";
    reject_demo(services, caller, detail).await?;
    services.providers.issuer_endpoint(&issuer)?;
    let tenant = grant.tenant();
    let secret = oauth::encrypt_client_secret(services, tenant, &SecretString::from(secret))?;
    let now = services.clock.now();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    oauth::set_organization_provider(&mut tx, tenant, &issuer, &client_id, &secret, now).await?;
    let event = NewEvent::by(caller, AuditAction::IdentityProviderChanged);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::IdentityProviderChanged, Some(grant.user()), caller.ip);
    get_identity_provider(services, caller)
        .await?
        .ok_or_else(Error::not_found)
}

/// Requires members with an address in a verified domain to sign in with the provider, or ends that requirement. Effective immediately on
/// all servers, also for members who are signed in. Owners can always sign in another way, so that a failing provider locks no one out
/// permanently.
///
/// # Errors
/// `forbidden`; `personal_workspace`; `conflict` without an active provider.
pub async fn require_single_sign_on(
    services: &Services,
    caller: &Caller,
    input: RequireSingleSignOnInput,
) -> Result<IdentityProvider, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    require_organization(caller, "A personal workspace has no sign-in of its own.")?;
    let detail = "A demo account cannot change how people sign in. Create an account first.";
    reject_demo(services, caller, detail).await?;
    let tenant = grant.tenant();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    let Some(is_change) = oauth::set_provider_required(&mut tx, tenant, input.required).await? else {
        let detail = "Set up single sign-on and test it first. Then you can require it.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    };
    if is_change && input.required {
        revoke_access(services, &mut tx, caller, SingleSignOnScope::All).await?;
    }
    if is_change {
        let action = if input.required {
            AuditAction::SingleSignOnRequired
        } else {
            AuditAction::SingleSignOnOptional
        };
        audit::append(services, tx.conn(), &NewEvent::by(caller, action)).await?;
    }
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    // Open pages of members who have lost access notice immediately.
    services.db.notifier().mark_tenant(tenant);
    audit_log::record(AuditEvent::IdentityProviderChanged, Some(grant.user()), caller.ip);
    get_identity_provider(services, caller)
        .await?
        .ok_or_else(Error::not_found)
}

/// Deletes the provider. People who signed in with it need another way to sign in, such as a new password.
///
/// # Errors
/// `forbidden`; `not_found` without a provider.
pub async fn delete_identity_provider(services: &Services, caller: &Caller) -> Result<(), Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let tenant = grant.tenant();
    let (mut tx, _) = ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    if !oauth::delete_organization_provider(&mut tx, tenant).await? {
        return Err(Error::not_found());
    }
    let event = NewEvent::by(caller, AuditAction::IdentityProviderDeleted);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::IdentityProviderChanged, Some(grant.user()), caller.ip);
    Ok(())
}

/// Starts a test sign-in, which activates the provider if it succeeds. See [`oauth::start`].
///
/// # Errors
/// `forbidden`; `not_found` without a provider; `rate_limited`; `provider_unavailable`.
pub async fn start_provider_test(
    services: &Services,
    caller: &Caller,
    next: &Route,
    browser_secret: Option<&str>,
    client: &ClientInfo,
) -> Result<AuthorizationRequest, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let (provider, purpose) = (
        ProviderId::Organization(grant.tenant()),
        Purpose::Test(grant.user()),
    );
    oauth::start(services, provider, purpose, Some(next), browser_secret, client).await
}

/// Activates the provider after a test sign-in that its settings of `version` passed.
///
/// # Errors
/// `forbidden` if the user may no longer manage members; `conflict` if the settings were changed during the test.
pub async fn activate_identity_provider(
    services: &Services,
    user: UserId,
    tenant: TenantId,
    version: DateTime<Utc>,
    client: &ClientInfo,
) -> Result<(), Error> {
    let (mut tx, _) = ownership::begin_change(services, tenant, user, Action::ManageMembers).await?;
    let now = services.clock.now();
    if !oauth::activate_organization_provider(&mut tx, tenant, version, now).await? {
        return Err(Error::api(
            ErrorCode::Conflict,
            "The settings were changed during the test. Test them again.",
        ));
    }
    let event = NewEvent::of_user(
        tenant,
        user,
        Some(client.ip()),
        AuditAction::IdentityProviderActivated,
    );
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::IdentityProviderChanged, Some(user), Some(client.ip()));
    Ok(())
}

/// Finds the organization for a sign-in by its slug, or by an email address in one of its verified domains.
///
/// # Errors
/// `not_found` if no organization with an active provider matches.
pub async fn find_sign_in_organization(services: &Services, text: &str) -> Result<TenantId, Error> {
    let text = text.trim().to_lowercase();
    let domain = EmailAddress::parse(&text).ok().map(|address| address.domain());
    let slug = domain.is_none().then_some(text.as_str());
    let mut conn = services.db.global_conn().await?;
    oauth::find_organization(&mut conn, slug, domain.as_deref())
        .await?
        .ok_or_else(|| {
            Error::api(
                ErrorCode::NotFound,
                "No organization with its own sign-in has this address. Check the spelling, or sign in another way.",
            )
        })
}
