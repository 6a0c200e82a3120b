//! Asking for mail to be fetched.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
    idempotency::{self, Attempt, Begun},
    jobs::{self, Job, Kind},
    tenants::{Caller, permit},
};
use domain::{
    mail::{Mailbox, MailboxState},
    tenants::Action,
};

/// Queues fetching for all of the caller's connected mailboxes, each at most once, and gives them back. Those that must be
/// connected again are left alone.
///
/// # Errors
/// `forbidden` for roles that bring no mail in.
pub async fn sync_user_emails(services: &Services, caller: &Caller) -> Result<Vec<Mailbox>, Error> {
    sync_user_emails_once(services, caller, None).await
}

/// As [`sync_user_emails`], once for the key of the attempt.
///
/// # Errors
/// As [`sync_user_emails`], and those of the key.
pub async fn sync_user_emails_once(
    services: &Services,
    caller: &Caller,
    attempt: Option<&Attempt>,
) -> Result<Vec<Mailbox>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut found = {
        let mut tx = services.db.begin(grant).await?;
        let found = queries::connected(&mut tx).await?;
        tx.commit().await?;
        found
    };
    found.retain(|mailbox| mailbox.state != MailboxState::ReconnectRequired);
    let mut tx = services.db.system(SystemReason::Work).await?;
    for mailbox in &found {
        Job::enqueue_for(services, &mut tx, grant, Kind::SyncMailbox, mailbox.id.0).await?;
    }
    let mut tx = match idempotency::enter(services, tx, grant, attempt).await? {
        Begun::Now(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let mailboxes = queries::begin_syncing(&mut tx).await;
    let mailboxes = tx.settle(mailboxes).await?;
    jobs::wake();
    Ok(mailboxes)
}
