//! Changes URL, events and description of a webhook endpoint.

use crate::error::AppError;
use domain::WebhookEndpointId;
use leptos::prelude::*;

/// Saves the form of an endpoint.
#[server(prefix = "/_fn", endpoint = "settings/update_webhook")]
pub async fn update_webhook(
    slug: String,
    endpoint_id: WebhookEndpointId,
    #[server(default)] url: String,
    #[server(default)] description: String,
    #[server(default)] events: Vec<String>,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{routes::Route, webhooks::UpdateEndpointInput};
    let action = "settings/update_webhook";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Webhook(slug, endpoint_id);
    let chosen = events.join(" ");
    let form_values = [
        ("url", url.as_str()),
        ("description", description.as_str()),
        ("events", chosen.as_str()),
    ];
    let input = UpdateEndpointInput {
        endpoint_id,
        url: Some(url.clone()),
        events: Some(events),
        description: Some(description.clone()),
        enabled: None,
    };
    let result = service::webhooks::update_endpoint(&services, &caller, input, None).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
