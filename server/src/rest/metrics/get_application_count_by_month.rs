//! `GET /api/metrics/get_application_count_by_month`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::MonthlyCounts;
use service::{Services, metrics};
use std::sync::Arc;

/// Count applications by month and source
///
/// The twelve months that end with this one in the person's time zone. One series for each source, the largest first, at
/// most eight; the rest is `Other`.
#[utoipa::path(
    get, path = "/get_application_count_by_month", tag = "metrics",
    responses((status = 200, description = "The numbers.", body = Envelope<MonthlyCounts>)),
)]
pub(super) async fn get_application_count_by_month(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<MonthlyCounts>, Problem> {
    Ok(Data(metrics::by_month(&services, &caller).await?))
}
