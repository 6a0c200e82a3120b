//! Ending the access to a mailbox.

use super::{access::grant_of, queries};
use crate::{
    Error, Services,
    db::SystemReason,
    identities::queue_revocation,
    jobs,
    tenants::{Caller, permit},
};
use domain::{MailboxId, tenants::Action};

/// Forgets what opens a mailbox and gives it back to Google. What was read from it stays.
///
/// # Errors
/// `not_found` when the caller has connected no such mailbox.
pub async fn disconnect_mailbox(services: &Services, caller: &Caller, id: MailboxId) -> Result<(), Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let row = {
        let mut tx = services.db.begin(grant).await?;
        let row = queries::find_access(&mut tx, id).await?;
        tx.commit().await?;
        row.ok_or_else(Error::not_found)?
    };
    let mut tx = services.db.system(SystemReason::Work).await?;
    if let Some(given) = grant_of(services, grant.tenant(), &row) {
        queue_revocation(services, &mut tx, given).await?;
    }
    let mut tx = tx.enter(grant).await?;
    queries::delete_access(&mut tx, Some(id)).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}
