//! `POST /api/tenants/update_member`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::tenants::{Member, UpdateMemberInput};
use service::{Services, organizations};
use std::sync::Arc;

/// Change the role of a member
///
/// Takes effect immediately. Only owners can change the role of owners or give it to others. The last owner cannot lose the role.
#[utoipa::path(
    post, path = "/update_member", tag = "tenants",
    request_body(content = UpdateMemberInput, example = json!({
        "user_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e81", "role": "coach",
    })),
    responses(
        (status = 200, description = "The member.", body = Envelope<Member>),
        errors::NotFound,
        errors::LastOwner,
    ),
)]
pub(super) async fn update_member(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateMemberInput>,
) -> Result<Data<Member>, ErrorResponse> {
    Ok(Data(
        organizations::update_member(&services, &caller, input).await?,
    ))
}
