use crate::error::AppError;
use domain::SessionId;
use leptos::prelude::*;

/// Revokes one of the user's sessions.
#[server(prefix = "/_fn", endpoint = "settings/revoke_session")]
pub async fn revoke_session(slug: String, session_id: SessionId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::{
        auth::RevokeSessionInput,
        routes::{Route, SettingsSection},
    };
    let action = "settings/revoke_session";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sessions);
    let input = RevokeSessionInput { session_id };
    let result = service::auth::revoke_session(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
