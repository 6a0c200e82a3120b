//! `POST /api/jobapps/update_status`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{Stage, UpdateStageInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Change a stage
///
/// Requires at least one of `name`, `kind` and `color`. One stage of each kind stays. Owners and admins only.
#[utoipa::path(
    post, path = "/update_status", tag = "jobapps",
    request_body(content = UpdateStageInput, example = json!({ "status_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60", "name": "First call" })),
    responses(
        (status = 200, description = "The updated stage.", body = Envelope<Stage>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn update_status(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateStageInput>,
) -> Result<Data<Stage>, ErrorResponse> {
    Ok(Data(jobapps::update_stage(&services, &caller, input).await?))
}
