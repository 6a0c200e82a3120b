//! `GET /api/tenants/get_tenants`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::Tenant;
use service::{Services, organizations};
use std::sync::Arc;

/// List workspaces
///
/// Those of the caller, the personal one first. `tenant` of `login` and `refresh_token` takes their slugs.
#[utoipa::path(
    get, path = "/get_tenants", tag = "tenants",
    responses(
        (status = 200, description = "The workspaces.", body = Envelope<Vec<Tenant>>),
    ),
)]
pub(super) async fn get_tenants(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Tenant>>, ErrorResponse> {
    Ok(Data(organizations::list_tenants(&services, &caller).await?))
}
