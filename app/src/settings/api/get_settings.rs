//! Loads the user's settings.

use crate::{error::AppError, settings::UserSettings};
use leptos::prelude::*;

/// The user, and whether they have a password.
#[server(prefix = "/_fn", endpoint = "settings/get_settings")]
pub async fn get_settings(slug: String) -> Result<UserSettings, AppError> {
    use crate::server::{context::require_workspace, respond::respond};
    let (services, caller) = require_workspace(&slug).await?;
    let has_password = respond(service::auth::has_password(&services, &caller).await)?;
    Ok(UserSettings {
        user: caller.user,
        has_password,
    })
}
