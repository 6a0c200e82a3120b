//! The weekly goal of a user in a workspace.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{
    metrics::{Goal, SetGoalInput},
    tenants::Action,
};

/// Sets or removes the number of applications that the caller wants to send in a week.
///
/// # Errors
/// `invalid` if it is out of range.
pub async fn set_goal(services: &Services, caller: &Caller, input: SetGoalInput) -> Result<Goal, Error> {
    let weekly_goal = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    match weekly_goal {
        Some(goal) => queries::set_weekly_goal(&mut tx, goal).await?,
        None => queries::delete_weekly_goal(&mut tx).await?,
    }
    tx.commit().await?;
    Ok(Goal { weekly_goal })
}
