//! `GET /api/jobapps/get_status_history`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{HistoryEntry, JobappRef};
use service::{Services, jobapps};
use std::sync::Arc;

/// Read an application's history
///
/// Every change of stage and outcome, oldest first; the first entry is the creation. Nobody can change or delete an entry.
#[utoipa::path(
    get, path = "/get_status_history", tag = "jobapps",
    params(JobappRef),
    responses(
        (status = 200, description = "The history.", body = Envelope<Vec<HistoryEntry>>),
        refuse::NotFound,
    ),
)]
pub(super) async fn get_status_history(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(JobappRef { jobapp_id }): Query<JobappRef>,
) -> Result<Data<Vec<HistoryEntry>>, Problem> {
    Ok(Data(jobapps::history(&services, &caller, jobapp_id).await?))
}
