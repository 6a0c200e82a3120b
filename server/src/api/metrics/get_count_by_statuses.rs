//! `GET /api/metrics/get_count_by_statuses`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, StageCount};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by stage
///
/// All stages in order, including empty ones. A closed application counts in the stage it reached.
#[utoipa::path(
    get, path = "/get_count_by_statuses", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The counts.", body = Envelope<Vec<StageCount>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_count_by_statuses(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<Vec<StageCount>>, ErrorResponse> {
    Ok(Data(metrics::by_stage(&services, &caller, &query).await?))
}
