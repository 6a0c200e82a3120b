//! Webhooks: an endpoint gets the changes of its user's data as HTTP requests, signed as Standard Webhooks 1.0 describes.

mod input;
mod retry;

pub use input::{
    AddEndpointInput, DeliveryRef, EndpointRef, EndpointSettings, EndpointUpdate, ListDeliveriesInput,
    RecoverInput, UpdateEndpointInput, types_of,
};
pub use retry::{DISABLE_AFTER, EXPIRE_AFTER, MAX_ATTEMPTS, pause, retry_delay};

use crate::{JobApplicationId, WebhookDeliveryId, WebhookEndpointId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum length of a URL.
pub const MAX_URL_LEN: usize = 2_000;
/// Maximum length of a description, in characters.
pub const MAX_DESCRIPTION_LEN: usize = 200;
/// Maximum number of endpoints of a user in one workspace.
pub const MAX_ENDPOINTS_PER_USER: i64 = 20;
/// The type of test events.
pub const TEST_EVENT: &str = "webhook.test";
/// Number of days that deliveries are kept.
pub const RETENTION_DAYS: i64 = 30;
/// Number of hours after a rotation in which requests are also signed with the previous secret.
pub const ROTATION_HOURS: i64 = 24;

/// Whether an endpoint gets events.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EndpointState {
    /// The endpoint receives events.
    Enabled,
    /// The user has disabled it.
    Disabled,
    /// Disabled after five days in which every delivery failed.
    Failing,
    /// Disabled because it has answered with status 410.
    Gone,
}

impl EndpointState {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A webhook endpoint, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEndpoint {
    /// Id of the endpoint.
    pub id: WebhookEndpointId,
    /// Where events are sent.
    pub url: String,
    /// The description that the user has entered; may be empty.
    pub description: String,
    /// The types of events that it gets: types, `jobapp.*` for all of a kind, or `*` for all.
    pub events: Vec<String>,
    /// Whether the endpoint receives events.
    pub state: EndpointState,
    /// Since when every delivery fails; `null` if the last one succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the previous secret signs as well; `null` if only one secret signs.
    pub previous_secret_until: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// An endpoint with its secret, which is never shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEndpointWithSecret {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// Signs the events: `whsec_` and 32 bytes in base64. Store it now: it is not shown again.
    pub secret: String,
}

/// How a delivery stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DeliveryStatus {
    /// Not accepted yet; will be retried.
    Pending,
    /// The endpoint has accepted it.
    Delivered,
    /// Not accepted, and not retried. Without attempts, the event was not sent because the endpoint was disabled or kept failing.
    Failed,
}

impl DeliveryStatus {
    /// The value in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// An event for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Id of the delivery.
    pub id: WebhookDeliveryId,
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Id of the event, the same in each attempt: the header `webhook-id`, and the `id` of the change.
    pub event_id: Uuid,
    /// The type of the event.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The application that the event is about; `null` if it is about none.
    pub jobapp_id: Option<JobApplicationId>,
    /// How it stands.
    pub status: DeliveryStatus,
    /// The body of the request.
    pub payload: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, at the earliest: not before the endpoint's pause is over. `null` unless it is pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the endpoint accepted it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The attempts, the latest first.
    pub attempts: Vec<WebhookAttempt>,
}

/// One request to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAttempt {
    /// When it was sent; the header `webhook-timestamp`.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
    /// The status of the response; `null` if there was none.
    pub status_code: Option<i32>,
    /// Why there was no response; `null` if there was one.
    pub error: Option<String>,
    /// The beginning of the body of the response, at most 1000 characters.
    pub response: Option<String>,
}

/// The body of a request to an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookPayload<T> {
    /// The type of the event.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// The change.
    pub data: T,
}

/// The data of a test event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestEventData {
    /// The endpoint that is tested.
    pub endpoint_id: WebhookEndpointId,
}
