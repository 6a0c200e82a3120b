//! SQL for auth invalidations.

use crate::{Error, platform::db::GlobalTx};
use sqlx::query;
use uuid::Uuid;

/// Notifies all servers, this one included, when the transaction is committed.
pub(super) async fn notify(tx: &mut GlobalTx, kinds: &[String], ids: &[Uuid]) -> Result<(), Error> {
    query!(
        "select notify_auth_invalidation(kind, id) from unnest($1::text[], $2::uuid[]) as i (kind, id)",
        kinds,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}
