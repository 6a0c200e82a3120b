//! `POST /api/tenants/revoke_invitation`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::InvitationRef;
use service::{Services, organizations};
use std::sync::Arc;

/// Revoke an invitation
///
/// Its link stops working immediately. Revoking it again is `not_found`.
#[utoipa::path(
    post, path = "/revoke_invitation", tag = "tenants",
    request_body(content = InvitationRef, example = json!({
        "invitation_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e91",
    })),
    responses(
        (status = 204, description = "Revoked."),
        errors::NotFound,
    ),
)]
pub(super) async fn revoke_invitation(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<InvitationRef>,
) -> Result<StatusCode, ErrorResponse> {
    organizations::revoke_invitation(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
