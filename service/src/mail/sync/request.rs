//! Requests a sync of one or all connected mailboxes.

use super::{MailSource as _, get_mailboxes};
use crate::{
    Error, Services,
    background::{self, Job, JobKind},
    context::{Caller, permit},
    idempotency::{self, Claim, IdempotentRequest},
    mail::{
        gmail::Gmail,
        imap::Imap,
        queries::{imports, mailboxes},
    },
    platform::db::TenantTx,
};
use domain::{
    ImportId, MailboxId,
    mail::{Mailbox, MailboxKind, MailboxState},
    tenants::Action,
};

/// Queues a sync for each of the caller's connected mailboxes and returns them. Mailboxes that must be reconnected are
/// skipped.
///
/// # Errors
/// `forbidden` if the caller's role may not import email; the errors of the idempotency key.
pub async fn sync_user_emails(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
) -> Result<Vec<Mailbox>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut mailboxes = get_mailboxes(services, caller).await?;
    mailboxes.retain(|mailbox| mailbox.state != MailboxState::ReconnectRequired);
    // All transactions lock several jobs in this order.
    mailboxes.sort_by_key(|mailbox| mailbox.id.0);
    let mut tx = services.db.begin_global_for(grant.user()).await?;
    for mailbox in &mailboxes {
        Job::enqueue_for(services, &mut tx, grant, job_kind(mailbox)?, mailbox.id.0).await?;
    }
    let mut tx = match idempotency::begin_in(services, tx, grant, request).await? {
        Claim::New(tx) => tx,
        Claim::Replay(mailboxes) => return Ok(mailboxes),
    };
    let syncing = mailboxes::set_syncing(&mut tx, None).await;
    let syncing = tx.commit(syncing).await?;
    background::wake();
    Ok(syncing)
}

/// Queues a sync of one of the caller's connected mailboxes and returns the mailbox. With `dry_run` the sync changes nothing, and
/// the import of the mailbox shows its effects. A mailbox that must be reconnected is returned unchanged.
///
/// # Errors
/// `not_found` if the caller has no such connected mailbox; `forbidden` if the caller's role may not import email.
pub async fn sync_mailbox(
    services: &Services,
    caller: &Caller,
    id: MailboxId,
    dry_run: bool,
) -> Result<Mailbox, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mailboxes = get_mailboxes(services, caller).await?;
    let mailbox = mailboxes.into_iter().find(|mailbox| mailbox.id == id);
    let mailbox = mailbox.ok_or_else(Error::not_found)?;
    if mailbox.state == MailboxState::ReconnectRequired {
        return Ok(mailbox);
    }
    let mut tx = Job::enqueue(services, grant, job_kind(&mailbox)?, id.0).await?;
    if dry_run {
        start_preview(services, &mut tx, id).await?;
    }
    let syncing = mailboxes::set_syncing(&mut tx, Some(id)).await?.pop();
    tx.commit().await?;
    background::wake();
    Ok(syncing.unwrap_or(mailbox))
}

/// Makes the next sync of a mailbox a preview, unless it is one already, and returns the preview. Call it in the transaction that
/// queues the sync.
pub async fn start_preview(
    services: &Services,
    tx: &mut TenantTx,
    mailbox: MailboxId,
) -> Result<Option<ImportId>, Error> {
    let import = services.id();
    if mailboxes::set_preview(tx, mailbox, import).await? {
        imports::insert_import(tx, import, mailbox, &[], true, services.clock.now()).await?;
        return Ok(Some(import));
    }
    let mailbox = mailboxes::find_preview(tx, mailbox).await?;
    Ok(mailbox.and_then(|mailbox| mailbox.preview))
}

/// The kind of the background jobs that sync a mailbox.
fn job_kind(mailbox: &Mailbox) -> Result<JobKind, Error> {
    match mailbox.kind {
        MailboxKind::Gmail => Ok(Gmail::KIND),
        MailboxKind::Imap => Ok(Imap::KIND),
        MailboxKind::Upload => Err(Error::Internal("an upload cannot be synced".into())),
    }
}
