//! `GET /api/webhooks/get_endpoints`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::webhooks::WebhookEndpoint;
use service::{Services, webhooks};
use std::sync::Arc;

/// List webhook endpoints
///
/// The caller's endpoints in this workspace, without their secrets, the newest first.
#[utoipa::path(
    get, path = "/get_endpoints", tag = "webhooks",
    responses((status = 200, description = "The endpoints.", body = Envelope<Vec<WebhookEndpoint>>)),
)]
pub(super) async fn get_endpoints(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<WebhookEndpoint>>, ErrorResponse> {
    Ok(Data(webhooks::list_endpoints(&services, &caller).await?))
}
