//! The history of an application.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{JobApplicationId, jobapps::ApplicationEvent, tenants::Action};

/// The events of an application, oldest first; the first one is its creation.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn list_events(
    services: &Services,
    caller: &Caller,
    id: JobApplicationId,
) -> Result<Vec<ApplicationEvent>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let events = queries::list_events(&mut tx, id).await?;
    tx.commit().await?;
    // Every application has at least its creation event.
    if events.is_empty() {
        Err(Error::not_found())
    } else {
        Ok(events)
    }
}
