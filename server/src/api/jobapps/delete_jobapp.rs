//! `POST /api/jobapps/delete_jobapp`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::jobapps::ApplicationRef;
use service::{Services, jobapps};
use std::sync::Arc;

/// Delete an application
///
/// Removes it from lists and metrics immediately. Deleting it again is `not_found`. `restore_jobapp` restores it
/// within 30 days.
#[utoipa::path(
    post, path = "/delete_jobapp", tag = "jobapps",
    request_body(content = ApplicationRef, example = json!({ "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ApplicationRef>,
) -> Result<StatusCode, ErrorResponse> {
    jobapps::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
