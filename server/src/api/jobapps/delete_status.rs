//! `POST /api/jobapps/delete_status`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{DeleteStageInput, Stage};
use service::{Services, jobapps};
use std::sync::Arc;

/// Delete a stage
///
/// Your applications in it are moved to another stage of the same kind, so metrics do not change. Other members who have
/// applications in it see the stage until they have moved them. At least three stages, and one of each kind, stay. Owners and
/// admins only.
#[utoipa::path(
    post, path = "/delete_status", tag = "jobapps",
    request_body(content = DeleteStageInput, example = json!({ "status_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60", "move_to": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e61" })),
    responses(
        (status = 200, description = "The other stages, by position.", body = Envelope<Vec<Stage>>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn delete_status(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<DeleteStageInput>,
) -> Result<Data<Vec<Stage>>, ErrorResponse> {
    Ok(Data(jobapps::delete_stage(&services, &caller, input).await?))
}
