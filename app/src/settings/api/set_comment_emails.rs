//! Turns emails about coaching on and off.

use crate::error::AppError;
use leptos::prelude::*;

/// Turns emails about coaching `on` or `off` and redirects back to the settings.
#[server(prefix = "/_fn", endpoint = "settings/set_comment_emails")]
pub async fn set_comment_emails(slug: String, #[server(default)] emails: String) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        coaching::CommentEmails,
        routes::{Route, SettingsSection},
    };
    let action = "settings/set_comment_emails";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Notifications);
    let input = CommentEmails {
        enabled: emails != "off",
    };
    let result = service::coaching::set_comment_emails(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
