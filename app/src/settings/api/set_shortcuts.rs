//! Turns keyboard shortcuts on and off.

use crate::error::AppError;
use leptos::prelude::*;

/// Turns single-key shortcuts `on` or `off` in a cookie and redirects back to the settings.
#[server(prefix = "/_fn", endpoint = "settings/set_shortcuts")]
pub async fn set_shortcuts(slug: String, #[server(default)] shortcuts: String) -> Result<(), AppError> {
    use crate::{
        layout,
        server::{context::require_workspace, respond::page_done},
    };
    use domain::routes::{Route, SettingsSection};
    require_workspace(&slug).await?;
    layout::shortcuts::store(shortcuts != "off");
    page_done(
        "settings/set_shortcuts",
        &Route::Settings(slug, SettingsSection::Keyboard),
    );
    Ok(())
}
