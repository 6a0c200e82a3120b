//! `GET /api/metrics/get_total_application_count`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::TotalCount;
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications
#[utoipa::path(
    get, path = "/get_total_application_count", tag = "metrics",
    responses((status = 200, description = "How many there are.", body = Envelope<TotalCount>)),
)]
pub(super) async fn get_total_application_count(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<TotalCount>, Problem> {
    Ok(Data(metrics::total(&services, &caller).await?))
}
