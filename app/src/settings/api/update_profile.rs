use crate::error::AppError;
use domain::users::User;
use leptos::prelude::*;

/// Stores the values of the form. An empty name removes it; an empty time zone is UTC.
#[server(prefix = "/_fn", endpoint = "settings/update_profile")]
pub async fn update_profile(
    slug: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] time_zone: String,
) -> Result<User, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        users::UpdateProfileInput,
    };
    let action = "settings/update_profile";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Profile);
    let form_values = [
        ("first_name", first_name.as_str()),
        ("last_name", &last_name),
        ("time_zone", &time_zone),
    ];
    let non_empty = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let input = UpdateProfileInput {
        first_name: Some(non_empty(&first_name)),
        last_name: Some(non_empty(&last_name)),
        time_zone: Some(non_empty(time_zone.trim()).unwrap_or_else(|| "UTC".into())),
    };
    let result = service::users::update_profile(&services, &caller, input).await;
    let user = respond_form(action, &page, &form_values, result)?;
    form_success(action, &page);
    Ok(user)
}
