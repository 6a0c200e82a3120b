//! `POST /api/jobapps/split_jobapp`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{SeparatedApplications, SplitApplicationInput};
use service::{Services, mail};
use std::sync::Arc;

/// Split an application
///
/// Creates a new application from some of its emails, as if they had just been read. A new event in the history undoes the changes that
/// they made, unless there are later changes. At least one
/// email stays. If a merge added exactly these emails, it is undone instead.
#[utoipa::path(
    post, path = "/split_jobapp", tag = "jobapps",
    params(IdempotencyKeyHeader),
    request_body(content = SplitApplicationInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "mail_ids": ["019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e62"],
    })),
    responses(
        (status = 201, description = "The application, and the new one.", body = Envelope<SeparatedApplications>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::QuotaExceeded,
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
        errors::NotFound,
    ),
)]
pub(super) async fn split_jobapp(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<SplitApplicationInput>,
) -> Result<Created<SeparatedApplications>, ErrorResponse> {
    Ok(Created(
        mail::split_application(&services, &caller, idempotency.request(), input).await?,
    ))
}
