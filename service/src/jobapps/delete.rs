//! Deleting an application: soft, so that it can be brought back.

use super::queries;
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{jobapps::JobappRef, tenants::Action};

/// Takes the application out of every list and number.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted already, or it is not the caller's.
pub async fn delete(services: &Services, caller: &Caller, input: JobappRef) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let deleted = queries::delete(&mut tx, input.jobapp_id, now).await?;
    tx.commit().await?;
    if deleted { Ok(()) } else { Err(Error::not_found()) }
}
