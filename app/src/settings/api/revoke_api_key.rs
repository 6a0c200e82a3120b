use crate::error::AppError;
use domain::ApiKeyId;
use leptos::prelude::*;

/// Revokes one of the user's keys.
#[server(prefix = "/_fn", endpoint = "settings/revoke_api_key")]
pub async fn revoke_api_key(slug: String, key_id: ApiKeyId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        keys::ApiKeyRef,
        routes::{Route, SettingsSection},
    };
    let action = "settings/revoke_api_key";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Keys);
    let result = service::keys::revoke_key(&services, &caller, ApiKeyRef { key_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
