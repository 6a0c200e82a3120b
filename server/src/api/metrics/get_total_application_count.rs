//! `GET /api/metrics/get_total_application_count`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, TotalCount};
use service::{Services, metrics};
use std::sync::Arc;

/// Count all applications
#[utoipa::path(
    get, path = "/get_total_application_count", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The count.", body = Envelope<TotalCount>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_total_application_count(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<TotalCount>, ErrorResponse> {
    Ok(Data(metrics::total(&services, &caller, &query).await?))
}
