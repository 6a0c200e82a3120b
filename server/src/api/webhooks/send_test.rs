//! `POST /api/webhooks/send_test`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{EndpointRef, WebhookDelivery};
use service::{Services, webhooks};
use std::sync::Arc;

/// Send a test event
///
/// Sends an event of the type `webhook.test` immediately, also if the endpoint does not receive this type. `get_deliveries` shows the
/// result.
#[utoipa::path(
    post, path = "/send_test", tag = "webhooks",
    request_body(content = EndpointRef, example = json!({ "endpoint_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The delivery, which is pending.", body = Envelope<WebhookDelivery>),
        errors::NotFound,
        errors::Conflict,
    ),
)]
pub(super) async fn send_test(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<EndpointRef>,
) -> Result<Data<WebhookDelivery>, ErrorResponse> {
    Ok(Data(webhooks::send_test(&services, &caller, input).await?))
}
