//! `POST /api/webhooks/add_endpoint`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, CallingKey, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{AddEndpointInput, WebhookEndpointWithSecret};
use service::{Services, webhooks};
use std::sync::Arc;

/// Add a webhook endpoint
///
/// The endpoint receives changes from now on, as `get_changes` lists them. Only this response contains the `secret`, and it is not
/// stored for idempotent retries: after a lost response, delete the endpoint and add another one. An API key can choose only events
/// that it may read. The caller is notified by email.
#[utoipa::path(
    post, path = "/add_endpoint", tag = "webhooks",
    request_body(content = AddEndpointInput, example = json!({
        "url": "https://hooks.example.com/jobhax", "events": ["jobapp.moved", "interview.*"], "description": "Slack notifier",
    })),
    responses(
        (status = 201, description = "The new endpoint with its secret.", body = Envelope<WebhookEndpointWithSecret>),
        errors::QuotaExceeded,
    ),
)]
pub(super) async fn add_endpoint(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    CallingKey(key): CallingKey,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<AddEndpointInput>,
) -> Result<Created<WebhookEndpointWithSecret>, ErrorResponse> {
    let scopes = key.as_ref().map(|key| key.scopes.as_slice());
    let added = webhooks::add_endpoint(&services, &caller, input, scopes, &client).await?;
    Ok(Created(added))
}
