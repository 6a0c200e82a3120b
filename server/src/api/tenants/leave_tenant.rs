//! `POST /api/tenants/leave_tenant`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::EmptyInput;
use service::{Services, wiring};
use std::sync::Arc;

/// Leave the organization
///
/// Deletes everything the caller has in this workspace; their other workspaces stay. The last owner cannot leave.
#[utoipa::path(
    post, path = "/leave_tenant", tag = "tenants",
    responses(
        (status = 204, description = "Left."),
        errors::LastOwner,
        errors::PersonalWorkspace,
    ),
)]
pub(super) async fn leave_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<StatusCode, ErrorResponse> {
    wiring::leave_tenant(&services, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
