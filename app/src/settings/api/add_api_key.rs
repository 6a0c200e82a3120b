use crate::error::AppError;
use leptos::prelude::*;

/// Creates a key and redirects back to the list of keys, which shows the secret once. The secret is part of the flash message, never of
/// the URL.
#[server(prefix = "/_fn", endpoint = "settings/add_api_key")]
pub async fn add_api_key(
    slug: String,
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] expires_in: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{page_done_with, respond_form},
    };
    use chrono::TimeDelta;
    use domain::{
        keys::AddKeyInput,
        routes::{Route, SettingsSection},
        scopes::Scope,
    };
    let action = "settings/add_api_key";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Keys);
    let chosen = scopes.join(" ");
    let form_values = [
        ("name", name.as_str()),
        ("scopes", chosen.as_str()),
        ("expires_in", expires_in.as_str()),
    ];
    let days = expires_in.parse::<u16>().ok();
    let input = AddKeyInput {
        name: name.clone(),
        scopes: scopes.iter().filter_map(|scope| Scope::parse(scope)).collect(),
        expires_at: days.map(|days| services.clock.now() + TimeDelta::days(days.into())),
        password: Some(password).filter(|password| !password.is_empty()),
    };
    let result = service::keys::add_key(&services, &caller, input, &client_info()).await;
    let key = respond_form(action, &page, &form_values, result)?;
    page_done_with(action, &page, &[("secret", &key.secret), ("name", &key.name)]);
    Ok(())
}
