//! Disconnects mailboxes.

use super::tokens::{grant_for_own_data, revocable_token};
use crate::{
    Error, Services,
    auth::oauth::queue_revocation,
    background,
    context::{Caller, permit},
    mail::queries::mailboxes,
};
use domain::{MailboxId, TenantId, UserId, tenants::Action};

/// Deletes the tokens of a mailbox and queues their revocation at Google. Messages that were read are kept.
///
/// # Errors
/// `not_found` if the caller has no such connected mailbox.
pub async fn disconnect_mailbox(services: &Services, caller: &Caller, id: MailboxId) -> Result<(), Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let row = {
        let mut tx = services.db.begin(grant).await?;
        let row = mailboxes::find_tokens(&mut tx, id).await?;
        tx.commit().await?;
        row.ok_or_else(Error::not_found)?
    };
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    if let Some(token) = revocable_token(services, grant.tenant(), &row) {
        queue_revocation(services, &mut tx, token).await?;
    }
    let mut tx = tx.into_tenant(grant).await?;
    mailboxes::delete_tokens(&mut tx, Some(id)).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}

/// Deletes the tokens of all mailboxes of a user in a tenant. Messages that were read are kept.
pub(crate) async fn disconnect_all(services: &Services, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let grant = grant_for_own_data(services, tenant, user).await?.to_write();
    let mut tx = services.db.begin(grant).await?;
    mailboxes::delete_tokens(&mut tx, None).await?;
    tx.commit().await
}
