//! `POST /api/coaching/add_comment`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::coaching::{AddCommentInput, Comment};
use service::{Services, coaching};
use std::sync::Arc;

/// Add a comment
///
/// On an application of the caller, or of a client who has granted the scope `comment`. Both see it.
#[utoipa::path(
    post, path = "/add_comment", tag = "coaching",
    params(IdempotencyKeyHeader),
    request_body(content = AddCommentInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "text": "Ask them when they will decide.",
    })),
    responses(
        (status = 201, description = "The new comment.", body = Envelope<Comment>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::NotFound,
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn add_comment(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddCommentInput>,
) -> Result<Created<Comment>, ErrorResponse> {
    Ok(Created(
        coaching::add_comment(&services, &caller, idempotency.request(), input).await?,
    ))
}
