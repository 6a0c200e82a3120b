//! `GET /api/metrics/get_total_application_count`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::metrics::TotalCount;
use service::{Services, metrics};
use std::sync::Arc;

/// Count all applications
#[utoipa::path(
    get, path = "/get_total_application_count", tag = "metrics",
    responses((status = 200, description = "The count.", body = Envelope<TotalCount>)),
)]
pub(super) async fn get_total_application_count(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<TotalCount>, ErrorResponse> {
    Ok(Data(metrics::total(&services, &caller).await?))
}
