//! All endpoints, and the form that adds one.

use super::{CHANGE, form::EndpointForm, secret::NewSigningSecret, state_label};
use crate::{
    server::flash,
    settings::Section,
    ui::{FormSuccess, relative_time},
};
use chrono::{DateTime, Utc};
use domain::{routes::Route, webhooks::WebhookEndpoint};
use leptos::prelude::*;

#[component]
pub fn WebhookList(slug: String, endpoints: Vec<WebhookEndpoint>, now: DateTime<Utc>) -> impl IntoView {
    let deleted = flash::succeeded(CHANGE);
    let content = if endpoints.is_empty() {
        view! {
            <p>
                "You have no webhooks here. Read in the " <a class="link" href="/api/docs">"API documentation"</a>
                " what they send and how to check their signatures, then add your first endpoint below."
            </p>
        }
        .into_any()
    } else {
        let rows = endpoints
            .into_iter()
            .map(|endpoint| view! { <EndpointRow slug=slug.clone() endpoint now /> })
            .collect_view();
        view! { <ul class="row-list member-list">{rows}</ul> }.into_any()
    };
    view! {
        <Section
            id="webhooks"
            title="Webhooks"
            description="Changes to your applications, sent to your server as they happen."
        >
            <NewSigningSecret />
            <FormSuccess when=Signal::stored(deleted) text="Deleted. The endpoint gets no more events." />
            {content}
        </Section>
        <Section
            id="new-webhook"
            title="Add an endpoint"
            description="A public https address that accepts POST requests. Choose only the events that it needs."
        >
            <EndpointForm slug endpoint=None />
        </Section>
    }
    .into_any()
}

#[component]
fn EndpointRow(slug: String, endpoint: WebhookEndpoint, now: DateTime<Utc>) -> impl IntoView {
    let added = format!(
        "Added {}",
        relative_time((now - endpoint.created_at).num_seconds())
    );
    let state = state_label(&endpoint);
    let href = Route::Webhook(slug, endpoint.id).to_string();
    let name = if endpoint.description.is_empty() {
        endpoint.url.clone()
    } else {
        endpoint.description.clone()
    };
    view! {
        <li>
            <div>
                <b>{name.clone()}</b>
                {(!endpoint.description.is_empty()).then(|| view! { <p>{endpoint.url.clone()}</p> })}
                <p>{endpoint.events.join(", ")}</p>
                <p>{format!("{state} · {added}")}</p>
            </div>
            <a class="btn btn-line btn-sm" href=href aria-label=format!("Open {name}")>
                "Open"
            </a>
        </li>
    }
    .into_any()
}
