//! `POST /api/jobapps/update_jobapp`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobApplication, UpdateJobappInput};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn update_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateJobappInput>,
) -> Result<Data<JobApplication>, Problem> {
    Ok(Data(jobapps::update(&services, &caller, input).await?))
}
