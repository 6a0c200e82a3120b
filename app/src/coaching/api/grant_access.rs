//! Grants access.

use crate::error::AppError;
use domain::UserId;
use leptos::prelude::*;

/// Lets another member see the user's applications, until the end of a day if there is one, and goes back to the settings.
#[server(prefix = "/_fn", endpoint = "coaching/grant_access")]
pub async fn grant_access(
    slug: String,
    viewer_id: UserId,
    #[server(default)] scope: String,
    #[server(default)] until: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use chrono::{Days, NaiveDate};
    use domain::{
        ApiError, FieldCode,
        coaching::{AccessScope, GrantAccessInput},
        routes::{Route, SettingsSection},
    };
    use service::platform::time_zone::midnight;
    let action = "coaching/grant_access";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sharing);
    let viewer = viewer_id.to_string();
    let form_values = [
        ("viewer_id", viewer.as_str()),
        ("scope", scope.as_str()),
        ("until", until.as_str()),
    ];
    let day = match until.trim() {
        "" => Ok(None),
        text => text.parse::<NaiveDate>().map(Some).map_err(|_| {
            let detail = "Enter a date, for example 2027-03-31.";
            ApiError::field("expires_at", FieldCode::InvalidFormat, detail).into()
        }),
    };
    let day = respond_form(action, &page, &form_values, day)?;
    let input = GrantAccessInput {
        viewer_id,
        scope: AccessScope::parse(&scope).unwrap_or(AccessScope::Read),
        expires_at: day
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(|day| midnight(day, &caller.user.time_zone)),
    };
    let result = service::coaching::grant_access(&services, &caller, input).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
