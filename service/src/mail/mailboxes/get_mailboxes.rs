//! The mailboxes that were connected.

use super::queries;
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{mail::Mailbox, tenants::Action};

/// The caller's connected mailboxes, those too that must be connected again; the oldest first.
///
/// # Errors
/// `forbidden` for roles that bring no mail in.
pub async fn get_mailboxes(services: &Services, caller: &Caller) -> Result<Vec<Mailbox>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let found = queries::connected(&mut tx).await?;
    tx.commit().await?;
    Ok(found)
}
