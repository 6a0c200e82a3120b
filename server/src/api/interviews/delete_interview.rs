//! `POST /api/interviews/delete_interview`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::interviews::InterviewRef;
use service::{Services, interviews};
use std::sync::Arc;

/// Delete an interview
///
/// No email creates it again. Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_interview", tag = "interviews",
    request_body(content = InterviewRef, example = json!({ "interview_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e62" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_interview(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<InterviewRef>,
) -> Result<StatusCode, ErrorResponse> {
    interviews::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
