//! `GET /api/files/get_file`.

use crate::{
    api::errors,
    attachment::download,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{extract::State, response::Response};
use domain::files::FileQuery;
use service::{Services, files};
use std::sync::Arc;

/// Download a file
///
/// As an attachment, with its `media_type`. `owner_id` is for files of clients who have granted access; their access log records
/// the download.
#[utoipa::path(
    get, path = "/get_file", tag = "files",
    params(FileQuery),
    responses(
        (status = 200, description = "The content.", body = String, content_type = "application/octet-stream",
            headers(("Content-Disposition" = String, description = "`attachment` with the name of the file."))),
        errors::NotFound,
    ),
)]
pub(super) async fn get_file(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<FileQuery>,
) -> Result<Response, ErrorResponse> {
    Ok(download(files::download(&services, &caller, input).await?))
}
