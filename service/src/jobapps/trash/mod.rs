//! Deleting, restoring and purging applications.

mod list;
mod queries;

pub use list::{DeletedApplication, DeletedApplications, list_deleted};

use super::{queries as applications, silence};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::db::{TenantTx, purge_in_batches},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    JobApplicationId,
    jobapps::{ApplicationRef, JobApplication},
    tenants::Action,
};

/// How long a deleted application can be restored.
pub(super) const RESTORE_WINDOW: TimeDelta = TimeDelta::days(30);
/// Maximum number of applications purged by one statement.
const PURGE_BATCH_SIZE: i32 = 500;

/// Deletes an application: it disappears from every list and metric, and can be restored for thirty days.
///
/// # Errors
/// `not_found` if the application does not exist, is already deleted, or is not visible to the caller.
pub async fn delete(services: &Services, caller: &Caller, input: ApplicationRef) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let deleted = queries::delete(&mut tx, input.jobapp_id, now).await?;
    if deleted {
        applications::record_deleted_dependents(&mut tx, &[input.jobapp_id]).await?;
    }
    tx.commit().await?;
    if deleted { Ok(()) } else { Err(Error::not_found()) }
}

/// Deletes an application in the caller's transaction.
pub(crate) async fn move_to_trash(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    queries::delete(tx, id, now).await?;
    applications::record_deleted_dependents(tx, &[id]).await
}

/// Restores an application in the caller's transaction, if it is deleted.
pub(crate) async fn restore_from_trash(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if queries::restore(tx, id, now, now - RESTORE_WINDOW).await? {
        applications::record_restored_dependents(tx, &[id]).await?;
    }
    Ok(())
}

/// Deletes an application in the caller's transaction so that it cannot be restored and no message matches it. The next purge
/// removes it.
pub(crate) async fn delete_for_good(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    queries::delete_for_good(tx, id, now, now - RESTORE_WINDOW).await?;
    applications::record_deleted_dependents(tx, &[id]).await
}

/// Restores a deleted application with its events and notes. Has no effect on one that is not deleted.
///
/// # Errors
/// `not_found` if the application does not exist, was deleted more than thirty days ago, or is not visible to the caller.
pub async fn restore(
    services: &Services,
    caller: &Caller,
    input: ApplicationRef,
) -> Result<JobApplication, Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    restore_from_trash(&mut tx, input.jobapp_id, now).await?;
    let mut restored = applications::find(&mut tx, input.jobapp_id).await?;
    if let Some(restored) = &mut restored {
        silence::fill_in(&mut tx, std::slice::from_mut(restored), now).await?;
    }
    tx.commit().await?;
    restored.ok_or_else(Error::not_found)
}

/// Permanently removes applications deleted more than thirty days ago. Safe to run concurrently on several servers.
pub async fn purge(services: &Services) -> Result<(), Error> {
    let before = services.clock.now() - RESTORE_WINDOW;
    purge_in_batches(&services.db, PURGE_BATCH_SIZE, |conn, limit| {
        Box::pin(queries::purge(conn, before, limit))
    })
    .await
}
