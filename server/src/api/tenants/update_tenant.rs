//! `POST /api/tenants/update_tenant`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{Tenant, UpdateTenantInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Update the organization
///
/// Absent fields stay unchanged. Links with an earlier slug no longer work.
#[utoipa::path(
    post, path = "/update_tenant", tag = "tenants",
    request_body(content = UpdateTenantInput, example = json!({ "name": "Career Center North" })),
    responses(
        (status = 200, description = "The updated workspace.", body = Envelope<Tenant>),
        errors::PersonalWorkspace,
        errors::SlugTaken,
    ),
)]
pub(super) async fn update_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateTenantInput>,
) -> Result<Data<Tenant>, ErrorResponse> {
    Ok(Data(
        organizations::update_tenant(&services, &caller, input).await?,
    ))
}
