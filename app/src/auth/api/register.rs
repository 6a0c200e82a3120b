//! Creates an account.

use crate::error::AppError;
use leptos::prelude::*;

/// Registers, signs in and redirects to `next` if it is a page for signed-in users, otherwise to the new workspace. If `next` is an
/// invitation to the address of the account, the invitation is accepted, and the next page is the start page of the organization.
#[server(prefix = "/_fn", endpoint = "auth/register")]
pub async fn register(
    email: String,
    password: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] time_zone: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{redirect, respond, respond_form},
        session,
    };
    use domain::{
        auth::RegisterInput,
        routes::{Route, WorkspacePage},
        tenants::{InvitationToken, TenantKind},
    };
    use service::auth::Channel;
    let next = Route::parse(&next).filter(Route::is_destination);
    let page = Route::Register(next.as_ref().map(ToString::to_string));
    let form_values = [
        ("email", email.as_str()),
        ("first_name", &first_name),
        ("last_name", &last_name),
    ];
    let non_empty = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let input = RegisterInput {
        email: email.clone(),
        password,
        first_name: non_empty(&first_name),
        last_name: non_empty(&last_name),
        time_zone: non_empty(&time_zone),
    };
    let services = services()?;
    let client = client_info();
    let result = if let Some(Route::Invitation(token)) = &next {
        let invitation = InvitationToken { token: token.clone() };
        service::organizations::register_invited(&services, input, &invitation, &client).await
    } else {
        service::auth::register(&services, input, &client, Channel::Web).await
    };
    let sign_in = respond_form("auth/register", &page, &form_values, result)?;
    session::start(sign_in.user.id).await?;
    if sign_in.tenant.kind == TenantKind::Organization {
        let start = service::jobapps::start_page(&services, sign_in.user.id, &sign_in.tenant).await;
        redirect(&respond(start)?);
        return Ok(());
    }
    let board = Route::Workspace(sign_in.tenant.slug, WorkspacePage::Board);
    redirect(&next.unwrap_or(board));
    Ok(())
}
