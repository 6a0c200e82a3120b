//! Webhook endpoints. Rendered by the server only: the forms work without JavaScript.

mod deliveries;
mod detail;
mod form;
mod list;
mod secret;

use crate::{error::AppError, layout::WorkspaceContext, server::respond::respond};
use chrono::{DateTime, TimeDelta, Utc};
use detail::{DetailData, WebhookDetail};
use domain::{
    ErrorCode, WebhookEndpointId,
    pagination::Page,
    webhooks::{DeliveryStatus, EndpointState, ListDeliveriesInput, WebhookDelivery, WebhookEndpoint},
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use list::WebhookList;

/// Deliveries per page.
const PAGE_SIZE: u32 = 20;
/// How long the page keeps updating the list while a new delivery has not been sent yet.
const SENDING_TIMEOUT: TimeDelta = TimeDelta::seconds(30);
/// The form that adds an endpoint.
const ADD: &str = "settings/add_webhook";
/// The form that changes URL, events and description.
const UPDATE: &str = "settings/update_webhook";
/// The buttons of an endpoint and of its deliveries.
const CHANGE: &str = "settings/change_webhook";

pub enum WebhooksData {
    List(String, Vec<WebhookEndpoint>, DateTime<Utc>),
    /// One endpoint.
    Detail(Box<DetailData>),
}

/// Loads the user's endpoints in this workspace, or, if the query names an endpoint, that endpoint with its deliveries.
pub async fn load(workspace: &WorkspaceContext, query: &ParamsMap) -> Result<WebhooksData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let now = services.clock.now();
    let slug = workspace.slug.clone();
    let endpoints = respond(service::webhooks::list_endpoints(&services, &caller).await)?;
    let Some(id) = query.get("endpoint") else {
        return Ok(WebhooksData::List(slug, endpoints, now));
    };
    let id = id.parse::<WebhookEndpointId>().ok();
    let endpoint = endpoints.into_iter().find(|endpoint| Some(endpoint.id) == id);
    let endpoint = endpoint.ok_or_else(|| AppError(domain::ApiError::not_found()))?;
    let status = query
        .get("status")
        .and_then(|status| DeliveryStatus::parse(&status));
    let input = |cursor| ListDeliveriesInput {
        endpoint_id: endpoint.id,
        status,
        cursor,
        limit: Some(PAGE_SIZE),
    };
    let cursor = query.get("cursor");
    let is_first = cursor.is_none();
    let page = service::webhooks::list_deliveries(&services, &caller, input(cursor)).await;
    let deliveries: Page<WebhookDelivery> = match respond(page) {
        // The cursor of an old link can be invalid; the first page is shown instead.
        Err(error) if error.0.code == ErrorCode::Invalid => {
            respond(service::webhooks::list_deliveries(&services, &caller, input(None)).await)?
        }
        other => other?,
    };
    let is_sending = |delivery: &WebhookDelivery| {
        delivery.status == DeliveryStatus::Pending
            && delivery.attempts.is_empty()
            && now - delivery.created_at < SENDING_TIMEOUT
    };
    Ok(WebhooksData::Detail(Box::new(DetailData {
        slug,
        endpoint,
        is_sending: deliveries.data.iter().any(is_sending),
        deliveries,
        status,
        is_first,
        time_zone: caller.user.time_zone,
    })))
}

#[component]
pub fn WebhooksSection(data: WebhooksData) -> impl IntoView {
    match data {
        WebhooksData::List(slug, endpoints, now) => view! { <WebhookList slug endpoints now /> }.into_any(),
        WebhooksData::Detail(data) => view! { <WebhookDetail data=*data /> }.into_any(),
    }
}

/// The state of an endpoint as text.
fn state_label(endpoint: &WebhookEndpoint) -> &'static str {
    match endpoint.state {
        EndpointState::Enabled if endpoint.failing_since.is_some() => "Failing",
        EndpointState::Enabled => "Enabled",
        EndpointState::Disabled => "Disabled",
        EndpointState::Failing => "Disabled after five days of failures",
        EndpointState::Gone => "Disabled: the endpoint responded 410 Gone",
    }
}
