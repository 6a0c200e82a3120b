//! What happened to an application.

use super::queries;
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{JobApplicationId, jobapps::HistoryEntry, tenants::Action};

/// The ledger of one application, oldest first; the first entry is its creation.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted, or it is not the caller's.
pub async fn history(
    services: &Services,
    caller: &Caller,
    id: JobApplicationId,
) -> Result<Vec<HistoryEntry>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let entries = queries::history(&mut tx, id).await?;
    tx.commit().await?;
    // An application always has its creation in the ledger.
    if entries.is_empty() {
        Err(Error::not_found())
    } else {
        Ok(entries)
    }
}
