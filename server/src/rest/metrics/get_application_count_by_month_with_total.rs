//! `GET /api/metrics/get_application_count_by_month_with_total`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::metrics::MonthlyCounts;
use service::{Services, metrics};
use std::sync::Arc;

pub(super) async fn get_application_count_by_month_with_total(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<MonthlyCounts>, Problem> {
    Ok(Data(metrics::by_month_with_total(&services, &caller).await?))
}
