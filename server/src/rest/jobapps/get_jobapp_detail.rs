//! `GET /api/jobapps/get_jobapp_detail`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobappDetail, JobappRef};
use service::{Services, jobapps};
use std::sync::Arc;

/// Read everything about an application
///
/// The application, its history, its notes and what was read from its mails, all of one moment.
#[utoipa::path(
    get, path = "/get_jobapp_detail", tag = "jobapps",
    params(JobappRef),
    responses(
        (status = 200, description = "The application with all that belongs to it.", body = Envelope<JobappDetail>),
        refuse::NotFound,
    ),
)]
pub(super) async fn get_jobapp_detail(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<JobappRef>,
) -> Result<Data<JobappDetail>, Problem> {
    Ok(Data(jobapps::detail(&services, &caller, input).await?))
}
