//! `POST /api/jobapps/merge_jobapps`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{MergeApplicationsInput, MergedApplications};
use service::{Services, jobapps};
use std::sync::Arc;

/// Merge two applications
///
/// `jobapp_id` stays, with the history, notes and emails of both; the stage is that of the last move of either, or the furthest
/// if neither was moved, and the outcome that of the last change. The
/// other application is no longer listed or counted. Email that names its company, job or requisition number is matched with the
/// one that stays. `undo_merge` separates them again.
#[utoipa::path(
    post, path = "/merge_jobapps", tag = "jobapps",
    request_body(content = MergeApplicationsInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "other_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60",
    })),
    responses(
        (status = 200, description = "The application that stays, and the merge.", body = Envelope<MergedApplications>),
        errors::AlreadyMerged,
        errors::NotFound,
    ),
)]
pub(super) async fn merge_jobapps(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<MergeApplicationsInput>,
) -> Result<Data<MergedApplications>, ErrorResponse> {
    Ok(Data(jobapps::merge(&services, &caller, input).await?))
}
