//! Deletion of events that are older than the retention time.

use super::queries;
use crate::{Error, Services, platform::db::purge_in_batches};
use chrono::TimeDelta;
use domain::audit::RETENTION_DAYS;

/// Maximum number of events deleted in one transaction.
const BATCH: i32 = 1_000;

/// Deletes events older than 400 days, and the names of people who left more than 400 days ago. The database decides which events are
/// old.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    purge_in_batches(&services.db, BATCH, |conn, limit| {
        Box::pin(queries::purge(conn, limit))
    })
    .await?;
    let before = services.clock.now() - TimeDelta::days(RETENTION_DAYS);
    let mut conn = services.db.global_conn().await?;
    queries::delete_former_members(&mut conn, before).await
}
