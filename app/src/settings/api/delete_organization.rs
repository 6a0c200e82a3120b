//! Deletes an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Deletes the organization if its address was typed as a confirmation, and goes to the user's first workspace.
#[server(prefix = "/_fn", endpoint = "settings/delete_organization")]
pub async fn delete_organization(
    workspace: String,
    #[server(default)] slug: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{redirect, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        tenants::DeleteTenantInput,
    };
    let (services, caller) = require_workspace(&workspace).await?;
    let page = Route::Settings(workspace, SettingsSection::Organization);
    let input = DeleteTenantInput {
        slug,
        password: Some(password).filter(|password| !password.is_empty()),
    };
    let result = service::wiring::delete_tenant(&services, &caller, input, &client_info()).await;
    respond_form("settings/delete_organization", &page, &[], result)?;
    redirect(&Route::Home);
    Ok(())
}
