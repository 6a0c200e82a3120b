//! `GET /api/tenants/get_invitations`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::tenants::Invitation;
use service::{Services, organizations};
use std::sync::Arc;

/// List pending invitations
///
/// The newest first. For owners and admins.
#[utoipa::path(
    get, path = "/get_invitations", tag = "tenants",
    responses(
        (status = 200, description = "The invitations.", body = Envelope<Vec<Invitation>>),
    ),
)]
pub(super) async fn get_invitations(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Invitation>>, ErrorResponse> {
    Ok(Data(organizations::list_invitations(&services, &caller).await?))
}
