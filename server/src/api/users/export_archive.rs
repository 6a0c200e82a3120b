//! `POST /api/users/export_archive`.

use crate::{
    api::errors,
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, OptionalJsonBody},
};
use axum::{extract::State, response::Response};
use domain::auth::ReauthInput;
use service::{Services, users};
use std::sync::Arc;

/// Export all data with files
///
/// A ZIP archive: `jobhax.json` is the document of `export_data`, and `files/<workspace>/<file id>/<name>` are the contents of the
/// files. Requires the password, or a sign-in within the last 15 minutes. The archive is streamed: if the connection breaks, it
/// cannot be opened.
#[utoipa::path(
    post, path = "/export_archive", tag = "users",
    request_body(content = Option<ReauthInput>, example = json!({ "password": "correct horse battery staple" })),
    responses(
        (status = 200, description = "The archive, as a download.", body = String, content_type = "application/zip",
            headers(("Content-Disposition" = String, description = "`attachment` with a file name."))),
        errors::ReauthenticationRequired,
    ),
)]
pub(super) async fn export_archive(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    OptionalJsonBody(input): OptionalJsonBody<ReauthInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(
        users::export_archive(&services, &caller, input, &client).await?,
    ))
}
