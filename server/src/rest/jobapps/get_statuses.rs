//! `GET /api/jobapps/get_statuses`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::Status;
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn get_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Status>>, Problem> {
    Ok(Data(jobapps::statuses(&services, &caller).await?))
}
