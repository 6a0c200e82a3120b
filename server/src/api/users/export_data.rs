//! `POST /api/users/export_data`.

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

/// Export all data
///
/// Everything stored about the user in all workspaces, as one JSON document without secrets. Requires the password,
/// or a sign-in within the last 15 minutes. The document is streamed: if the connection breaks, the result is not
/// valid JSON.
#[utoipa::path(
    post, path = "/export_data", tag = "users",
    request_body(content = Option<ReauthInput>, example = json!({ "password": "correct horse battery staple" })),
    responses(
        (status = 200, description = "The document, as a download.", body = Object,
            headers(("Content-Disposition" = String, description = "`attachment` with a file name."))),
        errors::ReauthenticationRequired,
    ),
)]
pub(super) async fn export_data(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    OptionalJsonBody(input): OptionalJsonBody<ReauthInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(
        users::export_data(&services, &caller, input, &client).await?,
    ))
}
