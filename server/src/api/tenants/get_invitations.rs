//! `GET /api/tenants/get_invitations`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::tenants::{InvitationList, ListInvitationsInput};
use service::{Services, organizations};
use std::sync::Arc;

/// List pending invitations
///
/// The newest first, with the group that the invited person joins. For owners and admins. Without `limit` and `cursor` all
/// invitations are listed.
#[utoipa::path(
    get, path = "/get_invitations", tag = "tenants",
    params(ListInvitationsInput),
    responses(
        (status = 200, description = "The invitations, or a page of them.", body = InvitationList),
    ),
)]
pub(super) async fn get_invitations(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListInvitationsInput>,
) -> Result<Json<InvitationList>, ErrorResponse> {
    Ok(Json(
        organizations::list_invitations(&services, &caller, input).await?,
    ))
}
