//! Creating API keys.

use super::queries::{self, NewKey};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{self, ReauthPolicy, begin_for_user, reauthenticate},
    background,
    context::{Caller, ClientInfo, permit},
    email::{self, EmailTemplate, Recipient},
    platform::{db::AdvisoryLock, normalize::nfc, rng},
    quotas,
};
use domain::{
    ErrorCode,
    audit::{AuditAction, AuditObjectKind},
    keys::{AddKeyInput, ApiKey, MAX_KEYS_PER_USER, NewApiKey, format_key, visible_part},
    quotas::Quota,
    tenants::Action,
    users::device_name,
};

/// Creates an API key of the caller in this workspace. The secret is shown only in the response, so the response is not stored for
/// retries either. The caller is notified by email.
///
/// # Errors
/// `invalid` with every invalid field or for a wrong password; `reauthentication_required`; `forbidden` for demo accounts;
/// `quota_exceeded`; `rate_limited`.
pub async fn add_key(
    services: &Services,
    caller: &Caller,
    mut input: AddKeyInput,
    client: &ClientInfo,
) -> Result<NewApiKey, Error> {
    let now = services.clock.now();
    input.name = nfc(&input.name);
    let password = input.password.clone();
    let settings = input.parse(now)?;
    let grant = permit(caller, Action::ReadMembers)?;
    let (tenant, user) = (grant.tenant(), grant.user());
    if auth::is_demo(services, user).await? {
        let detail = "A demo account cannot have API keys. Create an account first.";
        return Err(Error::api(ErrorCode::Forbidden, detail));
    }
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", password).await?;
    let mut random = [0; 32];
    services.rng.fill(&mut random);
    let secret = format_key(random);
    let key = ApiKey {
        id: services.id(),
        name: settings.name,
        prefix: visible_part(&secret).to_owned(),
        scopes: settings.scopes,
        created_at: now,
        expires_at: settings.expires_at,
        last_used_at: None,
    };
    let mut tx = begin_for_user(services, user).await?;
    queries::share_membership(&mut tx, tenant, user).await?;
    tx.lock(AdvisoryLock::Quota(Quota::Keys, tenant)).await?;
    if queries::count(&mut tx, tenant, user).await? >= MAX_KEYS_PER_USER {
        let detail = format!("You have reached the limit of {MAX_KEYS_PER_USER} API keys. Revoke one first.");
        return Err(Error::api(ErrorCode::QuotaExceeded, detail));
    }
    quotas::check_keys(services, &mut tx, tenant).await?;
    let new = NewKey {
        tenant,
        user,
        key: &key,
        secret_hash: &rng::sha256(secret.as_bytes()),
    };
    queries::insert(&mut tx, &new).await?;
    let event = NewEvent::by(caller, AuditAction::KeyAdded).about_object(AuditObjectKind::ApiKey, key.id.0);
    audit::append(services, tx.conn(), &event).await?;
    let recipient = Recipient::User(user, &caller.user.email);
    let device = device_name(client.user_agent());
    email::enqueue(
        services,
        &mut tx,
        EmailTemplate::ApiKeyAdded,
        recipient,
        Some(&device),
    )
    .await?;
    tx.commit().await?;
    background::wake();
    audit_log::record(AuditEvent::KeyAdded, Some(user), Some(client.ip()));
    Ok(NewApiKey::new(key, secret))
}
