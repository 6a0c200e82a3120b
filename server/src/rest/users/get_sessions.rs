//! `GET /api/users/get_sessions`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::users::Session;
use service::{Services, users};
use std::sync::Arc;

/// List one's sign-ins
///
/// Browsers and programs that are signed in now, the last heard of first. `current` is the one that asks.
#[utoipa::path(
    get, path = "/get_sessions", tag = "users",
    responses((status = 200, description = "All of them.", body = Envelope<Vec<Session>>)),
)]
pub(super) async fn get_sessions(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Session>>, Problem> {
    Ok(Data(users::get_sessions(&services, &caller).await?))
}
