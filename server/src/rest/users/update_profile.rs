//! `POST /api/users/update_profile`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    problem::Problem,
};
use axum::extract::State;
use domain::users::{UpdateProfileInput, User};
use service::{Services, users};
use std::sync::Arc;

/// Change name and time zone
///
/// What is left out stays; `null` takes a name away. At least one of the three must be there.
#[utoipa::path(
    post, path = "/update_profile", tag = "users",
    request_body(content = UpdateProfileInput, example = json!({ "first_name": "Mara", "time_zone": "Europe/Berlin" })),
    responses((status = 200, description = "The person as they are now.", body = Envelope<User>)),
)]
pub(super) async fn update_profile(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateProfileInput>,
) -> Result<Data<User>, Problem> {
    Ok(Data(users::update_profile(&services, &caller, input).await?))
}
