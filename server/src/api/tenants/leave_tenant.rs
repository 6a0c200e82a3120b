//! `POST /api/tenants/leave_tenant`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::LeaveTenantInput;
use service::{Services, wiring};
use std::sync::Arc;

/// Leave the organization
///
/// Deletes everything the caller has in this workspace; their other workspaces stay. With `"take_along": "move"`, their
/// applications are copied to their personal workspace first, as by `copy_jobapps`, with contacts and tasks; if that fails, they
/// are still a member, and repeating the request continues. The last owner cannot leave. The body may be omitted.
#[utoipa::path(
    post, path = "/leave_tenant", tag = "tenants",
    request_body(content = Option<LeaveTenantInput>, example = json!({ "take_along": "move" })),
    responses(
        (status = 204, description = "Left."),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::LastOwner,
        errors::PersonalWorkspace,
    ),
)]
pub(super) async fn leave_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(input): OptionalJsonBody<LeaveTenantInput>,
) -> Result<StatusCode, ErrorResponse> {
    wiring::leave_tenant(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
