//! The log of deliveries, and sending them again.

use super::{
    endpoints::lock,
    queries::{
        deliveries::{self, NewDelivery, Position},
        endpoints::{self, EndpointRow},
    },
};
use crate::{
    Error, Services, background, changes,
    context::{Caller, permit},
    platform::{cursor, db::TenantTx},
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, FieldCode, WebhookDeliveryId,
    pagination::{self, Page},
    tenants::Action,
    webhooks::{
        DeliveryRef, EndpointRef, EndpointState, ListDeliveriesInput, RETENTION_DAYS, RecoverInput,
        TEST_EVENT, TestEventData, WebhookDelivery, WebhookEndpoint, WebhookPayload,
    },
};
use uuid::Uuid;

/// The deliveries of the last 30 days to an endpoint of the caller, the latest first.
///
/// # Errors
/// `invalid` for a wrong limit or cursor; `not_found`.
pub async fn list_deliveries(
    services: &Services,
    caller: &Caller,
    input: ListDeliveriesInput,
) -> Result<Page<WebhookDelivery>, Error> {
    let limit = pagination::limit(input.limit)?;
    let grant = permit(caller, Action::ManageWebhooks)?.to_read();
    let status = input.status.map_or("all", |status| status.as_str());
    let scope = format!("deliveries to {} of {} {status}", input.endpoint_id, grant.user());
    let after = cursor::decode_optional(&services.keys, scope.as_bytes(), input.cursor.as_deref())?;
    let mut tx = services.db.begin(grant).await?;
    let endpoint = endpoints::find(&mut tx, input.endpoint_id).await?;
    let endpoint = endpoint.ok_or_else(Error::not_found)?;
    let rows = i64::from(limit) + 1;
    let mut data = deliveries::list(&mut tx, input.endpoint_id, input.status, after, rows).await?;
    tx.commit().await?;
    for delivery in &mut data {
        delivery.next_attempt_at = endpoint.earliest_attempt(delivery.next_attempt_at);
    }
    let pagination = cursor::paginate(
        &services.keys,
        scope.as_bytes(),
        &mut data,
        limit,
        |last| -> Position { (last.created_at, last.id.0) },
    );
    Ok(Page { data, pagination })
}

/// Sends a test event, of the type `webhook.test`, also during a pause of the endpoint.
///
/// # Errors
/// `not_found`; `conflict` if the endpoint is disabled.
pub async fn send_test(
    services: &Services,
    caller: &Caller,
    input: EndpointRef,
) -> Result<WebhookDelivery, Error> {
    let grant = permit(caller, Action::ManageWebhooks)?;
    let now = services.clock.now();
    let (mut tx, mut endpoint) = lock(services, grant, input.endpoint_id).await?;
    check_enabled(&endpoint)?;
    end_pause(&mut tx, &mut endpoint).await?;
    let event: Uuid = services.id();
    let payload = WebhookPayload {
        event_type: TEST_EVENT.to_owned(),
        timestamp: now,
        data: TestEventData {
            endpoint_id: endpoint.id,
        },
    };
    let new = NewDelivery {
        id: services.id(),
        event,
        event_type: TEST_EVENT.to_owned(),
        application: None,
        order_key: event,
        number: 0,
        payload: serde_json::to_string(&payload).map_err(|e| Error::Internal(e.to_string()))?,
    };
    let id = new.id;
    deliveries::insert(&mut tx, endpoint.id, &[new], now).await?;
    let delivery = find_delivery(&mut tx, &endpoint, id).await?;
    tx.commit().await?;
    background::wake();
    Ok(delivery)
}

/// Sends a delivery again, with the same id and body, regardless of its result, also during a pause of the endpoint.
///
/// # Errors
/// `not_found`; `conflict` if the endpoint is disabled.
pub async fn redeliver(
    services: &Services,
    caller: &Caller,
    input: DeliveryRef,
) -> Result<WebhookDelivery, Error> {
    let grant = permit(caller, Action::ManageWebhooks)?;
    let endpoint = {
        let mut tx = services.db.begin(grant.to_read()).await?;
        let delivery = deliveries::find_endpoint(&mut tx, input.delivery_id).await?;
        tx.commit().await?;
        delivery.ok_or_else(Error::not_found)?
    };
    let (mut tx, mut endpoint) = lock(services, grant, endpoint).await?;
    check_enabled(&endpoint)?;
    end_pause(&mut tx, &mut endpoint).await?;
    deliveries::retry(&mut tx, input.delivery_id, services.clock.now()).await?;
    let delivery = find_delivery(&mut tx, &endpoint, input.delivery_id).await?;
    tx.commit().await?;
    background::wake();
    Ok(delivery)
}

/// Sends the missed events since a time, or since the endpoint was added if that was later: deliveries that failed, and changes
/// that were committed while the endpoint was disabled.
///
/// # Errors
/// `invalid` for a time in the future or more than 30 days ago; `not_found`; `conflict` if the endpoint is disabled.
pub async fn recover(
    services: &Services,
    caller: &Caller,
    input: RecoverInput,
) -> Result<WebhookEndpoint, Error> {
    let now = services.clock.now();
    if input.since > now || input.since < now - TimeDelta::days(RETENTION_DAYS) {
        let detail = format!("Use a time within the last {RETENTION_DAYS} days.");
        return Err(ApiError::field("since", FieldCode::OutOfRange, detail).into());
    }
    let grant = permit(caller, Action::ManageWebhooks)?;
    let (mut tx, mut endpoint) = lock(services, grant, input.endpoint_id).await?;
    check_enabled(&endpoint)?;
    deliveries::retry_failed_since(&mut tx, endpoint.id, input.since, now).await?;
    let since = input.since.max(endpoint.created_at);
    if let Some(number) = changes::find_number_before(&mut tx, since).await? {
        endpoint.position = endpoint.position.min(number);
        endpoints::update(&mut tx, &endpoint).await?;
    }
    tx.commit().await?;
    background::wake();
    Ok(endpoint.into_endpoint(now))
}

/// The delivery to the endpoint, locked until the end of the transaction.
async fn find_delivery(
    tx: &mut TenantTx,
    endpoint: &EndpointRow,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery, Error> {
    let delivery = deliveries::lock(tx, id).await?;
    let mut delivery = delivery.ok_or_else(Error::not_found)?;
    delivery.next_attempt_at = endpoint.earliest_attempt(delivery.next_attempt_at);
    Ok(delivery)
}

/// A delivery that a user requests is attempted immediately. The failures still count, so that the next pause is as long as it would have
/// been.
async fn end_pause(tx: &mut TenantTx, endpoint: &mut EndpointRow) -> Result<(), Error> {
    if endpoint.health.paused_until.take().is_some() {
        endpoints::update(tx, endpoint).await?;
    }
    Ok(())
}

fn check_enabled(endpoint: &EndpointRow) -> Result<(), Error> {
    if endpoint.state == EndpointState::Enabled {
        return Ok(());
    }
    let detail = "The endpoint is disabled. Enable it first.";
    Err(Error::api(ErrorCode::Conflict, detail))
}
