//! `GET /api/coaching/get_access_requests`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::coaching::AccessRequests;
use service::{Services, coaching};
use std::sync::Arc;

/// List requests for access
///
/// Pending requests to the caller, and all requests by the caller with their status, newest first, at most 1,000 of each.
#[utoipa::path(
    get, path = "/get_access_requests", tag = "coaching",
    responses((status = 200, description = "The requests.", body = Envelope<AccessRequests>)),
)]
pub(super) async fn get_access_requests(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<AccessRequests>, ErrorResponse> {
    Ok(Data(coaching::list_access_requests(&services, &caller).await?))
}
