//! `GET /api/jobapps/get_jobapp_detail`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
    middleware::conditional::ObjectVersion,
};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use domain::jobapps::{ApplicationDetail, ApplicationQuery};
use service::{Services, jobapps};
use std::sync::Arc;

/// Get an application with details
///
/// The application, its history, its notes and its 500 newest messages, as of one point in time.
#[utoipa::path(
    get, path = "/get_jobapp_detail", tag = "jobapps",
    params(ApplicationQuery),
    responses(
        (status = 200, description = "The application with details.", body = Envelope<ApplicationDetail>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_jobapp_detail(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ApplicationQuery>,
) -> Result<Response, ErrorResponse> {
    let detail = jobapps::get_detail(&services, &caller, input).await?;
    let version = ObjectVersion(detail.jobapp.version);
    let mut response = Data(detail).into_response();
    response.extensions_mut().insert(version);
    Ok(response)
}
