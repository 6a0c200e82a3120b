//! `POST /api/coaching/request_access`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::coaching::{AccessRequest, RequestAccessInput};
use service::{Services, coaching};
use std::sync::Arc;

/// Request access
///
/// Requests access to the applications of a member of the workspace. Nothing is granted until the member answers. There is at most
/// one request for each pair; it can be repeated 30 days after the member declined.
#[utoipa::path(
    post, path = "/request_access", tag = "coaching",
    params(IdempotencyKeyHeader),
    request_body(content = RequestAccessInput, example = json!({
        "user_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e81", "scope": "comment", "message": "Shall we go through your applications?",
    })),
    responses(
        (status = 201, description = "The request.", body = Envelope<AccessRequest>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::NotFound,
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn request_access(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<RequestAccessInput>,
) -> Result<Created<AccessRequest>, ErrorResponse> {
    let request = idempotency.request();
    Ok(Created(
        coaching::request_access(&services, &caller, request, input, &client).await?,
    ))
}
