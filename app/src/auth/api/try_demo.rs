//! Opens the demo.

use crate::error::AppError;
use leptos::prelude::*;

/// Creates a temporary workspace with sample applications, signs in to it and goes to its board. An unknown time zone counts
/// as UTC.
#[server(prefix = "/_fn", endpoint = "auth/try_demo")]
pub async fn try_demo(#[server(default)] time_zone: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{redirect, respond_form},
        session,
    };
    use domain::routes::{Route, WorkspacePage};
    let services = services()?;
    let result = service::wiring::create_demo_user(&services, &client_info(), &time_zone).await;
    let (user, tenant) = respond_form("auth/try_demo", &Route::Landing, &[], result)?;
    session::start(user.id).await?;
    redirect(&Route::Workspace(tenant.slug, WorkspacePage::Board));
    Ok(())
}
