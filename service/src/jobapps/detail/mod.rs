//! An application with everything that belongs to it.

mod overview;
mod queries;

pub use overview::{ApplicationOverview, Neighbors, get_overview, mark_as_seen};

use crate::{Error, Services, coaching::begin_read, context::Caller, jobapps::silence};
use domain::{
    jobapps::{ApplicationDetail, ApplicationQuery},
    tenants::Action,
};

/// The application with its events, notes and emails.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn get_detail(
    services: &Services,
    caller: &Caller,
    application: impl Into<ApplicationQuery>,
) -> Result<ApplicationDetail, Error> {
    let ApplicationQuery { jobapp_id, owner_id } = application.into();
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, owner_id, Some(jobapp_id)).await?;
    let mut detail = queries::get_detail(&mut tx, jobapp_id).await?;
    if let Some(detail) = &mut detail {
        let now = services.clock.now();
        silence::fill_in(&mut tx, std::slice::from_mut(&mut detail.jobapp), now).await?;
    }
    tx.commit().await?;
    detail.ok_or_else(Error::not_found)
}
