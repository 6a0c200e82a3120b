//! `GET /api/users/get_profile`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::users::User;
use service::{Services, users};
use std::sync::Arc;

/// Get the current user
#[utoipa::path(
    get, path = "/get_profile", tag = "users",
    responses((status = 200, description = "The user.", body = Envelope<User>)),
)]
pub(super) async fn get_profile(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<User>, ErrorResponse> {
    Ok(Data(users::get_profile(&services, &caller).await?))
}
