//! `POST /api/users/delete_user`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::ProofInput;
use service::{Services, users};
use std::sync::Arc;

/// Erase the account
///
/// For good and at once: sign-ins, workspaces that nobody else is in, and all that is the person's in others. Asks for the
/// password; of an account without one, for a sign-in within the last quarter of an hour.
#[utoipa::path(
    post, path = "/delete_user", tag = "users",
    request_body(content = Option<ProofInput>, example = json!({ "password": "the password of the account" })),
    responses(
        (status = 204, description = "Nothing is left."),
        refuse::ReauthenticationRequired,
    ),
)]
pub(super) async fn delete_user(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Asking(client): Asking,
    OptionalBody(input): OptionalBody<ProofInput>,
) -> Result<StatusCode, Problem> {
    users::delete_user(&services, &caller, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
