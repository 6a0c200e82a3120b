//! `POST /api/jobapps/edit_jobapp`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IfMatch, IfMatchHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{EditApplicationInput, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

/// Edit an application
///
/// Omitted fields are unchanged; `null` clears `source` (to `Manual`), `location`, `url`, `salary` and `tags`. Edited
/// fields are no longer updated from messages. If the application has changed since `version`, the error contains its
/// current state in `current`. `If-Match` with the `ETag` of `get_jobapp_detail` can replace `version`, and fails with
/// 412. Use `update_jobapp` to move or close it.
#[utoipa::path(
    post, path = "/edit_jobapp", tag = "jobapps",
    params(IfMatchHeader),
    request_body(content = EditApplicationInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "version": 1, "company": "Fernway", "location": null,
    })),
    responses(
        (status = 200, description = "The updated application.", body = Envelope<JobApplication>),
        errors::NotFound,
        errors::PreconditionFailed,
        errors::VersionConflict,
    ),
)]
pub(super) async fn edit_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    if_match: IfMatch,
    JsonBody(input): JsonBody<EditApplicationInput>,
) -> Result<Data<JobApplication>, ErrorResponse> {
    let change = |version| {
        let input = EditApplicationInput {
            version,
            ..input.clone()
        };
        jobapps::edit(&services, &caller, input)
    };
    Ok(Data(if_match.apply(input.version, change).await?))
}
