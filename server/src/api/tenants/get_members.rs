//! `GET /api/tenants/get_members`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::tenants::{ListMembersInput, Member};
use service::{Services, organizations};
use std::sync::Arc;

/// List members
///
/// Owners first, then by name. Only owners and admins see the email addresses of others.
#[utoipa::path(
    get, path = "/get_members", tag = "tenants",
    params(ListMembersInput),
    responses(
        (status = 200, description = "The members.", body = Envelope<Vec<Member>>),
    ),
)]
pub(super) async fn get_members(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListMembersInput>,
) -> Result<Data<Vec<Member>>, ErrorResponse> {
    Ok(Data(
        organizations::list_members(&services, &caller, input).await?,
    ))
}
