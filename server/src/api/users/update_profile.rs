//! `POST /api/users/update_profile`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::users::{UpdateProfileInput, User};
use service::{Services, users};
use std::sync::Arc;

/// Update name and time zone
///
/// Omitted fields are unchanged; `null` removes a name. At least one field is required.
#[utoipa::path(
    post, path = "/update_profile", tag = "users",
    request_body(content = UpdateProfileInput, example = json!({ "first_name": "Mara", "time_zone": "Europe/Berlin" })),
    responses((status = 200, description = "The updated user.", body = Envelope<User>)),
)]
pub(super) async fn update_profile(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateProfileInput>,
) -> Result<Data<User>, ErrorResponse> {
    Ok(Data(users::update_profile(&services, &caller, input).await?))
}
