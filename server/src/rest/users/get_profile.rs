//! `GET /api/users/get_profile`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::users::User;
use service::{Services, users};
use std::sync::Arc;

/// Read one's own account
///
/// The person behind the access token as they stand now.
#[utoipa::path(
    get, path = "/get_profile", tag = "users",
    responses((status = 200, description = "The person.", body = Envelope<User>)),
)]
pub(super) async fn get_profile(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<User>, Problem> {
    Ok(Data(users::get_profile(&services, &caller).await?))
}
