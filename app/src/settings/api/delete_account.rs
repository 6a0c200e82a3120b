use crate::error::AppError;
use leptos::prelude::*;

/// Deletes the user and redirects to the landing page, which confirms it.
#[server(prefix = "/_fn", endpoint = "settings/delete_account")]
pub async fn delete_account(slug: String, #[server(default)] password: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        flash::{self, Flash},
        respond::{redirect, respond_form},
        session,
    };
    use domain::{
        auth::ReauthInput,
        routes::{Route, SettingsSection},
    };
    let action = "settings/delete_account";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::DeleteAccount);
    let password = Some(password).filter(|password| !password.is_empty());
    let input = ReauthInput { password };
    let result = service::wiring::delete_user(&services, &caller, input, &client_info()).await;
    respond_form(action, &page, &[], result)?;
    session::end().await?;
    flash::set(Flash::success(action, &Route::Landing));
    redirect(&Route::Landing);
    Ok(())
}
