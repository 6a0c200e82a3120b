//! `GET /api/users/get_identities`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::identities::SignInMethods;
use service::{Services, identities};
use std::sync::Arc;

/// List ways to sign in
#[utoipa::path(
    get, path = "/get_identities", tag = "users",
    responses((status = 200, description = "Password, linked accounts, and what could be linked.", body = Envelope<SignInMethods>)),
)]
pub(super) async fn get_identities(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<SignInMethods>, Problem> {
    Ok(Data(identities::methods(&services, caller.user.id).await?))
}
