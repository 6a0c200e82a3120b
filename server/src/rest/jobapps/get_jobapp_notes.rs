//! `GET /api/jobapps/get_jobapp_notes`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Query},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobappRef, Note};
use service::{Services, jobapps};
use std::sync::Arc;

/// List an application's notes
///
/// Newest first.
#[utoipa::path(
    get, path = "/get_jobapp_notes", tag = "jobapps",
    params(JobappRef),
    responses(
        (status = 200, description = "The notes.", body = Envelope<Vec<Note>>),
        refuse::NotFound,
    ),
)]
pub(super) async fn get_jobapp_notes(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<JobappRef>,
) -> Result<Data<Vec<Note>>, Problem> {
    Ok(Data(jobapps::notes(&services, &caller, input).await?))
}
