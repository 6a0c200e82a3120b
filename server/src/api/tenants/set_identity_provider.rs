//! `POST /api/tenants/set_identity_provider`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{IdentityProvider, SetIdentityProviderInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Set the identity provider
///
/// Replaces the organization's own OpenID Connect provider. It becomes active when a test sign-in in the settings has succeeded.
#[utoipa::path(
    post, path = "/set_identity_provider", tag = "tenants",
    request_body(content = SetIdentityProviderInput, example = json!({
        "issuer": "https://id.example.org", "client_id": "jobhax", "client_secret": "2nWk8…",
    })),
    responses(
        (status = 200, description = "The provider, not active yet.", body = Envelope<IdentityProvider>),
        errors::PersonalWorkspace,
    ),
)]
pub(super) async fn set_identity_provider(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<SetIdentityProviderInput>,
) -> Result<Data<IdentityProvider>, ErrorResponse> {
    Ok(Data(
        organizations::set_identity_provider(&services, &caller, &input).await?,
    ))
}
