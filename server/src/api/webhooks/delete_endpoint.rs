//! `POST /api/webhooks/delete_endpoint`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::webhooks::EndpointRef;
use service::{Services, webhooks};
use std::sync::Arc;

/// Delete a webhook endpoint
///
/// Deletes it with its deliveries. An event that is being sent may still arrive.
#[utoipa::path(
    post, path = "/delete_endpoint", tag = "webhooks",
    request_body(content = EndpointRef, example = json!({ "endpoint_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_endpoint(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<EndpointRef>,
) -> Result<StatusCode, ErrorResponse> {
    webhooks::delete_endpoint(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
