//! `GET /api/metrics/get_count_by_jobtitle_and_statuses`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::metrics::{TitleStageCounts, TopQuery};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by job title and stage
///
/// The most frequent job titles, compared case-insensitively, with one series per stage. `limit` is 20 by default.
#[utoipa::path(
    get, path = "/get_count_by_jobtitle_and_statuses", tag = "metrics",
    params(TopQuery),
    responses(
        (status = 200, description = "The counts.", body = Envelope<TitleStageCounts>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_count_by_jobtitle_and_statuses(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<TopQuery>,
) -> Result<Data<TitleStageCounts>, ErrorResponse> {
    Ok(Data(metrics::by_title(&services, &caller, input).await?))
}
