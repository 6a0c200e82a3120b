//! `GET /api/jobapps/get_status_history`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::{JobApplicationId, jobapps::HistoryEntry};
use serde::Deserialize;
use service::{Services, jobapps};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfJobapp {
    jobapp_id: JobApplicationId,
}

pub(super) async fn get_status_history(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(OfJobapp { jobapp_id }): Query<OfJobapp>,
) -> Result<Data<Vec<HistoryEntry>>, Problem> {
    Ok(Data(jobapps::history(&services, &caller, jobapp_id).await?))
}
