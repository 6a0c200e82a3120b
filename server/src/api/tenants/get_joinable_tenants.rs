//! `GET /api/tenants/get_joinable_tenants`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::JoinableTenant;
use service::{Services, organizations};
use std::sync::Arc;

/// List organizations to join
///
/// The organizations that have verified the domain of the caller's confirmed address, without those that the caller is a member of or
/// was removed from.
#[utoipa::path(
    get, path = "/get_joinable_tenants", tag = "tenants",
    responses(
        (status = 200, description = "The organizations, by name.", body = Envelope<Vec<JoinableTenant>>),
    ),
)]
pub(super) async fn get_joinable_tenants(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<JoinableTenant>>, ErrorResponse> {
    Ok(Data(
        organizations::list_joinable_tenants(&services, &caller.user).await?,
    ))
}
