//! `GET /api/tenants/get_tenants`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{pagination::OptionalPageInput, tenants::TenantList};
use service::{Services, organizations};
use std::sync::Arc;

/// List workspaces
///
/// The workspaces of the caller, the personal one first. Use a slug as `tenant` of `login` and `refresh_token`. Without `limit` and
/// `cursor` at most 1,000 are listed.
#[utoipa::path(
    get, path = "/get_tenants", tag = "tenants",
    params(OptionalPageInput),
    responses(
        (status = 200, description = "The workspaces, or a page of them.", body = TenantList),
    ),
)]
pub(super) async fn get_tenants(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<OptionalPageInput>,
) -> Result<Json<TenantList>, ErrorResponse> {
    Ok(Json(
        organizations::list_tenants(&services, &caller, input).await?,
    ))
}
