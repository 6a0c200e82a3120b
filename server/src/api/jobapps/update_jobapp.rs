//! `POST /api/jobapps/update_jobapp`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IfMatch, IfMatchHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{JobApplication, UpdateApplicationInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Move, close or reopen an application
///
/// Requires at least one of `status_id`, `outcome` and `rejected`, an abbreviation of the outcome `rejected`. Each change is added
/// to the history; setting the current value has no effect. With `version`, the request fails if the application has changed since;
/// the error contains its current state in `current`. `If-Match` with the `ETag` of `get_jobapp_detail` requires the same, and
/// fails with 412.
#[utoipa::path(
    post, path = "/update_jobapp", tag = "jobapps",
    params(IfMatchHeader),
    request_body(content = UpdateApplicationInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "status_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60", "version": 1,
    })),
    responses(
        (status = 200, description = "The updated application.", body = Envelope<JobApplication>),
        errors::Conflict,
        errors::NotFound,
        errors::PreconditionFailed,
        errors::VersionConflict,
    ),
)]
pub(super) async fn update_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    if_match: IfMatch,
    JsonBody(input): JsonBody<UpdateApplicationInput>,
) -> Result<Data<JobApplication>, ErrorResponse> {
    let change = |version| {
        let input = UpdateApplicationInput {
            version,
            ..input.clone()
        };
        jobapps::move_stage(&services, &caller, input)
    };
    Ok(Data(if_match.apply(input.version, change).await?))
}
