//! Changing and revoking API keys.

use super::queries;
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{Invalidation, ReauthPolicy, begin_for_user, reauthenticate},
    context::{Caller, ClientInfo, permit},
    platform::normalize::nfc,
};
use domain::{
    audit::{AuditAction, AuditObjectKind},
    keys::{ApiKey, ApiKeyRef, UpdateKeyInput},
    tenants::Action,
};

/// Changes name, scopes or expiry of a key of the caller. Effective immediately on all servers. Equal values change nothing.
///
/// # Errors
/// `invalid` with every invalid field or for a wrong password; `reauthentication_required`, except for the name alone; `not_found`;
/// `rate_limited`.
pub async fn update_key(
    services: &Services,
    caller: &Caller,
    mut input: UpdateKeyInput,
    client: &ClientInfo,
) -> Result<ApiKey, Error> {
    input.name = input.name.map(|name| nfc(&name));
    let (id, password) = (input.key_id, input.password.clone());
    let update = input.parse(services.clock.now())?;
    let grant = permit(caller, Action::ReadMembers)?;
    let (tenant, user) = (grant.tenant(), grant.user());
    if update.changes_access() {
        let policy = ReauthPolicy::PasswordOrRecentSignIn;
        reauthenticate(services, caller, client, policy, "password", password).await?;
    }
    let mut tx = begin_for_user(services, user).await?;
    let before = queries::lock(&mut tx, tenant, user, id).await?;
    let before = before.ok_or_else(Error::not_found)?;
    let key = ApiKey {
        name: update.name.unwrap_or_else(|| before.name.clone()),
        scopes: update.scopes.unwrap_or_else(|| before.scopes.clone()),
        expires_at: update.expires_at.unwrap_or(before.expires_at),
        ..before.clone()
    };
    if key == before {
        return Ok(key);
    }
    queries::update(&mut tx, tenant, &key).await?;
    let event = NewEvent::by(caller, AuditAction::KeyUpdated).about_object(AuditObjectKind::ApiKey, id.0);
    audit::append(services, tx.conn(), &event).await?;
    services.auth_cache.commit(tx, &[Invalidation::Key(id)]).await?;
    audit_log::record(AuditEvent::KeyUpdated, Some(user), Some(client.ip()));
    Ok(key)
}

/// Revokes a key of the caller. The next request with it is rejected, on all servers.
///
/// # Errors
/// `not_found` if the caller has no such key in this workspace.
pub async fn revoke_key(services: &Services, caller: &Caller, input: ApiKeyRef) -> Result<(), Error> {
    let grant = permit(caller, Action::ReadMembers)?;
    let (tenant, user, id) = (grant.tenant(), grant.user(), input.key_id);
    let mut tx = begin_for_user(services, user).await?;
    if !queries::delete(&mut tx, tenant, user, id).await? {
        return Err(Error::not_found());
    }
    let event = NewEvent::by(caller, AuditAction::KeyRevoked).about_object(AuditObjectKind::ApiKey, id.0);
    audit::append(services, tx.conn(), &event).await?;
    services.auth_cache.commit(tx, &[Invalidation::Key(id)]).await?;
    audit_log::record(AuditEvent::KeyRevoked, Some(user), caller.ip);
    Ok(())
}
