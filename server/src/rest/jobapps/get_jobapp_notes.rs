//! `GET /api/jobapps/get_jobapp_notes`.

use crate::rest::{
    answer::Data,
    extract::{Authorized, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobappRef, Note};
use service::{Services, jobapps};
use std::sync::Arc;

pub(super) async fn get_jobapp_notes(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(input): Query<JobappRef>,
) -> Result<Data<Vec<Note>>, Problem> {
    Ok(Data(jobapps::notes(&services, &caller, input).await?))
}
