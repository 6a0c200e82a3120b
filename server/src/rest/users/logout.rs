//! `POST /api/users/logout`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::LogoutInput;
use service::{Services, users};
use std::sync::Arc;

pub(super) async fn logout(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    OptionalBody(input): OptionalBody<LogoutInput>,
) -> Result<StatusCode, Problem> {
    users::logout(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
