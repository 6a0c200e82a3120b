//! `POST /api/jobapps/order_statuses`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{OrderStagesInput, Stage};
use service::{Services, jobapps};
use std::sync::Arc;

/// Order the stages
///
/// Takes the ids of all stages of the workspace in the new order. Owners and admins only.
#[utoipa::path(
    post, path = "/order_statuses", tag = "jobapps",
    request_body(content = OrderStagesInput, example = json!({ "status_ids": ["019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60"] })),
    responses(
        (status = 200, description = "All stages, by position.", body = Envelope<Vec<Stage>>),
        errors::NotFound,
    ),
)]
pub(super) async fn order_statuses(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<OrderStagesInput>,
) -> Result<Data<Vec<Stage>>, ErrorResponse> {
    Ok(Data(jobapps::order_stages(&services, &caller, input).await?))
}
