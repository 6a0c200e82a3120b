//! `GET /api/coaching/get_access_log`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    coaching::{AccessLogEntry, ListAccessLogInput},
    pagination::Page,
};
use service::{Services, coaching};
use std::sync::Arc;

/// List the access log
///
/// Views of the caller's data by other members, the latest first: at most one entry for each viewer, application and hour, and one
/// for lists and metrics.
#[utoipa::path(
    get, path = "/get_access_log", tag = "coaching",
    params(ListAccessLogInput),
    responses((status = 200, description = "A page of the log.", body = Page<AccessLogEntry>)),
)]
pub(super) async fn get_access_log(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListAccessLogInput>,
) -> Result<Json<Page<AccessLogEntry>>, ErrorResponse> {
    Ok(Json(coaching::list_access_log(&services, &caller, input).await?))
}
