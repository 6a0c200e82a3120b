use crate::error::AppError;
use leptos::prelude::*;

/// Adds an endpoint and redirects to its page, which shows the secret once. The secret is part of the flash message, never of the URL.
#[server(prefix = "/_fn", endpoint = "settings/add_webhook")]
pub async fn add_webhook(
    slug: String,
    #[server(default)] url: String,
    #[server(default)] description: String,
    #[server(default)] events: Vec<String>,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{page_done_with, respond_form},
    };
    use domain::{
        routes::{Route, SettingsSection},
        webhooks::AddEndpointInput,
    };
    let action = "settings/add_webhook";
    let (services, caller) = require_workspace(&slug).await?;
    let list = Route::Settings(slug.clone(), SettingsSection::Webhooks);
    let chosen = events.join(" ");
    let form_values = [
        ("url", url.as_str()),
        ("description", description.as_str()),
        ("events", chosen.as_str()),
    ];
    let input = AddEndpointInput {
        url: url.clone(),
        events,
        description: Some(description.clone()),
    };
    let result = service::webhooks::add_endpoint(&services, &caller, input, None, &client_info()).await;
    let added = respond_form(action, &list, &form_values, result)?;
    let page = Route::Webhook(slug, added.endpoint.id);
    page_done_with(action, &page, &[("secret", &added.secret)]);
    Ok(())
}
