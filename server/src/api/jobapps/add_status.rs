//! `POST /api/jobapps/add_status`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{AddStageInput, Stage};
use service::{Services, jobapps};
use std::sync::Arc;

/// Add a stage
///
/// It comes after the other stages of its kind. A workspace has at most 20 stages. Owners and admins only.
#[utoipa::path(
    post, path = "/add_status", tag = "jobapps",
    params(IdempotencyKeyHeader),
    request_body(content = AddStageInput, example = json!({ "name": "Recruiter call", "kind": "screening", "color": "amber" })),
    responses(
        (status = 201, description = "The new stage.", body = Envelope<Stage>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn add_status(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddStageInput>,
) -> Result<Created<Stage>, ErrorResponse> {
    Ok(Created(
        jobapps::add_stage(&services, &caller, idempotency.request(), input).await?,
    ))
}
