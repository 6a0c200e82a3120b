//! `GET /api/metrics/get_response_rates`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, ResponseRates};
use service::{Services, metrics};
use std::sync::Arc;

/// Get response rates by source
///
/// Shares of applications with a response and of those that led to a conversation, each with its 95% interval (Wilson).
#[utoipa::path(
    get, path = "/get_response_rates", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The rates.", body = Envelope<ResponseRates>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_response_rates(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<ResponseRates>, ErrorResponse> {
    Ok(Data(metrics::response_rates(&services, &caller, &query).await?))
}
