//! `POST /api/views/update_view`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::views::{UpdateViewInput, View};
use service::{Services, views};
use std::sync::Arc;

/// Update a view
///
/// Absent fields stay unchanged.
#[utoipa::path(
    post, path = "/update_view", tag = "views",
    request_body(content = UpdateViewInput, example = json!({
        "view_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e71", "name": "Interviews without an answer",
    })),
    responses(
        (status = 200, description = "The updated view.", body = Envelope<View>),
        errors::NotFound,
    ),
)]
pub(super) async fn update_view(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateViewInput>,
) -> Result<Data<View>, ErrorResponse> {
    Ok(Data(views::update(&services, &caller, input).await?))
}
