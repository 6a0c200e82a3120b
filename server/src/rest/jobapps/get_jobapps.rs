//! `GET /api/jobapps/get_jobapps`.

use crate::rest::{
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{
    jobapps::{JobApplication, ListJobappsInput},
    page::Page,
};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn get_jobapps(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<ListJobappsInput>,
) -> Result<Json<Page<JobApplication>>, Problem> {
    Ok(Json(jobapps::list(&services, &caller, input).await?))
}
