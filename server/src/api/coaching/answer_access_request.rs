//! `POST /api/coaching/answer_access_request`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::coaching::{AccessRequest, AnswerAccessRequestInput};
use service::{Services, coaching};
use std::sync::Arc;

/// Answer a request for access
///
/// Grants the requested access, or less, or declines. `get_grants` lists the grant, and `revoke_access` revokes it.
#[utoipa::path(
    post, path = "/answer_access_request", tag = "coaching",
    request_body(content = AnswerAccessRequestInput, example = json!({
        "request_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e90", "grant": true, "scope": "read",
    })),
    responses(
        (status = 200, description = "The answered request.", body = Envelope<AccessRequest>),
        errors::NotFound,
        errors::Conflict,
    ),
)]
pub(super) async fn answer_access_request(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<AnswerAccessRequestInput>,
) -> Result<Data<AccessRequest>, ErrorResponse> {
    Ok(Data(
        coaching::answer_access_request(&services, &caller, input).await?,
    ))
}
