//! Deletion of old rows in batches.

use super::{Db, GlobalConn};
use crate::Error;
use std::pin::Pin;

/// One batch. Boxed, because the compiler cannot prove that the future of an async closure may move between threads.
pub(crate) type Purge<'a> = Pin<Box<dyn Future<Output = Result<i32, Error>> + Send + 'a>>;

/// Calls `purge`, which deletes at most `batch` rows in one transaction and returns their number, until there are fewer. Each call uses
/// a new connection of the pool, so that other work gets connections in between. Safe to run concurrently on several servers.
pub(crate) async fn purge_in_batches(
    db: &Db,
    batch: i32,
    purge: impl Fn(&mut GlobalConn, i32) -> Purge<'_>,
) -> Result<(), Error> {
    loop {
        let mut conn = db.global_conn().await?;
        if purge(&mut conn, batch).await? < batch {
            return Ok(());
        }
    }
}
