//! `GET /api/metrics/get_count_by_jobtitle_and_statuses`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::{MostFrequent, TitleStatusCounts};
use service::{Services, metrics};
use std::sync::Arc;

pub(super) async fn get_count_by_jobtitle_and_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<MostFrequent>,
) -> Result<Data<TitleStatusCounts>, Problem> {
    Ok(Data(metrics::by_title(&services, &caller, input).await?))
}
