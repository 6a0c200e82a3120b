//! `POST /api/jobapps/add_jobapp`.

use crate::rest::{
    answer::Created,
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{AddJobappInput, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn add_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<AddJobappInput>,
) -> Result<Created<JobApplication>, Problem> {
    Ok(Created(jobapps::add(&services, &caller, input).await?))
}
