//! `POST /api/users/revoke_other_sessions`.

use crate::rest::{
    extract::{Authorized, OptionalBody},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::users::NoInput;
use service::{Services, users};
use std::sync::Arc;

/// End all other sign-ins
///
/// All but the one that asks. Their tokens are dead at once.
#[utoipa::path(
    post, path = "/revoke_other_sessions", tag = "users",
    responses((status = 204, description = "Ended.")),
)]
pub(super) async fn revoke_other_sessions(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    OptionalBody(NoInput {}): OptionalBody<NoInput>,
) -> Result<StatusCode, Problem> {
    users::revoke_other_sessions(&services, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
