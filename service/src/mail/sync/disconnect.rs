//! Disconnects mailboxes.

use super::{ClearMailbox, MailSource as _};
use crate::{
    Error, Services,
    auth::oauth::queue_revocation,
    background::{self, Job},
    context::{Caller, permit},
    mail::{
        gmail::Gmail,
        imap::Imap,
        preview,
        queries::{imap, mailbox_tokens, mailboxes},
        tokens::{grant_for_own_data, revocable_token},
    },
};
use domain::{MailboxId, TenantId, UserId, tenants::Action};

/// Deletes the password or the tokens of a mailbox and queues their revocation at Google; Microsoft has no revocation. Stored
/// messages are kept. With `forget`, a job deletes them and what they added, except what people have changed since.
///
/// # Errors
/// `not_found` if the caller has no such connected mailbox.
pub async fn disconnect_mailbox(
    services: &Services,
    caller: &Caller,
    id: MailboxId,
    forget: bool,
) -> Result<(), Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let tokens = {
        let mut tx = services.db.begin(grant).await?;
        let tokens = mailbox_tokens::find(&mut tx, id).await?;
        let is_imap = imap::find_account(&mut tx, id).await?.is_some();
        if tokens.is_none() && !is_imap {
            return Err(Error::not_found());
        }
        tx.commit().await?;
        tokens.filter(|_| !is_imap)
    };
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    if let Some(token) = tokens.and_then(|row| revocable_token(services, grant.tenant(), &row)) {
        queue_revocation(services, &mut tx, token).await?;
    }
    // This also stops a running sync and waiting for new email.
    for kind in [Gmail::KIND, Imap::KIND] {
        background::cancel(&mut tx, kind, id.0).await?;
    }
    if forget {
        Job::enqueue_for(services, &mut tx, grant, ClearMailbox::KIND, id.0).await?;
    }
    let mut tx = tx.into_tenant(grant).await?;
    let mailbox = mailboxes::find_preview(&mut tx, id).await?;
    if let Some(preview) = mailbox.and_then(|mailbox| mailbox.preview) {
        preview::discard(&mut tx, preview, services.clock.now()).await?;
    }
    mailboxes::disconnect(&mut tx, Some(id)).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}

/// Deletes the tokens and passwords of all mailboxes of a user in a tenant. Stored messages are kept.
pub(crate) async fn disconnect_all(services: &Services, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let grant = grant_for_own_data(services, tenant, user).await?.to_write();
    let mut tx = services.db.begin(grant).await?;
    mailboxes::disconnect(&mut tx, None).await?;
    tx.commit().await
}
