//! Deletion of changes that are older than the retention time.

use super::queries;
use crate::{Error, Services, platform::db::purge_in_batches};

/// Maximum number of changes deleted in one transaction.
const BATCH: i32 = 5_000;

/// Deletes changes that are older than 30 days. The database decides which changes are old.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    purge_in_batches(&services.db, BATCH, |conn, limit| {
        Box::pin(queries::purge(conn, limit))
    })
    .await
}
