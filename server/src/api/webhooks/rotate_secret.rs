//! `POST /api/webhooks/rotate_secret`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::webhooks::{EndpointRef, WebhookEndpointWithSecret};
use service::{Services, webhooks};
use std::sync::Arc;

/// Rotate the secret of a webhook endpoint
///
/// Only this response contains the new `secret`. For 24 hours events have the signatures of both secrets, so that receivers can
/// change over; a second rotation in that time ends the first secret immediately.
#[utoipa::path(
    post, path = "/rotate_secret", tag = "webhooks",
    request_body(content = EndpointRef, example = json!({ "endpoint_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The endpoint with its new secret.", body = Envelope<WebhookEndpointWithSecret>),
        errors::NotFound,
    ),
)]
pub(super) async fn rotate_secret(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<EndpointRef>,
) -> Result<Data<WebhookEndpointWithSecret>, ErrorResponse> {
    Ok(Data(webhooks::rotate_secret(&services, &caller, input).await?))
}
