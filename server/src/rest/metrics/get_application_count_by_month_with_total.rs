//! `GET /api/metrics/get_application_count_by_month_with_total`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::MonthlyCounts;
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by month and source, with their sum
///
/// As `get_application_count_by_month`, and a last series `Total`.
#[utoipa::path(
    get, path = "/get_application_count_by_month_with_total", tag = "metrics",
    responses((status = 200, description = "The numbers.", body = Envelope<MonthlyCounts>)),
)]
pub(super) async fn get_application_count_by_month_with_total(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<MonthlyCounts>, Problem> {
    Ok(Data(metrics::by_month_with_total(&services, &caller).await?))
}
