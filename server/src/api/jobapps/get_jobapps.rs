//! `GET /api/jobapps/get_jobapps`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    jobapps::{JobApplication, ListApplicationsInput},
    pagination::Page,
};
use service::{Services, jobapps};
use std::sync::Arc;

/// List applications
///
/// Sorted by application date, newest first, then by id. Pass `next_cursor` as `cursor`, with the same filters and
/// order, for the next page. Applications added in the meantime cause no duplicates or gaps.
#[utoipa::path(
    get, path = "/get_jobapps", tag = "jobapps",
    params(ListApplicationsInput),
    responses(
        (status = 200, description = "A page of applications.", body = Page<JobApplication>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_jobapps(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListApplicationsInput>,
) -> Result<Json<Page<JobApplication>>, ErrorResponse> {
    Ok(Json(jobapps::list(&services, &caller, input).await?))
}
