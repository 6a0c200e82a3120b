use crate::error::AppError;
use leptos::prelude::*;

/// Makes the user a member and redirects to the start page of the organization.
#[server(prefix = "/_fn", endpoint = "organizations/accept_invitation")]
pub async fn accept_invitation(token: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_any_workspace},
        respond::{redirect, respond, respond_form},
    };
    use domain::{routes::Route, tenants::InvitationToken};
    use service::auth::Channel;
    let (services, caller) = require_any_workspace().await?;
    let page = Route::Invitation(token.clone());
    let (input, client) = (InvitationToken { token }, client_info());
    let user = caller.user.id;
    let result =
        service::organizations::accept_invitation(&services, user, &input, &client, Channel::Web).await;
    let sign_in = respond_form("organizations/accept_invitation", &page, &[], result)?;
    let start = service::jobapps::start_page(&services, user, &sign_in.tenant).await;
    redirect(&respond(start)?);
    Ok(())
}
