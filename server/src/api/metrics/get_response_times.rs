//! `GET /api/metrics/get_response_times`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{MetricsQuery, ResponseTimes};
use service::{Services, metrics};
use std::sync::Arc;

/// Get the time to the first response
///
/// Days from the apply date to a conversation, an offer, a rejection, or the cancellation of the job. Applications without a
/// response count for as long as they have waited (Kaplan–Meier), those that were withdrawn until then. Applications with no known
/// start before the first response, such as those that a rejection added, are left out; they count in the response rates.
#[utoipa::path(
    get, path = "/get_response_times", tag = "metrics",
    params(MetricsQuery),
    responses(
        (status = 200, description = "The response times.", body = Envelope<ResponseTimes>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_response_times(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(query): Query<MetricsQuery>,
) -> Result<Data<ResponseTimes>, ErrorResponse> {
    Ok(Data(metrics::response_times(&services, &caller, &query).await?))
}
