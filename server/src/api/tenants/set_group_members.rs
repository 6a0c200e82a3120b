//! `POST /api/tenants/set_group_members`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{Group, SetGroupMembersInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Choose the members of a group
///
/// Replaces all members of the group. `not_found`, without any change, if a user is not a member of the workspace.
#[utoipa::path(
    post, path = "/set_group_members", tag = "tenants",
    request_body(content = SetGroupMembersInput, example = json!({
        "group_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e91", "user_ids": ["019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e81"],
    })),
    responses(
        (status = 200, description = "The group.", body = Envelope<Group>),
        errors::NotFound,
    ),
)]
pub(super) async fn set_group_members(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<SetGroupMembersInput>,
) -> Result<Data<Group>, ErrorResponse> {
    Ok(Data(
        organizations::set_group_members(&services, &caller, input).await?,
    ))
}
