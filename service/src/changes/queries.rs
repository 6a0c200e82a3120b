//! SQL of the changes feed.

use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::changes::{ChangeType, Transition};
use sqlx::{query, query_scalar, types::Json};
use uuid::Uuid;

/// The bounds of the numbers that the feed of a workspace contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The highest number that was purged.
    pub purged: i64,
    /// The highest number.
    pub last: i64,
}

/// A change without its data.
pub(super) struct ChangeRow {
    pub number: i64,
    pub id: Uuid,
    pub change_type: ChangeType,
    pub object: Uuid,
    pub application: Option<Uuid>,
    pub owner: Option<Uuid>,
    pub transition: Option<Transition>,
    pub committed_at: DateTime<Utc>,
}

pub(super) async fn bounds(tx: &mut TenantTx) -> Result<Bounds, Error> {
    let tenant = tx.tenant();
    let row = query!(
        "select purged_number, last_number from change_sequences where tenant_id = $1",
        tenant.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or_else(Bounds::default, |row| Bounds {
        purged: row.purged_number,
        last: row.last_number,
    }))
}

/// The number before the first change since this time. `None` if there is no such change.
pub(crate) async fn find_number_before(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
) -> Result<Option<i64>, Error> {
    let tenant = tx.tenant();
    let number = query_scalar!(
        r#"select min(number) - 1 from changes where tenant_id = $1 and committed_at >= $2"#,
        tenant.0,
        since,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}

/// The caller's changes, and changes of objects that all members share, with a number greater than `after` and at most `last`. Without
/// types, changes of all types. A union of two queries, so that each reads its part of the index in order.
pub(super) async fn list(
    tx: &mut TenantTx,
    after: i64,
    last: i64,
    types: &[ChangeType],
    limit: i64,
) -> Result<Vec<ChangeRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let types: Vec<String> = types.iter().map(|t| t.as_str().to_owned()).collect();
    let rows = query!(
        r#"
        select c.number as "number!", c.id as "id!", c.type as "type!", c.object_id as "object_id!", c.application_id, c.owner_id,
          c.transition as "transition: Json<Transition>", c.committed_at as "committed_at!"
        from (
          (select number, id, type, object_id, application_id, owner_id, transition, committed_at from changes
           where tenant_id = $1 and owner_id = $2 and number > $3 and number <= $4 and ($5::text[] = '{}' or type = any($5))
           order by number limit $6)
          union all
          (select number, id, type, object_id, application_id, owner_id, transition, committed_at from changes
           where tenant_id = $1 and owner_id is null and number > $3 and number <= $4 and ($5::text[] = '{}' or type = any($5))
           order by number limit $6)
        ) c
        order by c.number
        limit $6
        "#,
        tenant.0,
        user.0,
        after,
        last,
        &types,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ChangeRow {
                number: row.number,
                id: row.id,
                change_type: ChangeType::parse(&row.r#type)
                    .ok_or_else(|| Error::unknown_value("change type"))?,
                object: row.object_id,
                application: row.application_id,
                owner: row.owner_id,
                transition: row.transition.map(|transition| transition.0),
                committed_at: row.committed_at,
            })
        })
        .collect()
}

/// Deletes at most `limit` changes that are older than the retention time. Returns the number of deleted changes.
pub(super) async fn purge(conn: &mut GlobalConn, limit: i32) -> Result<i32, Error> {
    let purged = query_scalar!(r#"select purge_changes($1) as "purged!""#, limit)
        .fetch_one(conn.conn())
        .await?;
    Ok(purged)
}
