//! The stages of a workspace.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{jobapps::Stage, tenants::Action};

/// All stages, by position.
pub async fn list_stages(services: &Services, caller: &Caller) -> Result<Vec<Stage>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let stages = queries::list_stages(&mut tx).await?;
    tx.commit().await?;
    Ok(stages)
}
