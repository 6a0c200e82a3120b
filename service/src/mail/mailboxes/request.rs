//! Asking for mail to be fetched.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
    idempotency::{self, Attempt, Begun, Once},
    jobs::{self, Job, Kind},
    tenants::{Caller, permit},
};
use domain::{mail::Mailbox, tenants::Action};

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
    let found = {
        let mut tx = services.db.begin(grant).await?;
        let found = queries::connected(&mut tx).await?;
        tx.commit().await?;
        found
    };
    if found.is_empty() {
        // Nothing is queued; the answer is kept all the same, because asked again it is to be this one.
        return match idempotency::begin(services, grant, attempt).await? {
            Begun::Now(tx) => tx.settle(Ok(found)).await,
            Begun::Before(answer) => Ok(answer),
        };
    }
    let now = services.clock.now();
    let mut tx = services.db.system(SystemReason::Work).await?;
    for mailbox in &found {
        Job::enqueue_in(
            services,
            &mut tx,
            Kind::SyncMailbox,
            Some(grant.tenant()),
            Some(grant.user()),
            mailbox.id.0,
        )
        .await?;
    }
    let entered = match attempt {
        None => tx.enter(grant).await,
        Some(attempt) => tx.enter_claimed(grant, &attempt.claim(grant, now)).await,
    };
    let mut tx = match (entered, attempt) {
        (Ok(tx), _) => Once::claimed(tx, attempt, grant, now),
        (Err(refused), Some(attempt)) => {
            return idempotency::earlier(services, grant, attempt, refused).await;
        }
        (Err(error), None) => return Err(error),
    };
    let mailboxes = queries::begin_syncing(&mut tx).await;
    let mailboxes = tx.settle(mailboxes).await?;
    jobs::wake();
    Ok(mailboxes)
}
