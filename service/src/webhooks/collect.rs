//! Creation of deliveries for the changes after the position of an endpoint.

use super::queries::{
    deliveries::{self, NewDelivery},
    endpoints::EndpointRow,
};
use crate::{Error, Services, changes, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    changes::Change,
    webhooks::{WebhookPayload, types_of},
};

/// Number of changes that are read in one query.
const BATCH: u32 = 200;
/// While this number of deliveries is pending, no further changes are read from the feed.
const MAX_PENDING: i64 = 1000;

/// Creates deliveries for the next changes, and moves the position of the endpoint, which the caller stores. Returns whether there may be
/// more.
pub(super) async fn collect(
    services: &Services,
    tx: &mut TenantTx,
    endpoint: &mut EndpointRow,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let bounds = changes::bounds(tx).await?;
    if endpoint.position >= bounds.last
        || deliveries::count_pending(tx, endpoint.id, MAX_PENDING).await? >= MAX_PENDING
    {
        return Ok(false);
    }
    let types = types_of(&endpoint.events);
    // Changes up to `bounds.purged` were deleted after thirty days.
    let after = endpoint.position.max(bounds.purged);
    endpoint.position = if types.is_empty() {
        bounds.last
    } else {
        let page = changes::read(tx, after, bounds, &types, BATCH, now).await?;
        let new: Result<Vec<NewDelivery>, Error> = page
            .changes
            .into_iter()
            .map(|(number, change)| new_delivery(services, number, change))
            .collect();
        deliveries::insert(tx, endpoint.id, &new?, now).await?;
        page.next
    };
    Ok(endpoint.position < bounds.last)
}

/// Whether [`collect`] would create deliveries.
pub(super) async fn has_uncollected(tx: &mut TenantTx, endpoint: &EndpointRow) -> Result<bool, Error> {
    let bounds = changes::bounds(tx).await?;
    Ok(endpoint.position < bounds.last
        && deliveries::count_pending(tx, endpoint.id, MAX_PENDING).await? < MAX_PENDING)
}

fn new_delivery(services: &Services, number: i64, change: Change) -> Result<NewDelivery, Error> {
    let (event, object, jobapp) = (change.id, change.object_id, change.jobapp_id);
    let event_type = change.change_type.as_str().to_owned();
    let payload = WebhookPayload {
        event_type: event_type.clone(),
        timestamp: change.at,
        data: change,
    };
    Ok(NewDelivery {
        id: services.id(),
        event,
        event_type,
        application: jobapp,
        order_key: jobapp.map_or(object, |application| application.0),
        number,
        payload: serde_json::to_string(&payload).map_err(|e| Error::Internal(e.to_string()))?,
    })
}
