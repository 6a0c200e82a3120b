//! `GET /api/metrics/get_funnel`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{Funnel, MetricsQuery};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by the stages they ever reached
///
/// By kind of stage, from the event history: a rejection after an interview still counts as an interview. An application that
/// reached a later kind counts for the earlier ones. A move that is reversed within ten minutes does not count.
#[utoipa::path(
    get, path = "/get_funnel", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The funnel.", body = Envelope<Funnel>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_funnel(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<Funnel>, ErrorResponse> {
    Ok(Data(metrics::funnel(&services, &caller, &query).await?))
}
