//! Finding probable duplicates among applications, and dismissing false ones.

mod pairs;
mod queries;

use super::{queries as applications, silence};
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{
    JobApplicationId,
    jobapps::{DismissDuplicateInput, Duplicate, JobApplication, MAX_DUPLICATES},
    tenants::Action,
};
use pairs::find_pairs;
use std::collections::HashMap;

/// Maximum number of applications that are compared, so that the work of a request is bounded.
const MAX_CANDIDATES: i64 = 20_000;

/// At most [`MAX_DUPLICATES`] pairs of the caller's applications that are probable duplicates, by the date of the later application.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_duplicates(services: &Services, caller: &Caller) -> Result<Vec<Duplicate>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let candidates = queries::list_candidates(&mut tx, &caller.user.time_zone, MAX_CANDIDATES).await?;
    let dismissed = queries::list_dismissed(&mut tx).await?;
    let pairs = find_pairs(&candidates, &dismissed.into_iter().collect(), MAX_DUPLICATES);
    let ids: Vec<_> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
    let mut found = applications::list_by_ids(&mut tx, &ids).await?;
    silence::fill_in(&mut tx, &mut found, services.clock.now()).await?;
    tx.commit().await?;
    let by_id: HashMap<JobApplicationId, JobApplication> = found
        .into_iter()
        .map(|application| (application.id, application))
        .collect();
    let duplicates = pairs.into_iter().filter_map(|pair| {
        Some(Duplicate {
            jobapp: by_id.get(&pair.first)?.clone(),
            other: by_id.get(&pair.second)?.clone(),
            reason: pair.reason,
        })
    });
    Ok(duplicates.collect())
}

/// Stops listing two applications as a pair. Dismissing them again changes nothing.
///
/// # Errors
/// `invalid` if both are the same; `not_found` if either is not an application of the caller.
pub async fn dismiss_duplicate(
    services: &Services,
    caller: &Caller,
    input: DismissDuplicateInput,
) -> Result<(), Error> {
    let pair = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if applications::list_by_ids(&mut tx, &[pair.0, pair.1]).await?.len() < 2 {
        return Err(Error::not_found());
    }
    queries::insert_dismissed(&mut tx, services.id(), pair, services.clock.now()).await?;
    tx.commit().await
}
