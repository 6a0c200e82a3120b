//! `POST /api/tenants/join_tenant`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::{auth::TokenSet, tenants::JoinTenantInput};
use service::{Services, auth::Channel, organizations};
use std::sync::Arc;

/// Join an organization
///
/// Adds the caller as a member of an organization of `get_joinable_tenants`, and starts a session in it. Joining again changes
/// nothing.
#[utoipa::path(
    post, path = "/join_tenant", tag = "tenants",
    request_body(content = JoinTenantInput, example = json!({ "tenant_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "Tokens for the organization.", body = Envelope<TokenSet>),
        errors::NotFound,
        errors::SingleSignOnRequired,
        errors::QuotaExceeded,
    ),
)]
pub(super) async fn join_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<JoinTenantInput>,
) -> Result<Data<TokenSet>, ErrorResponse> {
    let user = caller.user.id;
    let sign_in = organizations::join_tenant(&services, user, input, &client, Channel::Api).await?;
    Ok(Data(sign_in.into_tokens()?))
}
