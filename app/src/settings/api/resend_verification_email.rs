//! Sends the link that confirms the email address again.

use crate::error::AppError;
use leptos::prelude::*;

/// Sends the email unless one was sent within the last minute, and redirects to `next` if it is a page for signed-in users,
/// otherwise to the profile.
#[server(prefix = "/_fn", endpoint = "settings/resend_verification_email")]
pub async fn resend_verification_email(
    slug: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, SettingsSection};
    let action = "settings/resend_verification_email";
    let (services, caller) = require_workspace(&slug).await?;
    let next = Route::parse(&next).filter(Route::is_destination);
    let page = next.unwrap_or(Route::Settings(slug, SettingsSection::Profile));
    let result = service::auth::resend_verification_email(&services, &caller, &client_info()).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
