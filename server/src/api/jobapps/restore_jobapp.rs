//! `POST /api/jobapps/restore_jobapp`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{ApplicationRef, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

/// Restore a deleted application
///
/// Possible for 30 days after the deletion, with history, notes and messages. Has no effect on an application that is
/// not deleted.
#[utoipa::path(
    post, path = "/restore_jobapp", tag = "jobapps",
    request_body(content = ApplicationRef, example = json!({ "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f" })),
    responses(
        (status = 200, description = "The restored application.", body = Envelope<JobApplication>),
        errors::NotFound,
    ),
)]
pub(super) async fn restore_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ApplicationRef>,
) -> Result<Data<JobApplication>, ErrorResponse> {
    Ok(Data(jobapps::restore(&services, &caller, input).await?))
}
