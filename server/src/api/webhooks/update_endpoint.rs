//! `POST /api/webhooks/update_endpoint`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, CallingKey, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{UpdateEndpointInput, WebhookEndpoint};
use service::{Services, webhooks};
use std::sync::Arc;

/// Change a webhook endpoint
///
/// Changes URL, events, description, or whether the endpoint receives events; absent fields stay unchanged. When an endpoint is
/// disabled, deliveries that were not accepted yet fail. An endpoint that is enabled again receives later events only: `recover`
/// sends earlier ones.
#[utoipa::path(
    post, path = "/update_endpoint", tag = "webhooks",
    request_body(content = UpdateEndpointInput, example = json!({
        "endpoint_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "events": ["jobapp.*"],
    })),
    responses(
        (status = 200, description = "The changed endpoint.", body = Envelope<WebhookEndpoint>),
        errors::NotFound,
    ),
)]
pub(super) async fn update_endpoint(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    CallingKey(key): CallingKey,
    JsonBody(input): JsonBody<UpdateEndpointInput>,
) -> Result<Data<WebhookEndpoint>, ErrorResponse> {
    let scopes = key.as_ref().map(|key| key.scopes.as_slice());
    let endpoint = webhooks::update_endpoint(&services, &caller, input, scopes).await?;
    Ok(Data(endpoint))
}
