//! Everything about one application, by one statement.

mod queries;

use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{
    jobapps::{JobappDetail, JobappRef},
    tenants::Action,
};

/// The application with its ledger, notes and mails.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted, or it is not the caller's.
pub async fn detail(services: &Services, caller: &Caller, input: JobappRef) -> Result<JobappDetail, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let detail = queries::detail(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    detail.ok_or_else(Error::not_found)
}
