//! `GET /api/metrics/get_cohort`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{CohortMetrics, CohortQuery};
use service::{Services, metrics};
use std::sync::Arc;

/// Get the metrics of a group or of everyone
///
/// For owners, admins and coaches. By completed months; a month is published once and does not change afterwards. A figure is
/// `null` where fewer than five people, whose data the caller cannot see, contribute to it, where one of them contributes more than
/// half of it, or where the contribution of fewer than five people could be derived from other figures. Counts are rounded to
/// multiples of five.
#[utoipa::path(
    get, path = "/get_cohort", tag = "metrics",
    params(CohortQuery),
    responses(
        (status = 200, description = "The metrics.", body = Envelope<CohortMetrics>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_cohort(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<CohortQuery>,
) -> Result<Data<CohortMetrics>, ErrorResponse> {
    Ok(Data(metrics::cohort(&services, &caller, &query).await?))
}
