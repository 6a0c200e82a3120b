//! `GET /api/coaching/get_grants`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::coaching::AccessGrants;
use service::{Services, coaching};
use std::sync::Arc;

/// List access grants
///
/// Grants by the caller and to the caller, newest first, at most 1,000 of each. Expired grants are listed until they are revoked.
/// `get_clients` lists, in pages, the members who have given the caller access.
#[utoipa::path(
    get, path = "/get_grants", tag = "coaching",
    responses((status = 200, description = "The grants.", body = Envelope<AccessGrants>)),
)]
pub(super) async fn get_grants(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<AccessGrants>, ErrorResponse> {
    Ok(Data(coaching::list_grants(&services, &caller).await?))
}
