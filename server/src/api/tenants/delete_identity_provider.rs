//! `POST /api/tenants/delete_identity_provider`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::auth::EmptyInput;
use service::{Services, organizations};
use std::sync::Arc;

/// Delete the identity provider
///
/// People who signed in with it must sign in another way from then on.
#[utoipa::path(
    post, path = "/delete_identity_provider", tag = "tenants",
    responses(
        (status = 204, description = "Deleted."),
        errors::NotFound,
    ),
)]
pub(super) async fn delete_identity_provider(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<StatusCode, ErrorResponse> {
    organizations::delete_identity_provider(&services, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
