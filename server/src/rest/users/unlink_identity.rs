//! `POST /api/users/unlink_identity`.

use crate::rest::{
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::IdentityId;
use serde::Deserialize;
use service::{Services, identities};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfIdentity {
    /// Which.
    identity_id: IdentityId,
}

/// Remove a way to sign in
///
/// What the provider granted is given back to it. The last way to sign in stays.
#[utoipa::path(
    post, path = "/unlink_identity", tag = "users",
    request_body(content = OfIdentity, example = json!({ "identity_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Removed."),
        refuse::NotFound,
        refuse::LastSignInMethod,
    ),
)]
pub(super) async fn unlink_identity(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(OfIdentity { identity_id }): Body<OfIdentity>,
) -> Result<StatusCode, Problem> {
    identities::unlink(&services, caller.user.id, identity_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
