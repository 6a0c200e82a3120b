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

/// List applications
///
/// Newest first by the day of applying, ties by id. Give `next_cursor` back as `cursor`, with the same filters and order,
/// for the next page; rows that are added meanwhile neither repeat nor hide others.
#[utoipa::path(
    get, path = "/get_jobapps", tag = "jobapps",
    params(ListJobappsInput),
    responses((status = 200, description = "A page of applications.", body = Page<JobApplication>)),
)]
pub(super) async fn get_jobapps(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<ListJobappsInput>,
) -> Result<Json<Page<JobApplication>>, Problem> {
    Ok(Json(jobapps::list(&services, &caller, input).await?))
}
