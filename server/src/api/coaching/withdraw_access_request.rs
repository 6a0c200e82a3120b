//! `POST /api/coaching/withdraw_access_request`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::coaching::AccessRequestRef;
use service::{Services, coaching};
use std::sync::Arc;

/// Withdraw a request for access
///
/// Withdraws a pending request of the caller. `not_found` if the request is no longer pending.
#[utoipa::path(
    post, path = "/withdraw_access_request", tag = "coaching",
    request_body(content = AccessRequestRef, example = json!({ "request_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e90" })),
    responses((status = 204, description = "Withdrawn."), errors::NotFound),
)]
pub(super) async fn withdraw_access_request(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<AccessRequestRef>,
) -> Result<StatusCode, ErrorResponse> {
    coaching::withdraw_access_request(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
