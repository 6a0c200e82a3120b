//! Deleting an application, bringing it back, and the end of those that nobody brought back.

mod queries;

use super::queries as applications;
use crate::{
    Error, Services,
    db::SystemReason,
    tenants::{Caller, permit},
};
use chrono::TimeDelta;
use domain::{
    jobapps::{JobApplication, JobappRef},
    tenants::Action,
};

/// How long a deleted application can be brought back.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Applications that one statement removes for good, with all that hangs on them.
const AT_ONCE: i32 = 500;

/// Takes the application out of every list and number.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted already, or it is not the caller's.
pub async fn delete(services: &Services, caller: &Caller, input: JobappRef) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let deleted = queries::delete(&mut tx, input.jobapp_id, now).await?;
    tx.commit().await?;
    if deleted { Ok(()) } else { Err(Error::not_found()) }
}

/// Brings a deleted application back, with its ledger and notes. One that is there stays as it is.
///
/// # Errors
/// `not_found` when there is no such application, it was deleted more than thirty days ago, or it is not the caller's.
pub async fn restore(
    services: &Services,
    caller: &Caller,
    input: JobappRef,
) -> Result<JobApplication, Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    queries::restore(&mut tx, input.jobapp_id, now, now - KEPT).await?;
    let found = applications::find(&mut tx, input.jobapp_id).await?;
    tx.commit().await?;
    found.ok_or_else(Error::not_found)
}

/// Removes for good what was deleted more than thirty days ago. Safe to run at any time and on several servers.
pub async fn purge(services: &Services) -> Result<(), Error> {
    let before = services.clock.now() - KEPT;
    loop {
        let mut conn = services.db.system_read(SystemReason::Sweep).await?;
        if queries::purge(&mut conn, before, AT_ONCE).await? < AT_ONCE {
            return Ok(());
        }
    }
}
