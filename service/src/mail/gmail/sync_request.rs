//! Requests a sync of all connected mailboxes.

use super::SyncGmail;
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, permit},
    idempotency::{self, Claim, IdempotentRequest},
    mail::queries::mailboxes,
};
use domain::{
    mail::{Mailbox, MailboxState},
    tenants::Action,
};

/// Queues a sync for each of the caller's connected mailboxes and returns them. Mailboxes that must be reconnected are
/// skipped.
///
/// # Errors
/// `forbidden` if the caller's role may not import email, and those of the idempotency key.
pub async fn sync_user_emails(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
) -> Result<Vec<Mailbox>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut mailboxes = {
        let mut tx = services.db.begin(grant).await?;
        let mailboxes = mailboxes::list_connected(&mut tx).await?;
        tx.commit().await?;
        mailboxes
    };
    mailboxes.retain(|mailbox| mailbox.state != MailboxState::ReconnectRequired);
    // The order in which all transactions lock several jobs.
    mailboxes.sort_by_key(|mailbox| mailbox.id.0);
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    for mailbox in &mailboxes {
        Job::enqueue_for(services, &mut tx, grant, SyncGmail::KIND, mailbox.id.0).await?;
    }
    let mut tx = match idempotency::begin_in(services, tx, grant, request).await? {
        Claim::New(tx) => tx,
        Claim::Replay(mailboxes) => return Ok(mailboxes),
    };
    let syncing = mailboxes::set_syncing(&mut tx).await;
    let syncing = tx.commit(syncing).await?;
    background::wake();
    Ok(syncing)
}
