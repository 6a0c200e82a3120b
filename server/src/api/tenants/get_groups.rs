//! `GET /api/tenants/get_groups`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::Group;
use service::{Services, organizations};
use std::sync::Arc;

/// List groups
///
/// By name, with the ids of their members. Owners, admins and coaches see them.
#[utoipa::path(
    get, path = "/get_groups", tag = "tenants",
    responses((status = 200, description = "The groups.", body = Envelope<Vec<Group>>)),
)]
pub(super) async fn get_groups(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Group>>, ErrorResponse> {
    Ok(Data(organizations::list_groups(&services, &caller).await?))
}
