//! `GET /api/webhooks/get_deliveries`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    pagination::Page,
    webhooks::{ListDeliveriesInput, WebhookDelivery},
};
use service::{Services, webhooks};
use std::sync::Arc;

/// List deliveries
///
/// Events that were sent to an endpoint in the last 30 days, and its responses, the latest first.
#[utoipa::path(
    get, path = "/get_deliveries", tag = "webhooks",
    params(ListDeliveriesInput),
    responses(
        (status = 200, description = "A page of deliveries.", body = Page<WebhookDelivery>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_deliveries(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListDeliveriesInput>,
) -> Result<Json<Page<WebhookDelivery>>, ErrorResponse> {
    Ok(Json(webhooks::list_deliveries(&services, &caller, input).await?))
}
