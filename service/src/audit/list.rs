//! Reading events.

use super::queries::{self, Position};
use crate::{
    Error, Services,
    context::{Caller, Grant, permit},
    platform::cursor,
};
use domain::{
    audit::{AuditEntry, AuditFilter, AuditObject, AuditObjectKind, ListEventsInput},
    pagination::{self, Page, Pagination},
    tenants::Action,
};
use uuid::Uuid;

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
    let after = cursor::decode_optional(&services.keys, scope.as_bytes(), input.cursor.as_deref())?;
    let (data, next) = read_page(services, grant, &filter, after, limit).await?;
    let next_cursor = next.and_then(|next| cursor::encode(&services.keys, scope.as_bytes(), &next));
    Ok(Page {
        data,
        pagination: Pagination { next_cursor, limit },
    })
}

/// A page of events after a position. Also returns the position where the next page begins, if there is one.
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
    add_former_names(services, grant, &mut data).await?;
    let next = cursor::cut_to_page(&mut data, limit).map(|entry| (entry.at, entry.id));
    Ok((data, next))
}

/// Adds the names of people who have left the workspace, as they were when they left.
async fn add_former_names(services: &Services, grant: Grant, events: &mut [AuditEntry]) -> Result<(), Error> {
    let unnamed = |entry: &AuditEntry| {
        let actor = entry.actor.id.filter(|_| entry.actor.name.is_none());
        let member = entry.object.as_ref().filter(|object| is_unnamed(object));
        [actor.map(|id| id.0), member.map(|object| object.id)]
    };
    let mut ids: Vec<Uuid> = events.iter().flat_map(unnamed).flatten().collect();
    if ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    ids.dedup();
    let mut conn = services.db.global_conn().await?;
    let names = queries::list_former_members(&mut conn, grant.tenant(), &ids).await?;
    for entry in events {
        if let (Some(id), None) = (entry.actor.id, &entry.actor.name) {
            entry.actor.name = names.get(&id.0).cloned();
        }
        if let Some(object) = entry.object.as_mut().filter(|object| is_unnamed(object)) {
            object.name = names.get(&object.id).cloned();
        }
    }
    Ok(())
}

fn is_unnamed(object: &AuditObject) -> bool {
    object.kind == AuditObjectKind::Member && object.name.is_none()
}
