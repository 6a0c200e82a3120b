//! `GET /api/jobapps/get_statuses`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::Status;
use service::{Services, jobapps};
use std::sync::Arc;

/// List the stages
///
/// The columns of the workspace's board, in order. Their ids go into `status_id`; `kind` says what a stage means whatever
/// it is called.
#[utoipa::path(
    get, path = "/get_statuses", tag = "jobapps",
    responses((status = 200, description = "The stages.", body = Envelope<Vec<Status>>)),
)]
pub(super) async fn get_statuses(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Status>>, Problem> {
    Ok(Data(jobapps::statuses(&services, &caller).await?))
}
