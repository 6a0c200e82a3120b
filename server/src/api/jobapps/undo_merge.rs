//! `POST /api/jobapps/undo_merge`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{SeparatedApplications, UndoMergeInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Undo a merge
///
/// Restores both applications as they were before; later changes stay with the application that was kept. Undoing a merge again has
/// no effect. If the application was merged into a third one since, undo that merge first.
#[utoipa::path(
    post, path = "/undo_merge", tag = "jobapps",
    request_body(content = UndoMergeInput, example = json!({ "merge_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e61" })),
    responses(
        (status = 200, description = "Both applications.", body = Envelope<SeparatedApplications>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn undo_merge(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UndoMergeInput>,
) -> Result<Data<SeparatedApplications>, ErrorResponse> {
    Ok(Data(jobapps::undo_merge(&services, &caller, input).await?))
}
