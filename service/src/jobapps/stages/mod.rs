//! The stages of a workspace.

mod change;
mod queries;

pub use change::{add_stage, delete_stage, order_stages, update_stage};

use super::queries as applications;
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
    let stages = applications::list_stages(&mut tx).await?;
    tx.commit().await?;
    Ok(stages)
}
