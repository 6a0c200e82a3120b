//! `GET /api/jobapps/get_posting`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::jobapps::{ApplicationRef, Posting};
use service::{Services, jobapps};
use std::sync::Arc;

/// Get the job posting of an application
///
/// `not_found` if the application has none.
#[utoipa::path(
    get, path = "/get_posting", tag = "jobapps",
    params(ApplicationRef),
    responses(
        (status = 200, description = "The posting.", body = Envelope<Posting>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_posting(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ApplicationRef>,
) -> Result<Data<Posting>, ErrorResponse> {
    Ok(Data(jobapps::get_posting(&services, &caller, input).await?))
}
