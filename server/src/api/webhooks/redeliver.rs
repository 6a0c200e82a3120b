//! `POST /api/webhooks/redeliver`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{DeliveryRef, WebhookDelivery};
use service::{Services, webhooks};
use std::sync::Arc;

/// Send a delivery again
///
/// Sends it again immediately with the same `webhook-id` and body, whatever its status, and with all retries.
#[utoipa::path(
    post, path = "/redeliver", tag = "webhooks",
    request_body(content = DeliveryRef, example = json!({ "delivery_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The delivery, which is pending again.", body = Envelope<WebhookDelivery>),
        errors::NotFound,
        errors::Conflict,
    ),
)]
pub(super) async fn redeliver(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<DeliveryRef>,
) -> Result<Data<WebhookDelivery>, ErrorResponse> {
    Ok(Data(webhooks::redeliver(&services, &caller, input).await?))
}
