//! `POST /api/jobapps/set_posting`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{Posting, SetPostingInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Keep the job posting of an application as text
///
/// Replaces the posting of the application. An empty text removes it. Saving the same text again changes nothing.
#[utoipa::path(
    post, path = "/set_posting", tag = "jobapps",
    request_body(content = SetPostingInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "text": "Baker\n\nYou bake bread and cake.",
        "url": "https://jobs.example.org/baker",
    })),
    responses(
        (status = 200, description = "The posting.", body = Envelope<Posting>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn set_posting(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<SetPostingInput>,
) -> Result<Data<Posting>, ErrorResponse> {
    Ok(Data(jobapps::set_posting(&services, &caller, input).await?))
}
