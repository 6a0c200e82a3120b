//! `GET /api/jobapps/get_status_history`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::jobapps::{ApplicationEvent, ApplicationQuery};
use service::{Services, jobapps};
use std::sync::Arc;

/// Get the history of an application
///
/// All changes of stage and outcome, oldest first, starting with the creation. Entries cannot be changed or deleted. After 1,000
/// entries the history is full; only emails can still add entries.
#[utoipa::path(
    get, path = "/get_status_history", tag = "jobapps",
    params(ApplicationQuery),
    responses(
        (status = 200, description = "The history.", body = Envelope<Vec<ApplicationEvent>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_status_history(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ApplicationQuery>,
) -> Result<Data<Vec<ApplicationEvent>>, ErrorResponse> {
    Ok(Data(jobapps::list_events(&services, &caller, input).await?))
}
