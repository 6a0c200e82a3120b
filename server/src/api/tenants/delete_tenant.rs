//! `POST /api/tenants/delete_tenant`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::DeleteTenantInput;
use service::{Services, wiring};
use std::sync::Arc;

/// Delete the organization
///
/// Closes the workspace for all members, immediately and permanently. The data of each member is then moved to their personal
/// workspace, as by `remove_member` and regardless of its limits, and the workspace is deleted: with many members this takes
/// minutes after the response. Accounts and personal workspaces stay. The other members get an email with the number of
/// applications that were moved. Requires its slug and the password, or a sign-in within the last 15 minutes.
#[utoipa::path(
    post, path = "/delete_tenant", tag = "tenants",
    request_body(content = DeleteTenantInput, example = json!({
        "slug": "career-center", "password": "the password of the account",
    })),
    responses(
        (status = 204, description = "Closed, and being deleted."),
        errors::ReauthenticationRequired,
        errors::PersonalWorkspace,
    ),
)]
pub(super) async fn delete_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<DeleteTenantInput>,
) -> Result<StatusCode, ErrorResponse> {
    wiring::delete_tenant(&services, &caller, input, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
