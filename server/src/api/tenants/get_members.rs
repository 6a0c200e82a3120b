//! `GET /api/tenants/get_members`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::tenants::{ListMembersInput, MemberList};
use service::{Services, organizations};
use std::sync::Arc;

/// List members
///
/// Owners first, then by name. Only owners and admins see the email addresses of others. Members with the role `member` see owners,
/// admins, coaches and themselves, not each other. Without `limit` and `cursor` all members are listed; use `limit` for
/// organizations with many.
#[utoipa::path(
    get, path = "/get_members", tag = "tenants",
    params(ListMembersInput),
    responses(
        (status = 200, description = "The members, or a page of them.", body = MemberList),
    ),
)]
pub(super) async fn get_members(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListMembersInput>,
) -> Result<Json<MemberList>, ErrorResponse> {
    Ok(Json(
        organizations::list_members(&services, &caller, input).await?,
    ))
}
