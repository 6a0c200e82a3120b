use crate::error::AppError;
use leptos::prelude::*;

/// Creates a temporary workspace with sample applications, signs in to it and redirects to its board. If `kind` is `organization`,
/// creates a temporary organization and signs in as its coach. An unknown time zone counts as UTC.
#[server(prefix = "/_fn", endpoint = "auth/try_demo")]
pub async fn try_demo(
    #[server(default)] time_zone: String,
    #[server(default)] kind: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{redirect, respond_form},
        session,
    };
    use domain::routes::{Route, WorkspacePage};
    let services = services()?;
    let is_organization = kind == "organization";
    let result = if is_organization {
        service::wiring::create_demo_organization(&services, &client_info(), &time_zone).await
    } else {
        service::wiring::create_demo_user(&services, &client_info(), &time_zone).await
    };
    let (user, tenant) = respond_form("auth/try_demo", &Route::Landing, &[], result)?;
    session::start(user.id).await?;
    let page = if is_organization {
        WorkspacePage::Clients
    } else {
        WorkspacePage::Board
    };
    redirect(&Route::Workspace(tenant.slug, page));
    Ok(())
}
