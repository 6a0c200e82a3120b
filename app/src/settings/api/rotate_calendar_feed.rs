use crate::error::AppError;
use leptos::prelude::*;

/// Gives the user's calendar feed a new address and redirects back to the settings.
#[server(prefix = "/_fn", endpoint = "settings/rotate_calendar_feed")]
pub async fn rotate_calendar_feed(slug: String) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::routes::{Route, SettingsSection};
    let action = "settings/rotate_calendar_feed";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Calendar);
    let result = service::calendar::rotate_feed(&services, &caller).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
