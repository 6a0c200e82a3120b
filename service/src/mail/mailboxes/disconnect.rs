//! Ending the access to a mailbox.

use super::{access::Access, queries};
use crate::{
    Error, Services,
    db::SystemReason,
    identities::{self, queue_revocation},
    jobs,
    tenants::{Caller, permit},
};
use domain::{MailboxId, identities::Provider, mail::Mailbox, tenants::Action};

/// The caller's connected mailboxes, those too that must be connected again; the oldest first.
///
/// # Errors
/// `forbidden` for roles that bring no mail in.
pub async fn get_mailboxes(services: &Services, caller: &Caller) -> Result<Vec<Mailbox>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let found = queries::all_connected(&mut tx).await?;
    tx.commit().await?;
    Ok(found)
}

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
    let access = Access::open(services, grant.tenant(), &row).inspect_err(|error| {
        tracing::error!(%error, mailbox.id = %id, "a grant cannot be given back and is left to run out");
    });
    let mut tx = services.db.system(SystemReason::Work).await?;
    if let Ok(access) = access {
        let given = identities::Grant {
            provider: Provider::Google.as_str().to_owned(),
            token: access.refresh.unwrap_or(access.token),
        };
        queue_revocation(services, &mut tx, given).await?;
    }
    let mut tx = tx.enter(grant).await?;
    queries::disconnect(&mut tx, id).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}
