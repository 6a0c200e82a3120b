//! SQL of webhook endpoints.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    WebhookEndpointId,
    tenants::has_link,
    webhooks::{EndpointState, WebhookEndpoint},
};
use sqlx::{query, query_as, query_scalar};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// The recent results of requests to an endpoint. The default is a working endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    pub failing_since: Option<DateTime<Utc>>,
    /// Rounds in a row in which every request failed.
    pub failed_rounds: i32,
    pub paused_until: Option<DateTime<Utc>>,
}

impl Health {
    /// The remaining time of the pause, during which nothing is sent; `None` without a pause.
    pub fn remaining_pause(&self, now: DateTime<Utc>) -> Option<Duration> {
        (self.paused_until? - now)
            .to_std()
            .ok()
            .filter(|pause| !pause.is_zero())
    }
}

/// An endpoint with its secrets, which are encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointRow {
    pub id: WebhookEndpointId,
    pub url: String,
    pub description: String,
    pub events: Vec<String>,
    pub state: EndpointState,
    pub secret: Vec<u8>,
    pub previous_secret: Option<Vec<u8>>,
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub position: i64,
    pub health: Health,
    pub is_reported: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl EndpointRow {
    /// The name of the endpoint in emails: its description, unless an email program could show it as a link, and the host of its URL.
    pub fn label(&self) -> String {
        label(&self.url, &self.description)
    }

    /// The host of its URL, which names the endpoint in the audit log. The description is not used, because it may name people.
    pub fn host(&self) -> String {
        host(&self.url)
    }

    /// The earliest time at which a delivery that is due at this time is sent: nothing is sent during a pause, or while the endpoint
    /// is disabled.
    pub fn earliest_attempt(&self, due_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let due_at = due_at.filter(|_| self.state == EndpointState::Enabled);
        due_at.max(due_at.and(self.health.paused_until))
    }

    pub fn into_endpoint(self, now: DateTime<Utc>) -> WebhookEndpoint {
        WebhookEndpoint {
            id: self.id,
            url: self.url,
            description: self.description,
            events: self.events,
            state: self.state,
            failing_since: self.health.failing_since,
            previous_secret_until: self.previous_secret_until.filter(|until| *until > now),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn label(url: &str, description: &str) -> String {
    let host = host(url);
    if description.is_empty() || has_link(description) {
        return host;
    }
    format!("“{description}” ({host})")
}

fn host(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or_default().to_owned()
}

struct Row {
    id: Uuid,
    url: String,
    description: String,
    events: Vec<String>,
    state: String,
    secret: Vec<u8>,
    previous_secret: Option<Vec<u8>>,
    previous_secret_until: Option<DateTime<Utc>>,
    position: i64,
    failing_since: Option<DateTime<Utc>>,
    failed_rounds: i32,
    paused_until: Option<DateTime<Utc>>,
    is_reported: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for EndpointRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let state = EndpointState::parse(&row.state);
        Ok(Self {
            id: row.id.into(),
            url: row.url,
            description: row.description,
            events: row.events,
            state: state.ok_or_else(|| Error::unknown_value("state of a webhook endpoint"))?,
            secret: row.secret,
            previous_secret: row.previous_secret,
            previous_secret_until: row.previous_secret_until,
            position: row.position,
            health: Health {
                failing_since: row.failing_since,
                failed_rounds: row.failed_rounds,
                paused_until: row.paused_until,
            },
            is_reported: row.is_reported,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub async fn list(tx: &mut TenantTx) -> Result<Vec<EndpointRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        Row,
        r#"
        select id, url, description, events, state, secret, previous_secret, previous_secret_until, position, failing_since,
          failed_rounds, paused_until, is_reported, created_at, updated_at
        from webhook_endpoints where tenant_id = $1 and owner_id = $2
        order by created_at desc, id desc
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(EndpointRow::try_from).collect()
}

pub async fn find(tx: &mut TenantTx, id: WebhookEndpointId) -> Result<Option<EndpointRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        Row,
        r#"
        select id, url, description, events, state, secret, previous_secret, previous_secret_until, position, failing_since,
          failed_rounds, paused_until, is_reported, created_at, updated_at
        from webhook_endpoints where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(EndpointRow::try_from).transpose()
}

/// As [`find`], and locks the row until the end of the transaction.
pub async fn lock(tx: &mut TenantTx, id: WebhookEndpointId) -> Result<Option<EndpointRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        Row,
        r#"
        select id, url, description, events, state, secret, previous_secret, previous_secret_until, position, failing_since,
          failed_rounds, paused_until, is_reported, created_at, updated_at
        from webhook_endpoints where tenant_id = $1 and owner_id = $2 and id = $3
        for update
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(EndpointRow::try_from).transpose()
}

pub async fn count(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"select count(*) as "count!" from webhook_endpoints where tenant_id = $1 and owner_id = $2"#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub async fn insert(tx: &mut TenantTx, endpoint: &EndpointRow) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into webhook_endpoints
          (tenant_id, owner_id, id, url, description, events, state, secret, position, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
        "#,
        tenant.0,
        user.0,
        endpoint.id.0,
        endpoint.url,
        endpoint.description,
        &endpoint.events,
        endpoint.state.as_str(),
        endpoint.secret,
        endpoint.position,
        endpoint.created_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores everything that can change.
pub async fn update(tx: &mut TenantTx, endpoint: &EndpointRow) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update webhook_endpoints
        set url = $4, description = $5, events = $6, state = $7, secret = $8, previous_secret = $9, previous_secret_until = $10,
          position = $11, failing_since = $12, failed_rounds = $13, paused_until = $14, is_reported = $15, updated_at = $16
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        endpoint.id.0,
        endpoint.url,
        endpoint.description,
        &endpoint.events,
        endpoint.state.as_str(),
        endpoint.secret,
        endpoint.previous_secret,
        endpoint.previous_secret_until,
        endpoint.position,
        endpoint.health.failing_since,
        endpoint.health.failed_rounds,
        endpoint.health.paused_until,
        endpoint.is_reported,
        endpoint.updated_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the host of the URL, or `None` if the user has no such endpoint.
pub async fn delete(tx: &mut TenantTx, id: WebhookEndpointId) -> Result<Option<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let url = query_scalar!(
        "delete from webhook_endpoints where tenant_id = $1 and owner_id = $2 and id = $3 returning url",
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(url.as_deref().map(host))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn label_has_the_host_but_no_secret_and_no_link() {
        let url = "https://user:word@hooks.example.com:8443/T0/secret?token=secret#secret";
        assert_eq!(label(url, ""), "hooks.example.com");
        assert_eq!(label(url, "Slack"), "“Slack” (hooks.example.com)");
        assert_eq!(label(url, "Win at evil.example"), "hooks.example.com");
    }
}
