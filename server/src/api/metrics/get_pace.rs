//! `GET /api/metrics/get_pace`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, Pace};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by week
///
/// Weeks from Monday to Sunday: those of the range, or the last twelve. The goal is set with `set_goal`.
#[utoipa::path(
    get, path = "/get_pace", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The weeks.", body = Envelope<Pace>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_pace(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<Pace>, ErrorResponse> {
    Ok(Data(metrics::pace(&services, &caller, &query).await?))
}
