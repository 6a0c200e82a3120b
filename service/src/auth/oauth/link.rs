//! Linking provider accounts to a signed-in user, and listing and removing their sign-in methods.

use super::{
    external_identity::ExternalIdentity,
    provider_id::ProviderId,
    queries::{self, NewIdentity},
    revocation::{RevocableToken, queue_revocation},
    stored_tokens,
};
use crate::{
    Error, Services, audit,
    auth::{begin_for_user, demo::reject_demo, queries::lock_user_exclusively},
    background,
    context::Caller,
    platform::db::GlobalTx,
};
use domain::{
    ErrorCode, FieldCode, IdentityId, UserId,
    audit::{AuditAction, AuditDetails},
    auth::{AvailableProvider, Identity, Provider, SignInMethods},
    users::EmailAddress,
};
use std::net::IpAddr;
use uuid::Uuid;

/// Links an identity to a user.
///
/// # Errors
/// `conflict` when it is linked to another user; `invalid` when the provider has not verified its email; `forbidden` for a demo.
pub(super) async fn link_identity(
    services: &Services,
    user: UserId,
    identity: ExternalIdentity,
    ip: Option<IpAddr>,
) -> Result<(), Error> {
    if identity.email.is_none() || !identity.email_verified {
        let detail =
            "The provider has not verified the email address of that account. Verify it there first.";
        let mut error = domain::ApiError::field("token", FieldCode::NotAllowed, detail);
        detail.clone_into(&mut error.detail);
        return Err(error.into());
    }
    reject_demo(services, user).await?;
    let now = services.clock.now();
    let mut tx = begin_for_user(services, user).await?;
    if !insert_identity(services, &mut tx, user, &identity).await? {
        match queries::touch_identity(&mut tx, &identity, now).await? {
            Some((id, owner)) if owner.id == user => {
                if let Some(tokens) = &identity.tokens {
                    stored_tokens::store(services, &mut tx, id, tokens).await?;
                }
            }
            _ => {
                return Err(Error::api(
                    ErrorCode::Conflict,
                    "That account is already linked to another JobHax account. Unlink it there first, or choose another.",
                ));
            }
        }
    }
    let details = AuditDetails {
        provider: Some(identity.provider.clone()),
        ..AuditDetails::default()
    };
    let action = AuditAction::SignInMethodAdded;
    audit::append_to_account_with(services, &mut tx, user, ip, action, details).await?;
    tx.commit().await
}

/// Inserts an identity and its tokens. Returns false if the identity is already linked to a user.
pub(super) async fn insert_identity(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    identity: &ExternalIdentity,
) -> Result<bool, Error> {
    let id: IdentityId = services.id();
    let new = NewIdentity {
        id,
        user,
        provider: &identity.provider,
        subject: &identity.subject,
        email: identity.email.as_ref().map(EmailAddress::as_str),
    };
    if !queries::insert_identity(tx, &new, services.clock.now()).await? {
        return Ok(false);
    }
    if let Some(tokens) = &identity.tokens {
        stored_tokens::store(services, tx, id, tokens).await?;
    }
    Ok(true)
}

/// The user's sign-in methods.
pub async fn list_sign_in_methods(services: &Services, user: UserId) -> Result<SignInMethods, Error> {
    let mut conn = services.db.global_conn().await?;
    let (password, rows) = queries::find_sign_in_methods(&mut conn, user).await?;
    let organizations = queries::list_organization_providers(&mut conn, user).await?;
    let identities = rows
        .into_iter()
        .filter_map(|row| {
            // An identity is useless for sign-in while its provider is not configured.
            let (provider, name) = find_provider(services, &organizations, &row.provider)?;
            Some(Identity {
                id: row.id,
                provider,
                name,
                email: row.email,
                linked_at: row.created_at,
                last_used_at: row.last_used_at,
            })
        })
        .collect();
    let offers_of_organizations = organizations.into_iter().map(|(tenant, name)| AvailableProvider {
        provider: Provider::Oidc,
        name,
        tenant_id: Some(tenant.into()),
    });
    let offers = services.providers.available();
    Ok(SignInMethods {
        password,
        identities,
        offers: offers.into_iter().chain(offers_of_organizations).collect(),
    })
}

/// Kind and name of the provider with this key, if it is configured or the active provider of one of these organizations.
fn find_provider(
    services: &Services,
    organizations: &[(Uuid, String)],
    key: &str,
) -> Option<(Provider, String)> {
    if let Some(client) = services.providers.find_by_key(key) {
        return Some((client.provider, client.name.clone()));
    }
    let (id, _issuer) = key.split_once(' ')?;
    let ProviderId::Organization(tenant) = id.parse().ok()? else {
        return None;
    };
    let organization = organizations.iter().find(|(id, _)| *id == tenant.0)?;
    Some((Provider::Oidc, organization.1.clone()))
}

/// Removes an identity and queues the revocation of its tokens.
///
/// # Errors
/// `not_found` when the user has no such identity; `last_sign_in_method` when it is the only sign-in method.
pub async fn unlink_identity(services: &Services, caller: &Caller, id: IdentityId) -> Result<(), Error> {
    let user = caller.user.id;
    let mut tx = services.db.begin_global().await?;
    lock_user_exclusively(&mut tx, user).await?;
    let has_password = queries::lock_user(&mut tx, user)
        .await?
        .ok_or_else(Error::account_missing)?;
    let identities = queries::list_identities(&mut tx, user).await?;
    let Some(identity) = identities.iter().find(|i| i.id == id) else {
        return Err(Error::not_found());
    };
    let is_configured = |key: &str| services.providers.find_by_key(key).is_some();
    let has_other_identity = identities
        .iter()
        .any(|i| i.id != id && is_configured(&i.provider));
    if !has_password && !has_other_identity {
        return Err(Error::api(
            ErrorCode::LastSignInMethod,
            "This is your only sign-in method. Set a password or link another provider first.",
        ));
    }
    if let Some(token) = RevocableToken::of_identity(services, identity) {
        queue_revocation(services, &mut tx, token).await?;
    }
    let details = AuditDetails {
        provider: Some(identity.provider.clone()),
        ..AuditDetails::default()
    };
    queries::delete_identity(&mut tx, user, id).await?;
    let action = AuditAction::SignInMethodRemoved;
    audit::append_to_account_with(services, &mut tx, user, caller.ip, action, details).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}

/// Links a LinkedIn account with this subject, without asking LinkedIn. For tests.
#[cfg(feature = "testing")]
pub async fn link_linkedin(services: &Services, user: UserId, subject: &str) -> Result<(), Error> {
    let identity = ExternalIdentity {
        provider: Provider::Linkedin.as_str().to_owned(),
        subject: subject.to_owned(),
        email: EmailAddress::parse(&format!("{subject}@linkedin.example")).ok(),
        email_verified: true,
        given_name: None,
        family_name: None,
        tokens: Some(super::external_identity::ProviderTokens {
            access_token: format!("access of {subject}").into(),
            refresh_token: None,
            expires_at: None,
        }),
    };
    link_identity(services, user, identity, None).await
}
