//! SQL of deliveries.

use super::attempts;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, WebhookDeliveryId, WebhookEndpointId,
    webhooks::{DeliveryStatus, WebhookDelivery},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// An event for one endpoint, to be inserted.
pub struct NewDelivery {
    pub id: WebhookDeliveryId,
    pub event: Uuid,
    pub event_type: String,
    pub application: Option<JobApplicationId>,
    /// Deliveries with the same key are sent in order.
    pub order_key: Uuid,
    /// Number of the change in the feed.
    pub number: i64,
    pub payload: String,
}

/// A delivery to be sent.
pub struct DueDelivery {
    pub id: WebhookDeliveryId,
    pub event: Uuid,
    pub payload: String,
    pub failures: i32,
}

/// Time and id of the last delivery of a page.
pub type Position = (DateTime<Utc>, Uuid);

struct Row {
    id: Uuid,
    endpoint_id: Uuid,
    event_id: Uuid,
    r#type: String,
    application_id: Option<Uuid>,
    payload: String,
    status: String,
    next_attempt_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for WebhookDelivery {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let status = DeliveryStatus::parse(&row.status);
        Ok(Self {
            id: row.id.into(),
            endpoint_id: row.endpoint_id.into(),
            event_id: row.event_id,
            event_type: row.r#type,
            jobapp_id: row.application_id.map(Into::into),
            status: status.ok_or_else(|| Error::unknown_value("status of a delivery"))?,
            payload: row.payload,
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            delivered_at: row.delivered_at,
            attempts: Vec::new(),
        })
    }
}

