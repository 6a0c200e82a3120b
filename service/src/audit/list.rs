//! Reading events.

use super::queries::{self, Position};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::cursor,
};
use domain::{
    audit::{AuditEntry, AuditFilter, ListEventsInput},
    pagination::{self, Page, Pagination},
    tenants::Action,
};

/// The events of the caller's workspace, the latest first.
///
/// # Errors
/// `forbidden` for other roles than owner and admin; `invalid` for an invalid filter, limit or cursor.
pub async fn list_events(
    services: &Services,
    caller: &Caller,
    input: ListEventsInput,
) -> Result<Page<AuditEntry>, Error> {
    let limit = pagination::limit(input.limit)?;
    let filter = input.filter()?;
    let grant = permit(caller, Action::ReadAudit)?;
    let filters = serde_json::to_string(&filter).map_err(|e| Error::Internal(e.to_string()))?;
    let scope = format!("audit log of {} by {} {filters}", grant.tenant(), grant.user());
    let after = input
        .cursor
        .as_deref()
        .map(|c| cursor::decode::<Position>(&services.keys, scope.as_bytes(), c))
        .transpose()?;
    let (data, next) = read_page(services, grant, &filter, after, limit).await?;
    let next_cursor = next.and_then(|next| cursor::encode(&services.keys, scope.as_bytes(), &next));
    Ok(Page {
        data,
        pagination: Pagination { next_cursor, limit },
    })
}

/// One page of events after a position, and the position of its end unless it is the last page.
pub(crate) async fn read_page(
    services: &Services,
    grant: Grant,
    filter: &AuditFilter,
    after: Option<Position>,
    limit: u32,
) -> Result<(Vec<AuditEntry>, Option<Position>), Error> {
    let mut tx = services.db.begin(grant).await?;
    let mut data = queries::list(&mut tx, filter, after, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let next = cursor::cut_to_page(&mut data, limit).map(|entry| (entry.at, entry.id));
    Ok((data, next))
}
