//! `POST /api/views/add_view`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, IdempotencyKey, IdempotencyKeyHeader, JsonBody},
};
use axum::extract::State;
use domain::views::{AddViewInput, View};
use service::{Services, views};
use std::sync::Arc;

/// Save a view
///
/// A user has at most 50 views in a workspace.
#[utoipa::path(
    post, path = "/add_view", tag = "views",
    params(IdempotencyKeyHeader),
    request_body(content = AddViewInput, example = json!({
        "name": "Quiet interviews", "page": "table", "query": "stage_kind=interview&quiet=true",
    })),
    responses(
        (status = 201, description = "The new view.", body = Envelope<View>,
            headers(("Idempotency-Replayed" = bool, description = "`true` if this is the stored response of an earlier request."))),
        errors::Conflict,
        errors::IdempotencyKeyInUse,
        errors::IdempotencyKeyReused,
    ),
)]
pub(super) async fn add_view(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    idempotency: IdempotencyKey,
    JsonBody(input): JsonBody<AddViewInput>,
) -> Result<Created<View>, ErrorResponse> {
    Ok(Created(
        views::add(&services, &caller, idempotency.request(), input).await?,
    ))
}