/// Inserts deliveries that are due now. An event that already has a delivery to the endpoint is skipped.
pub async fn insert(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    new: &[NewDelivery],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = new.iter().map(|d| d.id.0).collect();
    let events: Vec<Uuid> = new.iter().map(|d| d.event).collect();
    let types: Vec<String> = new.iter().map(|d| d.event_type.clone()).collect();
    let applications: Vec<Option<Uuid>> = new.iter().map(|d| d.application.map(|a| a.0)).collect();
    let order_keys: Vec<Uuid> = new.iter().map(|d| d.order_key).collect();
    let numbers: Vec<i64> = new.iter().map(|d| d.number).collect();
    let payloads: Vec<String> = new.iter().map(|d| d.payload.clone()).collect();
    query!(
        r#"
        insert into webhook_deliveries (tenant_id, owner_id, endpoint_id, id, event_id, type, application_id, order_key, number,
          payload, status, next_attempt_at, created_at)
        select $1, $2, $3, d.id, d.event_id, d.type, d.application_id, d.order_key, d.number, d.payload, 'pending', $4, $4
        from unnest($5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::uuid[], $10::bigint[], $11::text[])
          as d (id, event_id, type, application_id, order_key, number, payload)
        on conflict (tenant_id, endpoint_id, event_id) do nothing
        returning id
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        now,
        &ids,
        &events,
        &types,
        &applications as &[Option<Uuid>],
        &order_keys,
        &numbers,
        &payloads,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The number of pending deliveries, counted up to the maximum.
pub async fn count_pending(tx: &mut TenantTx, endpoint: WebhookEndpointId, max: i64) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from (
          select 1 from webhook_deliveries
          where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and status = 'pending' limit $4) d
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        max,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Pending deliveries that are due: first test events and events that a user sends again, then the deliveries that have waited longest.
/// A delivery waits for earlier ones with the same order key until these have failed three times. The statement reads the pending
/// deliveries once, regardless of the statistics of the table.
pub async fn list_due(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DueDelivery>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        with pending as (
          select p.id, p.next_attempt_at, p.number,
            p.failures = 0 and (p.number = 0 or p.next_attempt_at > p.created_at) as is_requested,
            count(*) filter (where p.failures < 3) over (
              partition by p.order_key order by p.number rows between unbounded preceding and 1 preceding) as earlier
          from webhook_deliveries p
          where p.tenant_id = $1 and p.owner_id = $2 and p.endpoint_id = $3 and p.status = 'pending'
        ), due as (
          select id, next_attempt_at, number, is_requested from pending
          where earlier = 0 and next_attempt_at <= $4
          order by is_requested desc, next_attempt_at, number
          limit $5
        )
        select d.id, d.event_id, d.payload, d.failures
        from due
        join webhook_deliveries d on d.tenant_id = $1 and d.owner_id = $2 and d.id = due.id
        order by due.is_requested desc, due.next_attempt_at, due.number
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        now,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| DueDelivery {
        id: row.id.into(),
        event: row.event_id,
        payload: row.payload,
        failures: row.failures,
    });
    Ok(rows.collect())
}

/// When the next pending delivery is due.
pub async fn find_next_attempt(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
) -> Result<Option<DateTime<Utc>>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let next = query_scalar!(
        r#"
        select min(next_attempt_at) as "next" from webhook_deliveries
        where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and status = 'pending'
        "#,
        tenant.0,
        user.0,
        endpoint.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(next)
}

/// Gives up pending deliveries: all of them or, with a time, those created before it.
pub async fn fail_pending(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    created_before: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update webhook_deliveries set status = 'failed', next_attempt_at = null
        where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and status = 'pending'
          and ($4::timestamptz is null or created_at < $4)
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        created_before,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes all pending deliveries due.
pub async fn make_pending_due(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update webhook_deliveries set next_attempt_at = $4
        where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and status = 'pending' and next_attempt_at > $4
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes failed deliveries since this time pending again.
pub async fn retry_failed_since(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update webhook_deliveries set status = 'pending', failures = 0, next_attempt_at = $5
        where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and status = 'failed' and created_at >= $4
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        since,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes a delivery pending again, regardless of its result.
pub async fn retry(tx: &mut TenantTx, id: WebhookDeliveryId, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update webhook_deliveries set status = 'pending', failures = 0, next_attempt_at = $4, delivered_at = null
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes deliveries that were created before this time, with their attempts, up to a limit.
pub async fn delete_before(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        delete from webhook_deliveries where tenant_id = $1 and owner_id = $2 and id in (
          select id from webhook_deliveries where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and created_at < $4
          order by created_at limit $5)
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        before,
        limit,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A page of the deliveries to an endpoint, the latest first.
pub async fn list(
    tx: &mut TenantTx,
    endpoint: WebhookEndpointId,
    status: Option<DeliveryStatus>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<WebhookDelivery>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        Row,
        r#"
        select id, endpoint_id, event_id, type, application_id, payload, status, next_attempt_at, created_at, delivered_at
        from webhook_deliveries
        where tenant_id = $1 and owner_id = $2 and endpoint_id = $3 and ($4::text is null or status = $4)
          and (created_at, id) < (coalesce($5, 'infinity'::timestamptz), coalesce($6, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
        order by created_at desc, id desc
        limit $7
        "#,
        tenant.0,
        user.0,
        endpoint.0,
        status.map(DeliveryStatus::as_str),
        after.map(|(at, _)| at),
        after.map(|(_, id)| id),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let deliveries: Result<Vec<_>, Error> = rows.into_iter().map(WebhookDelivery::try_from).collect();
    attempts::add_to(tx, deliveries?).await
}

/// The delivery, locked until the end of the transaction.
pub async fn lock(tx: &mut TenantTx, id: WebhookDeliveryId) -> Result<Option<WebhookDelivery>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        Row,
        r#"
        select id, endpoint_id, event_id, type, application_id, payload, status, next_attempt_at, created_at, delivered_at
        from webhook_deliveries where tenant_id = $1 and owner_id = $2 and id = $3
        for update
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    let delivery = row.map(WebhookDelivery::try_from).transpose()?;
    Ok(attempts::add_to(tx, Vec::from_iter(delivery)).await?.pop())
}

/// The endpoint of a delivery.
pub async fn find_endpoint(
    tx: &mut TenantTx,
    id: WebhookDeliveryId,
) -> Result<Option<WebhookEndpointId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let endpoint = query_scalar!(
        "select endpoint_id from webhook_deliveries where tenant_id = $1 and owner_id = $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(endpoint.map(Into::into))
}
