//! `GET /api/jobapps/get_statuses`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::jobapps::Stage;
use service::{Services, jobapps};
use std::sync::Arc;

/// List stages
///
/// The columns of the board, in order. Their ids are used as `status_id`; `kind` says what a stage means, whatever
/// its name.
#[utoipa::path(
    get, path = "/get_statuses", tag = "jobapps",
    responses((status = 200, description = "The stages.", body = Envelope<Vec<Stage>>)),
)]
pub(super) async fn get_statuses(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Stage>>, ErrorResponse> {
    Ok(Data(jobapps::list_stages(&services, &caller).await?))
}
