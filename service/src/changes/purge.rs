//! Deletion of changes that are older than the retention time.

use super::queries;
use crate::{Error, Services};

/// Changes per transaction.
const BATCH: i32 = 5_000;

/// Deletes changes that are older than 30 days. The database decides which these are.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    loop {
        let mut conn = services.db.global_conn().await?;
        if queries::purge(&mut conn, BATCH).await? < BATCH {
            return Ok(());
        }
    }
}
