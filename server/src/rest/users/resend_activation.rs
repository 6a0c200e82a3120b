//! `POST /api/users/resend_activation`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    limits::Asking,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::NoInput;
use service::{Services, users};
use std::sync::Arc;

/// Send the link to confirm the address again
///
/// Nothing is sent where it is confirmed already, or where a mail went within the last minute.
#[utoipa::path(
    post, path = "/resend_activation", tag = "users",
    responses((status = 204, description = "Taken down.")),
)]
pub(super) async fn resend_activation(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Asking(client): Asking,
    OptionalBody(NoInput {}): OptionalBody<NoInput>,
) -> Result<StatusCode, Problem> {
    users::resend_activation(&services, &caller, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
