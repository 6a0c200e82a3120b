//! Tokens of OAuth providers that several features hold: `auth` for identities, `mail` for connected mailboxes.

use crate::{
    Error, Services,
    auth::oauth::{TakeoverHook, revoke_all_tokens},
    mail, tenants,
};
use async_trait::async_trait;
use domain::UserId;

/// Revokes all tokens that providers issued for a user. Call it before the user is deleted. Imported applications stay,
/// but nothing more is synced.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; no revocation is queued then.
pub async fn revoke_provider_tokens(services: &Services, user: UserId) -> Result<(), Error> {
    let mut mailbox_tokens = Vec::new();
    for tenant in tenants::list_tenants(services, user).await? {
        mailbox_tokens.extend(mail::revocable_tokens(services, tenant.id, user).await?);
    }
    revoke_all_tokens(services, user, mailbox_tokens).await
}

/// Disconnects the mailboxes of an account before it is taken over.
pub(crate) struct DisconnectMailboxes;

#[async_trait]
impl TakeoverHook for DisconnectMailboxes {
    async fn before_takeover(&self, services: &Services, user: UserId) -> Result<(), Error> {
        for tenant in tenants::list_tenants(services, user).await? {
            mail::disconnect_all(services, tenant.id, user).await?;
        }
        Ok(())
    }
}
