//! `POST /api/coaching/update_comment`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::coaching::{Comment, UpdateCommentInput};
use service::{Services, coaching};
use std::sync::Arc;

/// Update a comment
///
/// Only its author can, and only while they may comment on the application.
#[utoipa::path(
    post, path = "/update_comment", tag = "coaching",
    request_body(content = UpdateCommentInput, example = json!({
        "comment_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e83", "text": "Ask them by Friday when they will decide.",
    })),
    responses(
        (status = 200, description = "The updated comment.", body = Envelope<Comment>),
        errors::NotFound,
    ),
)]
pub(super) async fn update_comment(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateCommentInput>,
) -> Result<Data<Comment>, ErrorResponse> {
    Ok(Data(coaching::update_comment(&services, &caller, input).await?))
}
