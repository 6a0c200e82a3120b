//! SQL of attempts to send deliveries.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    WebhookDeliveryId,
    webhooks::{DeliveryStatus, WebhookAttempt, WebhookDelivery},
};
use sqlx::query;
use std::collections::HashMap;
use uuid::Uuid;

/// The new state of a delivery after an attempt.
pub struct DeliveryResult {
    pub delivery: WebhookDeliveryId,
    pub status: DeliveryStatus,
    pub failures: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// An attempt to be inserted.
pub struct AttemptRow<'a> {
    pub id: Uuid,
    pub delivery: WebhookDeliveryId,
    pub at: DateTime<Utc>,
    pub duration_ms: i32,
    pub status_code: Option<i32>,
    pub error: Option<&'a str>,
    pub response: Option<&'a str>,
}

/// Stores the results of attempts. A delivery that is no longer pending is left unchanged, unless it was accepted.
pub async fn finish(tx: &mut TenantTx, results: &[DeliveryResult], now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = results.iter().map(|r| r.delivery.0).collect();
    let statuses: Vec<String> = results.iter().map(|r| r.status.as_str().to_owned()).collect();
    let failures: Vec<i32> = results.iter().map(|r| r.failures).collect();
    let next: Vec<Option<DateTime<Utc>>> = results.iter().map(|r| r.next_attempt_at).collect();
    query!(
        r#"
        update webhook_deliveries d
        set status = r.status, failures = r.failures, next_attempt_at = r.next_attempt_at,
          delivered_at = case when r.status = 'delivered' then $3::timestamptz end
        from unnest($4::uuid[], $5::text[], $6::integer[], $7::timestamptz[]) as r (id, status, failures, next_attempt_at)
        where d.tenant_id = $1 and d.owner_id = $2 and d.id = r.id and (d.status = 'pending' or r.status = 'delivered')
        "#,
        tenant.0,
        user.0,
        now,
        &ids,
        &statuses,
        &failures,
        &next as &[Option<DateTime<Utc>>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Inserts attempts. The lock of the endpoint keeps their deliveries from being deleted.
pub async fn insert(tx: &mut TenantTx, rows: &[AttemptRow<'_>]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let deliveries: Vec<Uuid> = rows.iter().map(|r| r.delivery.0).collect();
    let times: Vec<DateTime<Utc>> = rows.iter().map(|r| r.at).collect();
    let durations: Vec<i32> = rows.iter().map(|r| r.duration_ms).collect();
    let codes: Vec<Option<i32>> = rows.iter().map(|r| r.status_code).collect();
    let errors: Vec<Option<String>> = rows.iter().map(|r| r.error.map(str::to_owned)).collect();
    let responses: Vec<Option<String>> = rows.iter().map(|r| r.response.map(str::to_owned)).collect();
    query!(
        r#"
        insert into webhook_attempts (tenant_id, owner_id, id, delivery_id, attempted_at, duration_ms, status_code, error, response)
        select $1, $2, a.id, a.delivery_id, a.attempted_at, a.duration_ms, a.status_code, a.error, a.response
        from unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::integer[], $7::integer[], $8::text[], $9::text[])
          as a (id, delivery_id, attempted_at, duration_ms, status_code, error, response)
        returning id
        "#,
        tenant.0,
        user.0,
        &ids,
        &deliveries,
        &times,
        &durations,
        &codes as &[Option<i32>],
        &errors as &[Option<String>],
        &responses as &[Option<String>],
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Fills in the attempts of deliveries.
pub(super) async fn add_to(
    tx: &mut TenantTx,
    mut deliveries: Vec<WebhookDelivery>,
) -> Result<Vec<WebhookDelivery>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.id.0).collect();
    let rows = query!(
        r#"
        select delivery_id, attempted_at, duration_ms, status_code, error, response
        from webhook_attempts
        where tenant_id = $1 and owner_id = $2 and delivery_id = any ($3)
        order by attempted_at desc, id desc
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut attempts: HashMap<Uuid, Vec<WebhookAttempt>> = HashMap::new();
    for row in rows {
        attempts.entry(row.delivery_id).or_default().push(WebhookAttempt {
            at: row.attempted_at,
            duration_ms: row.duration_ms,
            status_code: row.status_code,
            error: row.error,
            response: row.response,
        });
    }
    for delivery in &mut deliveries {
        delivery.attempts = attempts.remove(&delivery.id.0).unwrap_or_default();
    }
    Ok(deliveries)
}
