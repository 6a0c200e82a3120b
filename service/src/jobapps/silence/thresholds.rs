//! The thresholds of a workspace.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{
    jobapps::{SilenceThresholds, UpdateSilenceThresholdsInput},
    tenants::Action,
};

/// After how many days of silence applications are closed.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn get_thresholds(services: &Services, caller: &Caller) -> Result<SilenceThresholds, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let thresholds = queries::thresholds(&mut tx).await?;
    tx.commit().await?;
    Ok(thresholds)
}

/// Changes the thresholds, for all members of the workspace. Applications are closed by the next sweep.
///
/// # Errors
/// `invalid` with every number out of range; `forbidden` unless the caller manages the workspace.
pub async fn update_thresholds(
    services: &Services,
    caller: &Caller,
    input: UpdateSilenceThresholdsInput,
) -> Result<SilenceThresholds, Error> {
    let changes = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::ManageWorkspace)?)
        .await?;
    queries::set_thresholds(&mut tx, &changes).await?;
    let thresholds = queries::thresholds(&mut tx).await?;
    tx.commit().await?;
    Ok(thresholds)
}
