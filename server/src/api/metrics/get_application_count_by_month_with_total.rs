//! `GET /api/metrics/get_application_count_by_month_with_total`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, MonthlyCounts};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by month and source, with total
///
/// Like `get_application_count_by_month`, with `Total` as the last series.
#[utoipa::path(
    get, path = "/get_application_count_by_month_with_total", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The counts.", body = Envelope<MonthlyCounts>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_application_count_by_month_with_total(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<MonthlyCounts>, ErrorResponse> {
    Ok(Data(
        metrics::by_month_with_total(&services, &caller, &query).await?,
    ))
}
