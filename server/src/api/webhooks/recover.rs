//! `POST /api/webhooks/recover`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{RecoverInput, WebhookEndpoint};
use service::{Services, webhooks};
use std::sync::Arc;

/// Send missed events
///
/// Sends the deliveries that failed since a time, and the changes since then that were never sent because the endpoint was
/// disabled. Delivered events are not sent again, and no event from before the endpoint was added is sent.
/// Replace the time in the sample with one of the last 30 days.
#[utoipa::path(
    post, path = "/recover", tag = "webhooks",
    request_body(content = RecoverInput, example = json!({
        "endpoint_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "since": "2026-03-14T00:00:00Z",
    })),
    responses(
        (status = 200, description = "The endpoint.", body = Envelope<WebhookEndpoint>),
        errors::NotFound,
        errors::Conflict,
    ),
)]
pub(super) async fn recover(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<RecoverInput>,
) -> Result<Data<WebhookEndpoint>, ErrorResponse> {
    Ok(Data(webhooks::recover(&services, &caller, input).await?))
}
