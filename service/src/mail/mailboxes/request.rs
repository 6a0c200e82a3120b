//! Asking for mail to be fetched.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
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
    let grant = permit(caller, Action::ImportMail)?;
    let found = {
        let mut tx = services.db.begin(grant).await?;
        let found = queries::connected(&mut tx).await?;
        tx.commit().await?;
        found
    };
    if found.is_empty() {
        return Ok(found);
    }
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
    let mut tx = tx.enter(grant).await?;
    let mailboxes = queries::begin_syncing(&mut tx).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(mailboxes)
}
