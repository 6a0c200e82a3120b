//! `GET /api/users/get_identities`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::auth::SignInMethods;
use service::{Services, auth::oauth};
use std::sync::Arc;

/// List sign-in methods
#[utoipa::path(
    get, path = "/get_identities", tag = "users",
    responses((status = 200, description = "Password, linked providers, and providers that can be linked.", body = Envelope<SignInMethods>)),
)]
pub(super) async fn get_identities(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<SignInMethods>, ErrorResponse> {
    Ok(Data(
        oauth::list_sign_in_methods(&services, caller.user.id).await?,
    ))
}
