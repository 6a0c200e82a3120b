use crate::error::AppError;
use domain::{ImportId, mail::Import};
use leptos::prelude::*;

/// Applies a preview and redirects to the page of the import.
#[server(prefix = "/_fn", endpoint = "mail/confirm_import")]
pub async fn confirm_import(slug: String, import_id: ImportId) -> Result<Import, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{redirect_without_script, respond_form},
    };
    use domain::routes::Route;
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Import(slug, import_id);
    let result = service::mail::confirm_import(&services, &caller, import_id).await;
    let import = respond_form("mail/confirm_import", &page, &[], result)?;
    redirect_without_script(&page);
    Ok(import)
}
