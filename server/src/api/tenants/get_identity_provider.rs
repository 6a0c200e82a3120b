//! `GET /api/tenants/get_identity_provider`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::IdentityProvider;
use service::{Services, organizations};
use std::sync::Arc;

/// Get the identity provider
///
/// The organization's own OpenID Connect provider; null if it has none. For owners and admins.
#[utoipa::path(
    get, path = "/get_identity_provider", tag = "tenants",
    responses(
        (status = 200, description = "The provider.", body = Envelope<Option<IdentityProvider>>),
    ),
)]
pub(super) async fn get_identity_provider(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Option<IdentityProvider>>, ErrorResponse> {
    Ok(Data(
        organizations::get_identity_provider(&services, &caller).await?,
    ))
}
