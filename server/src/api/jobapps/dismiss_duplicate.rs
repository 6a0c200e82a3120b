//! `POST /api/jobapps/dismiss_duplicate`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::DismissDuplicateInput;
use service::{Services, jobapps};
use std::sync::Arc;

/// Dismiss a duplicate
///
/// `get_duplicates` no longer lists these two as a pair. Dismissing them again changes nothing.
#[utoipa::path(
    post, path = "/dismiss_duplicate", tag = "jobapps",
    request_body(content = DismissDuplicateInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "other_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60",
    })),
    responses((status = 204, description = "Dismissed."), errors::NotFound),
)]
pub(super) async fn dismiss_duplicate(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<DismissDuplicateInput>,
) -> Result<StatusCode, ErrorResponse> {
    jobapps::dismiss_duplicate(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
