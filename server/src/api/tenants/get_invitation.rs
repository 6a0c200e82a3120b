//! `GET /api/tenants/get_invitation`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{ClientInfo, Query},
};
use axum::extract::State;
use domain::tenants::{InvitationPreview, InvitationToken};
use service::{Services, organizations};
use std::sync::Arc;

/// Read an invitation
///
/// The invitation of a link in an email. No authentication is required.
#[utoipa::path(
    get, path = "/get_invitation", tag = "tenants",
    security(()),
    params(InvitationToken),
    responses(
        (status = 200, description = "The invitation.", body = Envelope<InvitationPreview>),
        errors::LinkExpired,
    ),
)]
pub(super) async fn get_invitation(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    Query(input): Query<InvitationToken>,
) -> Result<Data<InvitationPreview>, ErrorResponse> {
    Ok(Data(
        organizations::find_invitation(&services, &input, &client).await?,
    ))
}
