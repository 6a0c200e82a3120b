//! `GET /api/jobapps/get_jobapp_detail`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobappDetail, JobappRef};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn get_jobapp_detail(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<JobappRef>,
) -> Result<Data<JobappDetail>, Problem> {
    Ok(Data(jobapps::detail(&services, &caller, input).await?))
}
