//! `POST /api/jobapps/delete_jobapp`.

use crate::rest::{
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::JobappRef;
use service::{Services, jobapps};
use std::sync::Arc;

/// Delete an application
///
/// It is gone from lists, charts and counts at once. Deleting again is `not_found`;
/// `restore_jobapp` brings it back for thirty days.
#[utoipa::path(
    post, path = "/delete_jobapp", tag = "jobapps",
    request_body(content = JobappRef, example = json!({ "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses((status = 204, description = "Deleted."), refuse::NotFound),
)]
pub(super) async fn delete_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<JobappRef>,
) -> Result<StatusCode, Problem> {
    jobapps::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
