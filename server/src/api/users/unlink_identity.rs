//! `POST /api/users/unlink_identity`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::IdentityId;
use serde::Deserialize;
use service::{Services, auth::oauth};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnlinkIdentityInput {
    /// Id from `get_identities`.
    identity_id: IdentityId,
}

/// Unlink a sign-in method
///
/// Revokes the tokens of the provider. The last sign-in method cannot be removed.
#[utoipa::path(
    post, path = "/unlink_identity", tag = "users",
    request_body(content = UnlinkIdentityInput, example = json!({ "identity_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Unlinked."),
        errors::NotFound,
        errors::LastSignInMethod,
    ),
)]
pub(super) async fn unlink_identity(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(UnlinkIdentityInput { identity_id }): JsonBody<UnlinkIdentityInput>,
) -> Result<StatusCode, ErrorResponse> {
    oauth::unlink_identity(&services, &caller, identity_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
