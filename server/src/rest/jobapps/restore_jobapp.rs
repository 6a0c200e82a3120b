//! `POST /api/jobapps/restore_jobapp`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobApplication, JobappRef};
use service::{Services, jobapps};
use std::sync::Arc;

/// Bring a deleted application back
///
/// It comes back with its history, notes and mails, for thirty days after it was deleted; then it is gone for good. One that
/// is not deleted stays as it is.
#[utoipa::path(
    post, path = "/restore_jobapp", tag = "jobapps",
    request_body(content = JobappRef, example = json!({ "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The application, there again.", body = Envelope<JobApplication>),
        refuse::NotFound,
    ),
)]
pub(super) async fn restore_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<JobappRef>,
) -> Result<Data<JobApplication>, Problem> {
    Ok(Data(jobapps::restore(&services, &caller, input).await?))
}
