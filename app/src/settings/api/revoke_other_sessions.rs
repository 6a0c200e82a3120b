use crate::error::AppError;
use leptos::prelude::*;

/// Revokes all sessions of the user except the current one.
#[server(prefix = "/_fn", endpoint = "settings/revoke_other_sessions")]
pub async fn revoke_other_sessions(slug: String) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, SettingsSection};
    let action = "settings/revoke_other_sessions";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sessions);
    let result = service::auth::revoke_other_sessions(&services, &caller).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
