//! Reading a part of the feed inside a transaction, for the endpoint and for webhooks.

use super::{
    load,
    queries::{self, Bounds},
};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::changes::{Change, ChangeType};

/// Changes with their numbers.
pub(crate) struct FeedPage {
    pub changes: Vec<(i64, Change)>,
    /// The number after which the feed continues.
    pub next: i64,
}

/// The bounds of the numbers that the feed of the transaction's workspace contains.
pub(crate) async fn bounds(tx: &mut TenantTx) -> Result<Bounds, Error> {
    queries::bounds(tx).await
}

/// The changes of these types after a number; the changes of all types if the list is empty.
pub(crate) async fn read(
    tx: &mut TenantTx,
    after: i64,
    bounds: Bounds,
    types: &[ChangeType],
    limit: u32,
    now: DateTime<Utc>,
) -> Result<FeedPage, Error> {
    if after >= bounds.last {
        return Ok(FeedPage {
            changes: Vec::new(),
            next: after,
        });
    }
    let rows = queries::list(tx, after, bounds.last, types, i64::from(limit)).await?;
    let is_full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    // If the page is not full, there are no further changes up to the last number.
    let next = numbers.last().copied().filter(|_| is_full).unwrap_or(bounds.last);
    let changes = load::load(tx, rows, now).await?;
    Ok(FeedPage {
        changes: numbers.into_iter().zip(changes).collect(),
        next,
    })
}
