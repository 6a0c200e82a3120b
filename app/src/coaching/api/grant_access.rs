use crate::error::AppError;
use domain::UserId;
use leptos::prelude::*;

/// Lets another member see the user's applications and redirects back to the settings. If a last day was entered, the access ends
/// with that day.
#[server(prefix = "/_fn", endpoint = "coaching/grant_access")]
pub async fn grant_access(
    slug: String,
    viewer_id: UserId,
    #[server(default)] scope: String,
    #[server(default)] until: String,
) -> Result<(), AppError> {
    use super::end_of_day;
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        coaching::{AccessScope, GrantAccessInput},
        routes::{Route, SettingsSection},
    };
    let action = "coaching/grant_access";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sharing);
    let viewer = viewer_id.to_string();
    let form_values = [
        ("viewer_id", viewer.as_str()),
        ("scope", scope.as_str()),
        ("until", until.as_str()),
    ];
    let end = end_of_day(&until, &caller.user.time_zone).map_err(Into::into);
    let expires_at = respond_form(action, &page, &form_values, end)?;
    let input = GrantAccessInput {
        viewer_id,
        scope: AccessScope::parse(&scope).unwrap_or(AccessScope::Read),
        expires_at,
    };
    let result = service::coaching::grant_access(&services, &caller, input).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
