//! `POST /api/jobapps/bulk_update`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{BulkUpdateInput, BulkUpdateResult};
use service::{Services, jobapps};
use std::sync::Arc;

/// Change many applications
///
/// Moves up to 500 applications, sets their outcome, adds or removes tags, or deletes them, in one transaction. Requires at least
/// one change; `delete` is the only one of its request. The history is the same as after `update_jobapp` for each of them. There is no version: the last change wins. Ids
/// that are not yours or deleted are listed in `not_found`.
#[utoipa::path(
    post, path = "/bulk_update", tag = "jobapps",
    request_body(content = BulkUpdateInput, example = json!({
        "jobapp_ids": [
            "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "019a9f0c-5a53-7b1d-8e42-6c0d9f3a7b21", "019a9f0c-5a54-7f80-a1c6-2e5b8d4f0937",
        ],
        "outcome": "ghosted", "add_tags": ["2026"],
    })),
    responses(
        (status = 200, description = "The result for each application.", body = Envelope<BulkUpdateResult>),
        errors::NotFound,
    ),
)]
pub(super) async fn bulk_update(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<BulkUpdateInput>,
) -> Result<Data<BulkUpdateResult>, ErrorResponse> {
    Ok(Data(jobapps::bulk_update(&services, &caller, input).await?))
}
