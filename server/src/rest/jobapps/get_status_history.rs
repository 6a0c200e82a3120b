//! `GET /api/jobapps/get_status_history`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{HistoryEntry, JobappRef};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn get_status_history(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(JobappRef { jobapp_id }): Query<JobappRef>,
) -> Result<Data<Vec<HistoryEntry>>, Problem> {
    Ok(Data(jobapps::history(&services, &caller, jobapp_id).await?))
}
