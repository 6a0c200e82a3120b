//! An application with all that belongs to it, in one statement.

mod queries;

use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{
    jobapps::{ApplicationDetail, ApplicationRef},
    tenants::Action,
};

/// The application with its events, notes and emails.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn get_detail(
    services: &Services,
    caller: &Caller,
    input: ApplicationRef,
) -> Result<ApplicationDetail, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let detail = queries::get_detail(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    detail.ok_or_else(Error::not_found)
}
