//! `POST /api/users/export_data`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    limits::Asking,
    openapi::refuse,
    problem::Problem,
    stream,
};
use axum::{extract::State, response::Response};
use domain::users::ProofInput;
use service::{Services, users};
use std::sync::Arc;

/// Take everything along
///
/// All that is stored about the person, from every workspace, as one JSON document; secrets are left out. Asks for the
/// password, or a sign-in within the last quarter of an hour. It is written while it is sent: a connection that breaks
/// leaves JSON that cannot be read, never a part that looks whole.
#[utoipa::path(
    post, path = "/export_data", tag = "users",
    request_body(content = Option<ProofInput>, example = json!({ "password": "correct horse battery staple" })),
    responses(
        (status = 200, description = "The document, as a file to keep.", body = Object,
            headers(("Content-Disposition" = String, description = "`attachment` with a name for the file."))),
        refuse::ReauthenticationRequired,
    ),
)]
pub(super) async fn export_data(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Asking(client): Asking,
    OptionalBody(input): OptionalBody<ProofInput>,
) -> Result<Response, Problem> {
    Ok(stream::attachment(
        users::export_data(&services, &caller, input, &client).await?,
    ))
}
