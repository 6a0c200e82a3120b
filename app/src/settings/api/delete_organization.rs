use crate::error::AppError;
use leptos::prelude::*;

/// Deletes the organization if its address was typed as a confirmation, and redirects to the user's first workspace.
#[server(prefix = "/_fn", endpoint = "settings/delete_organization")]
pub async fn delete_organization(
    workspace: String,
    #[server(default)] slug: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        flash::BulkNotice,
        respond::{bulk_done, redirect, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection, WorkspacePage},
        tenants::DeleteTenantInput,
    };
    let (services, caller) = require_workspace(&workspace).await?;
    let page = Route::Settings(workspace, SettingsSection::Organization);
    let input = DeleteTenantInput {
        slug,
        password: Some(password).filter(|password| !password.is_empty()),
    };
    let result = service::wiring::delete_tenant(&services, &caller, input, &client_info()).await;
    let action = "settings/delete_organization";
    respond_form(action, &page, &[], result)?;
    let tenants = service::tenants::list_tenants(&services, caller.user.id).await;
    match tenants.unwrap_or_default().into_iter().next() {
        Some(first) => {
            let board = Route::Workspace(first.slug, WorkspacePage::Board);
            let text = format!("You deleted {}.", caller.tenant.name);
            bulk_done(action, &board, BulkNotice { text, undo: None });
        }
        None => redirect(&Route::Home),
    }
    Ok(())
}
