//! Deletion of events that are older than the retention time.

use super::queries;
use crate::{Error, Services, platform::db::purge_in_batches};

/// Events per transaction.
const BATCH: i32 = 1_000;

/// Deletes events that are older than 400 days. The database decides which these are.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    purge_in_batches(&services.db, BATCH, |conn, limit| {
        Box::pin(queries::purge(conn, limit))
    })
    .await
}
