//! Lists connected mailboxes.

use crate::{
    Error, Services,
    context::{Caller, permit},
    mail::queries::mailboxes,
};
use domain::{mail::Mailbox, tenants::Action};

/// The caller's connected mailboxes, oldest first, including those that must be reconnected.
///
/// # Errors
/// `forbidden` if the caller's role may not import email.
pub async fn get_mailboxes(services: &Services, caller: &Caller) -> Result<Vec<Mailbox>, Error> {
    let grant = permit(caller, Action::ImportMail)?.to_read();
    let mut tx = services.db.begin(grant).await?;
    let mailboxes = mailboxes::list_connected(&mut tx).await?;
    tx.commit().await?;
    Ok(mailboxes)
}
