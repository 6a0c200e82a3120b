//! The history of an application.

use super::queries;
use crate::{Error, Services, coaching::begin_read, context::Caller};
use domain::{
    jobapps::{ApplicationEvent, ApplicationQuery},
    tenants::Action,
};

/// The events of an application, oldest first. The first one is its creation.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn list_events(
    services: &Services,
    caller: &Caller,
    application: impl Into<ApplicationQuery>,
) -> Result<Vec<ApplicationEvent>, Error> {
    let ApplicationQuery { jobapp_id, owner_id } = application.into();
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, owner_id, Some(jobapp_id)).await?;
    let events = queries::list_events(&mut tx, jobapp_id).await?;
    tx.commit().await?;
    // Every application has at least its creation event.
    if events.is_empty() {
        Err(Error::not_found())
    } else {
        Ok(events)
    }
}
