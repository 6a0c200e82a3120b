use crate::error::AppError;
use domain::IdentityId;
use leptos::prelude::*;

/// Unlinks a provider. The last sign-in method cannot be removed.
#[server(prefix = "/_fn", endpoint = "settings/unlink_identity")]
pub async fn unlink_identity(slug: String, identity_id: IdentityId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, SettingsSection};
    let action = "settings/unlink_identity";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Accounts);
    let result = service::auth::oauth::unlink_identity(&services, &caller, identity_id).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
