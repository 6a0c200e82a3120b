//! `POST /api/tenants/delete_domain`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::tenants::DomainRef;
use service::{Services, organizations};
use std::sync::Arc;

/// Delete an email domain
///
/// No one can join with it anymore. Members who have joined stay.
#[utoipa::path(
    post, path = "/delete_domain", tag = "tenants",
    request_body(content = DomainRef, example = json!({ "domain_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 204, description = "Deleted."),
        errors::NotFound,
    ),
)]
pub(super) async fn delete_domain(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<DomainRef>,
) -> Result<StatusCode, ErrorResponse> {
    organizations::delete_domain(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
