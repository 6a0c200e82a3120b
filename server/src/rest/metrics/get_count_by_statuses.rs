//! `GET /api/metrics/get_count_by_statuses`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::StatusCount;
use service::{Services, metrics};
use std::sync::Arc;

pub(super) async fn get_count_by_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<StatusCount>>, Problem> {
    Ok(Data(metrics::by_status(&services, &caller).await?))
}
