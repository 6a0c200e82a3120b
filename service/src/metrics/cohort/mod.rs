//! Metrics of groups of people. `domain::metrics::cohort` decides which figures are shown. Data of other members leaves the database only
//! as anonymous numbers, through two functions that check the role (`migrations/0047_cohorts.sql`).

mod queries;

use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::time_zone::today,
};
use domain::{
    ErrorCode,
    metrics::{CohortMetrics, CohortQuery},
    tenants::Action,
};

/// Maximum number of attempts to publish. An attempt fails if a membership ends at the same moment.
const MAX_ATTEMPTS: u32 = 3;

/// The metrics of a group, or of everyone in the workspace. First publishes completed months that are not published yet.
///
/// # Errors
/// `invalid` if the range is; `forbidden` for members; `not_found` if there is no such group.
pub async fn cohort(
    services: &Services,
    caller: &Caller,
    query: &CohortQuery,
) -> Result<CohortMetrics, Error> {
    let now = services.clock.now();
    let (first, last) = query.months(today(now, "UTC"))?;
    let grant = permit(caller, Action::ReadGroups)?;
    if let Some(group) = query.group_id {
        let mut tx = services.db.begin(grant).await?;
        let exists = queries::group_exists(&mut tx, group).await?;
        tx.commit().await?;
        if !exists {
            return Err(Error::not_found());
        }
    }
    for _ in 0..MAX_ATTEMPTS {
        let mut tx = services.db.begin_global_for(grant.user()).await?;
        if queries::publish(&mut tx, grant, now).await? {
            let contributions = queries::contributions(&mut tx, grant, first, last).await?;
            tx.commit().await?;
            return Ok(CohortMetrics::new(query.group_id, &contributions));
        }
    }
    let detail = "Members are leaving this workspace right now. Try again.";
    Err(Error::retry_later(ErrorCode::Unavailable, detail, 1))
}
