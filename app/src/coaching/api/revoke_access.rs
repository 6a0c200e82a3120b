use crate::error::AppError;
use domain::AccessGrantId;
use leptos::prelude::*;

/// Revokes an access grant of the user and redirects back to the settings.
#[server(prefix = "/_fn", endpoint = "coaching/revoke_access")]
pub async fn revoke_access(slug: String, grant_id: AccessGrantId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        coaching::AccessGrantRef,
        routes::{Route, SettingsSection},
    };
    let action = "coaching/revoke_access";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sharing);
    let result = service::coaching::revoke_access(&services, &caller, AccessGrantRef { grant_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
