//! `POST /api/jobapps/delete_jobapp`.

use crate::rest::{
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::JobappRef;
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn delete_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<JobappRef>,
) -> Result<StatusCode, Problem> {
    jobapps::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
