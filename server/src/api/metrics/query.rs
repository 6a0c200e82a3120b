//! `POST /api/metrics/query`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::metrics::{QueryInput, QueryResult};
use service::{Services, metrics};
use std::sync::Arc;

/// Query metrics
///
/// Computes measures of the applications that were sent, by up to two dimensions: one request instead of many. Stages count if they
/// were ever reached, as in `get_funnel`. At most 1000 rows.
#[utoipa::path(
    post, path = "/query", tag = "metrics",
    request_body(content = QueryInput, example = json!({
        "measures": ["applications", "response_rate", "median_days_to_response"], "by": ["source"], "from": "2026-01-01",
    })),
    responses(
        (status = 200, description = "The result.", body = Envelope<QueryResult>),
        errors::NotFound,
    ),
)]
pub(super) async fn query(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<QueryInput>,
) -> Result<Data<QueryResult>, ErrorResponse> {
    Ok(Data(metrics::query(&services, &caller, &input).await?))
}
