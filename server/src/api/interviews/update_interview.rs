//! `POST /api/interviews/update_interview`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::interviews::{Interview, UpdateInterviewInput};
use service::{Services, interviews};
use std::sync::Arc;

/// Update an interview
///
/// Absent fields stay unchanged, `null` clears. No email changes an interview that was updated.
#[utoipa::path(
    post, path = "/update_interview", tag = "interviews",
    request_body(content = UpdateInterviewInput, example = json!({
        "interview_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e62", "starts_at": "2026-12-02T09:00:00Z", "place": null,
    })),
    responses(
        (status = 200, description = "The updated interview.", body = Envelope<Interview>),
        errors::NotFound,
    ),
)]
pub(super) async fn update_interview(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateInterviewInput>,
) -> Result<Data<Interview>, ErrorResponse> {
    Ok(Data(interviews::update(&services, &caller, input).await?))
}
