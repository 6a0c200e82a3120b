//! Leaves an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Ends the user's membership and goes to their first workspace.
#[server(prefix = "/_fn", endpoint = "settings/leave_organization")]
pub async fn leave_organization(slug: String) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{redirect, respond_form},
    };
    use domain::routes::{Route, SettingsSection};
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Organization);
    let result = service::wiring::leave_tenant(&services, &caller).await;
    respond_form("settings/leave_organization", &page, &[], result)?;
    redirect(&Route::Home);
    Ok(())
}
