//! `GET /api/metrics/get_application_count_by_month`.

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

/// Count applications by month and source
///
/// The last twelve months in the user's time zone, including the current one. One series for each of the
/// eight most frequent sources, the largest first; the rest is `Other`.
#[utoipa::path(
    get, path = "/get_application_count_by_month", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The counts.", body = Envelope<MonthlyCounts>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_application_count_by_month(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<MonthlyCounts>, ErrorResponse> {
    Ok(Data(metrics::by_month(&services, &caller, &query).await?))
}
