use crate::error::AppError;
use leptos::prelude::*;

/// Changes the password. This browser gets a new session; all other sessions end.
#[server(prefix = "/_fn", endpoint = "settings/change_password")]
pub async fn change_password(
    slug: String,
    #[server(default)] current_password: String,
    new_password: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{page_done, respond_form},
        session,
    };
    use domain::{
        auth::ChangePasswordInput,
        routes::{Route, SettingsSection},
    };
    let action = "settings/change_password";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Password);
    let input = ChangePasswordInput {
        current_password: Some(current_password).filter(|password| !password.is_empty()),
        new_password,
    };
    let result = service::auth::change_password(&services, &caller, input, &client_info()).await;
    respond_form(action, &page, &[], result)?;
    session::start(caller.user.id).await?;
    page_done(action, &page);
    Ok(())
}
