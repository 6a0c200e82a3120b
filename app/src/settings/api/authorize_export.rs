//! Reauthenticates the user before a data export.

use crate::error::AppError;
use leptos::prelude::*;

/// Checks the password unless the user signed in recently, and redirects to the export. The export requires a recent sign-in, so
/// this starts a new session if the password is correct.
#[server(prefix = "/_fn", endpoint = "settings/authorize_export")]
pub async fn authorize_export(
    slug: String,
    #[server(default)] password: String,
    #[server(default)] files: bool,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{redirect, respond_form},
        session,
    };
    use domain::{
        auth::ReauthInput,
        routes::{Route, SettingsSection},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug.clone(), SettingsSection::Data);
    let password = Some(password).filter(|password| !password.is_empty());
    let has_password = password.is_some();
    let input = ReauthInput { password };
    let result = service::auth::reauthenticate_for_export(&services, &caller, input, &client_info()).await;
    respond_form("settings/authorize_export", &page, &[], result)?;
    if has_password {
        session::start(caller.user.id).await?;
    }
    redirect(&Route::Export(slug, files));
    Ok(())
}
