//! `GET /api/users/get_sessions`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::auth::Session;
use service::{Services, auth};
use std::sync::Arc;

/// List sessions
///
/// Signed-in browsers and API clients, the most recently active first. `current` marks the session of this request.
#[utoipa::path(
    get, path = "/get_sessions", tag = "users",
    responses((status = 200, description = "The sessions.", body = Envelope<Vec<Session>>)),
)]
pub(super) async fn get_sessions(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Session>>, ErrorResponse> {
    Ok(Data(auth::list_sessions(&services, &caller).await?))
}
