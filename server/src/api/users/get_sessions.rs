//! `GET /api/users/get_sessions`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{auth::SessionList, pagination::OptionalPageInput};
use service::{Services, auth};
use std::sync::Arc;

/// List sessions
///
/// Signed-in browsers and API clients, the most recently active first. `current` marks the session of this request. Without `limit`
/// and `cursor` at most 1,000 are listed.
#[utoipa::path(
    get, path = "/get_sessions", tag = "users",
    params(OptionalPageInput),
    responses((status = 200, description = "The sessions, or a page of them.", body = SessionList)),
)]
pub(super) async fn get_sessions(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<OptionalPageInput>,
) -> Result<Json<SessionList>, ErrorResponse> {
    Ok(Json(auth::list_sessions(&services, &caller, input).await?))
}
