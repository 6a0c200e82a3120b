//! `POST /api/metrics/set_goal`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::metrics::{Goal, SetGoalInput};
use service::{Services, metrics};
use std::sync::Arc;

/// Set the weekly goal
///
/// The number of applications that the caller wants to send in a week; 0 removes the goal.
#[utoipa::path(
    post, path = "/set_goal", tag = "metrics",
    request_body(content = SetGoalInput, example = json!({ "weekly_goal": 4 })),
    responses((status = 200, description = "The goal.", body = Envelope<Goal>)),
)]
pub(super) async fn set_goal(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<SetGoalInput>,
) -> Result<Data<Goal>, ErrorResponse> {
    Ok(Data(metrics::set_goal(&services, &caller, input).await?))
}
