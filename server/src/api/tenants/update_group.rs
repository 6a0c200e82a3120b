//! `POST /api/tenants/update_group`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{Group, UpdateGroupInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Rename a group
#[utoipa::path(
    post, path = "/update_group", tag = "tenants",
    request_body(content = UpdateGroupInput, example = json!({
        "group_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e91", "name": "Spring course",
    })),
    responses(
        (status = 200, description = "The group.", body = Envelope<Group>),
        errors::NotFound,
        errors::Conflict,
    ),
)]
pub(super) async fn update_group(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateGroupInput>,
) -> Result<Data<Group>, ErrorResponse> {
    Ok(Data(
        organizations::update_group(&services, &caller, input).await?,
    ))
}
