//! `GET /api/metrics/get_count_by_statuses`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::StatusCount;
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by stage
///
/// Every stage in order, also those without an application. A closed application counts in the stage it reached.
#[utoipa::path(
    get, path = "/get_count_by_statuses", tag = "metrics",
    responses((status = 200, description = "The numbers.", body = Envelope<Vec<StatusCount>>)),
)]
pub(super) async fn get_count_by_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<StatusCount>>, Problem> {
    Ok(Data(metrics::by_status(&services, &caller).await?))
}
