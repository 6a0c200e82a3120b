//! `POST /api/views/delete_view`.

use crate::{
    api::errors,
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::{extract::State, http::StatusCode};
use domain::views::ViewRef;
use service::{Services, views};
use std::sync::Arc;

/// Delete a view
///
/// Deleting it again is `not_found`.
#[utoipa::path(
    post, path = "/delete_view", tag = "views",
    request_body(content = ViewRef, example = json!({ "view_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e71" })),
    responses((status = 204, description = "Deleted."), errors::NotFound),
)]
pub(super) async fn delete_view(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ViewRef>,
) -> Result<StatusCode, ErrorResponse> {
    views::delete(&services, &caller, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
