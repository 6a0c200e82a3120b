//! `GET /api/files/get_files`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::{files::File, jobapps::ApplicationQuery};
use service::{Services, files};
use std::sync::Arc;

/// List the files of an application
///
/// Newest first.
#[utoipa::path(
    get, path = "/get_files", tag = "files",
    params(ApplicationQuery),
    responses((status = 200, description = "The files.", body = Envelope<Vec<File>>), errors::NotFound),
)]
pub(super) async fn get_files(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ApplicationQuery>,
) -> Result<Data<Vec<File>>, ErrorResponse> {
    Ok(Data(files::list(&services, &caller, input).await?))
}
