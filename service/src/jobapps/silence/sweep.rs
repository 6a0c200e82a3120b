//! The sweep: closes the silent applications of one user.

use super::{
    Basis,
    queries::{self, ClosingRow},
};
use crate::{Error, Services, platform::db::TenantTx};
use chrono::TimeDelta;
use domain::{
    JobApplicationId,
    jobapps::{SilenceThresholds, StageKind},
};

/// Number of applications that are checked in one transaction.
const BATCH_SIZE: i64 = 200;

/// Closes the silent applications among the next ones, in the caller's transaction. Returns the last application that it
/// checked, as the position for the next call; `None` at the end. Safe to run any number of times and on several servers at
/// once: the applications are locked, and an application that was closed or changed in the meantime is left unchanged.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub(super) async fn sweep(
    services: &Services,
    tx: &mut TenantTx,
    after: Option<JobApplicationId>,
) -> Result<Option<JobApplicationId>, Error> {
    let now = services.clock.now();
    let thresholds = queries::thresholds(tx).await?;
    let Some(shortest) = shortest(&thresholds) else {
        return Ok(None);
    };
    let unchanged_since = now - TimeDelta::days(i64::from(shortest));
    let ids = queries::list_unchanged(tx, unchanged_since, after, BATCH_SIZE).await?;
    let Some(last) = ids.last().copied() else {
        return Ok(None);
    };
    // Locked first and read second, so that the activity belongs to the locked rows.
    queries::lock_open(tx, &ids).await?;
    let (_, activities) = queries::activities(tx, &ids, Basis::Recorded).await?;
    let closings: Vec<ClosingRow> = activities
        .into_iter()
        .filter_map(|activity| {
            Some(ClosingRow {
                event_id: services.id(),
                application_id: activity.application,
                silence_days: activity.exceeded_threshold(&thresholds, now)?,
            })
        })
        .collect();
    if !closings.is_empty() {
        queries::close_as_ghosted(tx, &closings, now).await?;
    }
    Ok(Some(last))
}

fn shortest(thresholds: &SilenceThresholds) -> Option<i32> {
    StageKind::ALL
        .into_iter()
        .filter_map(|kind| thresholds.days(kind))
        .min()
}
