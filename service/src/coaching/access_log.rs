//! The log of views of the caller's data.

use super::queries;
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::{cursor, db::purge_in_batches},
};
use domain::{
    coaching::{AccessLogEntry, ListAccessLogInput},
    pagination::{self, Page},
    tenants::Action,
};

/// Maximum number of entries deleted in one transaction.
const PURGE_BATCH: i32 = 1_000;

/// The views of the caller's data by other members, the latest first.
///
/// # Errors
/// `invalid` for a limit out of range, or a cursor of another list.
pub async fn list_access_log(
    services: &Services,
    caller: &Caller,
    input: ListAccessLogInput,
) -> Result<Page<AccessLogEntry>, Error> {
    let grant = permit(caller, Action::ReadSharing)?;
    let limit = pagination::limit(input.limit)?;
    let scope = format!("access log of {} in {}", grant.user(), grant.tenant());
    let after = cursor::decode_optional(&services.keys, scope.as_bytes(), input.cursor.as_deref())?;
    let mut tx = services.db.begin(grant).await?;
    let mut data = queries::access_log::list(&mut tx, after, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let pagination = cursor::paginate(&services.keys, scope.as_bytes(), &mut data, limit, |last| {
        (last.viewed_at, last.id)
    });
    Ok(Page { data, pagination })
}

/// Deletes entries that are older than 400 days. The database decides which entries are old. Which person has viewed whose data is kept
/// without the time, because cohort metrics depend on it.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    purge_in_batches(&services.db, PURGE_BATCH, |conn, limit| {
        Box::pin(queries::access_log::purge(conn, limit))
    })
    .await
}
