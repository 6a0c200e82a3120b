//! `GET /api/metrics/get_flow`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{Flow, MetricsQuery};
use service::{Services, metrics};
use std::sync::Arc;

/// Get the paths of applications
///
/// Stages and ends as nodes, and the number of applications that went from one to another, for a Sankey diagram. Open applications
/// are an end of their own.
#[utoipa::path(
    get, path = "/get_flow", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The paths.", body = Envelope<Flow>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_flow(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<Flow>, ErrorResponse> {
    Ok(Data(metrics::flow(&services, &caller, &query).await?))
}
