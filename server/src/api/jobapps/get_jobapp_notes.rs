//! `GET /api/jobapps/get_jobapp_notes`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::jobapps::{ApplicationQuery, Note};
use service::{Services, jobapps};
use std::sync::Arc;

/// List notes
///
/// Newest first. At most 500 notes with 1 MiB of text.
#[utoipa::path(
    get, path = "/get_jobapp_notes", tag = "jobapps",
    params(ApplicationQuery),
    responses(
        (status = 200, description = "The notes.", body = Envelope<Vec<Note>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_jobapp_notes(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ApplicationQuery>,
) -> Result<Data<Vec<Note>>, ErrorResponse> {
    Ok(Data(jobapps::list_notes(&services, &caller, input).await?))
}
