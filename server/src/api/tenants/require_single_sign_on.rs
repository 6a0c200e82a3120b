//! `POST /api/tenants/require_single_sign_on`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{IdentityProvider, RequireSingleSignOnInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Require single sign-on
///
/// Members with an address in a verified domain of the organization, except owners, can then open the workspace only after signing
/// in with its own provider in a browser. Takes effect immediately, also for members who are signed in: their requests with tokens
/// are rejected with 403 `single_sign_on_required`, and their API keys are deleted; they can create new keys after signing in with
/// the provider. For owners and admins; 409 `conflict` without an active provider.
#[utoipa::path(
    post, path = "/require_single_sign_on", tag = "tenants",
    request_body(content = RequireSingleSignOnInput, example = json!({ "required": true })),
    responses(
        (status = 200, description = "The provider.", body = Envelope<IdentityProvider>),
        errors::Conflict,
        errors::PersonalWorkspace,
    ),
)]
pub(super) async fn require_single_sign_on(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<RequireSingleSignOnInput>,
) -> Result<Data<IdentityProvider>, ErrorResponse> {
    Ok(Data(
        organizations::require_single_sign_on(&services, &caller, input).await?,
    ))
}
