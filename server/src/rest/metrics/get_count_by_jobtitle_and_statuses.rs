//! `GET /api/metrics/get_count_by_jobtitle_and_statuses`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::{MostFrequent, TitleStatusCounts};
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by title and stage
///
/// The most frequent titles, and one series a stage. Titles that differ in case only are one. `limit` is 20 when absent.
#[utoipa::path(
    get, path = "/get_count_by_jobtitle_and_statuses", tag = "metrics",
    params(MostFrequent),
    responses((status = 200, description = "The numbers.", body = Envelope<TitleStatusCounts>)),
)]
pub(super) async fn get_count_by_jobtitle_and_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<MostFrequent>,
) -> Result<Data<TitleStatusCounts>, Problem> {
    Ok(Data(metrics::by_title(&services, &caller, input).await?))
}
