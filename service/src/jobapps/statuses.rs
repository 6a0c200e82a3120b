//! The stages of a workspace.

use super::queries;
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{jobapps::Status, tenants::Action};

/// All stages, by position.
pub async fn statuses(services: &Services, caller: &Caller) -> Result<Vec<Status>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let stages = queries::stages(&mut tx).await?;
    tx.commit().await?;
    Ok(stages)
}
