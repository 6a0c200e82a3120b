//! `POST /api/tenants/add_tenant`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::tenants::{AddTenantInput, Tenant};
use service::{Services, organizations};
use std::sync::Arc;

/// Create an organization
///
/// The caller is its owner. Refresh the tokens with its slug as `tenant` to work in it.
#[utoipa::path(
    post, path = "/add_tenant", tag = "tenants",
    params(IdempotencyKeyHeader),
    request_body(content = AddTenantInput, example = json!({ "name": "Career Center" })),
    responses(
        (status = 201, description = "The new workspace.", body = Envelope<Tenant>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::SlugTaken,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn add_tenant(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddTenantInput>,
) -> Result<Created<Tenant>, ErrorResponse> {
    let request = idempotency.request();
    Ok(Created(
        organizations::add_tenant(&services, &caller, request, input, &client).await?,
    ))
}
