//! The buttons of a webhook endpoint and of its deliveries.

use crate::error::AppError;
use domain::{WebhookDeliveryId, WebhookEndpointId};
use leptos::prelude::*;

/// Applies the change named by the pressed button and redirects back to the endpoint.
#[server(prefix = "/_fn", endpoint = "settings/change_webhook")]
pub async fn change_webhook(
    slug: String,
    endpoint_id: WebhookEndpointId,
    #[server(default)] change: String,
    #[server(default)] delivery_id: Option<WebhookDeliveryId>,
    #[server(default)] hours: Option<u16>,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done_with, respond_form},
    };
    use chrono::TimeDelta;
    use domain::{
        routes::{Route, SettingsSection},
        webhooks::{DeliveryRef, EndpointRef, RecoverInput, UpdateEndpointInput},
    };
    let action = "settings/change_webhook";
    let (services, caller) = require_workspace(&slug).await?;
    let (services, caller) = (&*services, &caller);
    let mut page = Route::Webhook(slug.clone(), endpoint_id);
    let endpoint = EndpointRef { endpoint_id };
    let switch = |enabled: bool| UpdateEndpointInput {
        endpoint_id,
        url: None,
        events: None,
        description: None,
        enabled: Some(enabled),
    };
    let mut secret = String::new();
    let result = match change.as_str() {
        "test" => service::webhooks::send_test(services, caller, endpoint)
            .await
            .map(drop),
        "enable" | "disable" => {
            let input = switch(change == "enable");
            let changed = service::webhooks::update_endpoint(services, caller, input, None).await;
            changed.map(drop)
        }
        "rotate" => {
            let rotated = service::webhooks::rotate_secret(services, caller, endpoint).await;
            rotated.map(|rotated| secret = rotated.secret)
        }
        "recover" => {
            let since = services.clock.now() - TimeDelta::hours(hours.unwrap_or(24).into());
            let input = RecoverInput { endpoint_id, since };
            service::webhooks::recover(services, caller, input)
                .await
                .map(drop)
        }
        "redeliver" => match delivery_id {
            Some(delivery_id) => {
                let input = DeliveryRef { delivery_id };
                service::webhooks::redeliver(services, caller, input)
                    .await
                    .map(drop)
            }
            None => Err(service::Error::not_found()),
        },
        "delete" => {
            let deleted = service::webhooks::delete_endpoint(services, caller, endpoint).await;
            deleted.inspect(|()| page = Route::Settings(slug, SettingsSection::Webhooks))
        }
        _ => Err(service::Error::not_found()),
    };
    respond_form(action, &page, &[("change", &change)], result)?;
    page_done_with(action, &page, &[("change", &change), ("secret", &secret)]);
    Ok(())
}
