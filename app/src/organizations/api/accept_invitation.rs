//! Accepts an invitation.

use crate::error::AppError;
use leptos::prelude::*;

/// Makes the user a member and goes to the board of the workspace.
#[server(prefix = "/_fn", endpoint = "organizations/accept_invitation")]
pub async fn accept_invitation(token: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_any_workspace},
        respond::{redirect, respond_form},
    };
    use domain::{
        routes::{Route, WorkspacePage},
        tenants::InvitationToken,
    };
    use service::auth::Channel;
    let (services, caller) = require_any_workspace().await?;
    let page = Route::Invitation(token.clone());
    let (input, client) = (InvitationToken { token }, client_info());
    let user = caller.user.id;
    let result =
        service::organizations::accept_invitation(&services, user, &input, &client, Channel::Web).await;
    let sign_in = respond_form("organizations/accept_invitation", &page, &[], result)?;
    redirect(&Route::Workspace(sign_in.tenant.slug, WorkspacePage::Board));
    Ok(())
}
