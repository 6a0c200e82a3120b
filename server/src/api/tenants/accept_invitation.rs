//! `POST /api/tenants/accept_invitation`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::{auth::TokenSet, tenants::InvitationToken};
use service::{Services, auth::Channel, organizations};
use std::sync::Arc;

/// Accept an invitation
///
/// Adds the caller as a member, and starts a session in that workspace. Only for the confirmed address that the invitation was sent
/// to. The caller also joins the group of the invitation, unless the group was deleted or is full; the audit log then has
/// `group_full`.
#[utoipa::path(
    post, path = "/accept_invitation", tag = "tenants",
    request_body(content = InvitationToken, example = json!({ "token": "k3JtVbm0mZ2Yw3c7b1Qx9f5s8u6a4d2e1g0hIjKlMnO" })),
    responses(
        (status = 200, description = "Tokens for the workspace.", body = Envelope<TokenSet>),
        errors::AccountLocked,
        errors::SingleSignOnRequired,
        errors::EmailNotVerified,
        errors::OtherAddress,
        errors::LinkExpired,
        errors::QuotaExceeded,
    ),
)]
pub(super) async fn accept_invitation(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<InvitationToken>,
) -> Result<Data<TokenSet>, ErrorResponse> {
    let user = caller.user.id;
    let sign_in = organizations::accept_invitation(&services, user, &input, &client, Channel::Api).await?;
    Ok(Data(sign_in.into_tokens()?))
}
