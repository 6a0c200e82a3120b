//! The page of one endpoint: its state, settings and deliveries.

use super::{
    CHANGE, UPDATE, deliveries::Deliveries, form::EndpointForm, secret::NewSigningSecret, state_label,
};
use crate::{
    assets::WebhookScript,
    server::flash,
    settings::{Section, api::change_webhook::ChangeWebhook},
    ui::{FormError, FormSuccess, Icon, Lucide, RowButton},
};
use chrono::{DateTime, Utc};
use domain::{
    WebhookEndpointId,
    pagination::Page,
    routes::{Route, SettingsSection},
    webhooks::{DeliveryStatus, EndpointState, WebhookDelivery, WebhookEndpoint},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use service::platform::time_zone::local_time;

pub struct DetailData {
    pub slug: String,
    pub endpoint: WebhookEndpoint,
    pub deliveries: Page<WebhookDelivery>,
    /// The status filter of the deliveries.
    pub status: Option<DeliveryStatus>,
    /// Whether it is the first page of deliveries.
    pub is_first: bool,
    /// Whether a delivery is about to be sent.
    pub is_sending: bool,
    pub time_zone: String,
}

#[component]
pub fn WebhookDetail(data: DetailData) -> impl IntoView {
    let DetailData {
        slug,
        endpoint,
        deliveries,
        status,
        is_first,
        is_sending,
        time_zone,
    } = data;
    let is_enabled = endpoint.state == EndpointState::Enabled;
    let all = Route::Settings(slug.clone(), SettingsSection::Webhooks).to_string();
    view! {
        <p class="settings-back">
            <a class="link" href=all>
                <Icon of=Lucide::ArrowLeft />
                "All webhooks"
            </a>
        </p>
        <EndpointOverview slug=slug.clone() endpoint=endpoint.clone() time_zone=time_zone.clone() />
        <Deliveries slug=slug.clone() id=endpoint.id deliveries status is_first is_enabled is_sending time_zone />
        {is_sending.then(|| view! { <WebhookScript /> })}
        <Section
            id="webhook-settings"
            title="Settings of the endpoint"
            description="Changes apply from the next event on."
        >
            <FormSuccess when=Signal::stored(flash::succeeded(UPDATE)) text="Saved." />
            <EndpointForm slug endpoint=Some(endpoint) />
        </Section>
    }
    .into_any()
}

/// The state of the endpoint, and its actions.
#[component]
fn EndpointOverview(slug: String, endpoint: WebhookEndpoint, time_zone: String) -> impl IntoView {
    let time = |at: DateTime<Utc>| local_time(at, &time_zone).format("%-d %B %Y, %H:%M").to_string();
    let is_enabled = endpoint.state == EndpointState::Enabled;
    let state = match endpoint.failing_since {
        Some(since) => format!("{} since {}", state_label(&endpoint), time(since)),
        None => state_label(&endpoint).to_owned(),
    };
    let secret = endpoint.previous_secret_until.map_or_else(
        || "Events are signed with one secret.".to_owned(),
        |until| format!("Events are signed with two secrets until {}.", time(until)),
    );
    let (button_slug, id) = (slug.clone(), endpoint.id);
    let button = move |change: &'static str, label: &'static str, class: &'static str| {
        view! { <ChangeButton slug=button_slug.clone() id change label class /> }
    };
    let (switch, switch_label) = if is_enabled {
        ("disable", "Disable")
    } else {
        ("enable", "Enable")
    };
    view! {
        <Section id="webhook" title="Endpoint" description="Where events are sent, and whether they are accepted.">
            <NewSigningSecret />
            <FormError error=Signal::stored(flash::error_for(CHANGE)) />
            {change_message()}
            <dl class="dns-record">
                <dt>"URL"</dt>
                <dd>
                    <code>{endpoint.url.clone()}</code>
                </dd>
                <dt>"State"</dt>
                <dd>{state}</dd>
                <dt>"Signature"</dt>
                <dd>{secret}</dd>
            </dl>
            <div class="button-row">
                {is_enabled.then(|| button("test", "Send test event", "btn-line"))}
                {button(switch, switch_label, "btn-line")} {button("rotate", "Rotate secret", "btn-line")}
            </div>
            {is_enabled.then(|| view! { <RecoverForm slug=slug.clone() id=endpoint.id.to_string() /> })}
            <details class="confirm">
                <summary class="btn btn-quiet btn-sm">"Delete endpoint"</summary>
                <form method="post" action=ChangeWebhook::url()>
                    <input type="hidden" name="slug" value=slug.clone() />
                    <input type="hidden" name="endpoint_id" value=endpoint.id.to_string() />
                    <input type="hidden" name="change" value="delete" />
                    <p>"Its log is deleted with it. This cannot be undone."</p>
                    <div>
                        <RowButton label="Delete endpoint now" aria_label="Delete endpoint now" class="btn-error" />
                    </div>
                </form>
            </details>
        </Section>
    }
    .into_any()
}

#[component]
fn ChangeButton(
    slug: String,
    id: WebhookEndpointId,
    change: &'static str,
    label: &'static str,
    class: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action=ChangeWebhook::url()>
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="endpoint_id" value=id.to_string() />
            <input type="hidden" name="change" value=change />
            <RowButton label aria_label=label class />
        </form>
    }
    .into_any()
}

/// The form that resends undelivered events.
#[component]
fn RecoverForm(slug: String, id: String) -> impl IntoView {
    view! {
        <details class="confirm">
            <summary class="btn btn-quiet btn-sm">"Resend missed events"</summary>
            <form method="post" action=ChangeWebhook::url()>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="endpoint_id" value=id />
                <input type="hidden" name="change" value="recover" />
                <div class="field">
                    <label for="recover-hours">"Events of the last"</label>
                    <select class="select" id="recover-hours" name="hours">
                        <option value="1">"hour"</option>
                        <option value="24" selected>
                            "day"
                        </option>
                        <option value="168">"week"</option>
                        <option value="719">"30 days"</option>
                    </select>
                </div>
                <p>"Sends failed deliveries, and events that happened while the endpoint was disabled."</p>
                <div>
                    <RowButton label="Send missed events" aria_label="Send missed events" class="btn-line" />
                </div>
            </form>
        </details>
    }
    .into_any()
}

fn change_message() -> impl IntoView {
    let text = match flash::form_value(CHANGE, "change").as_str() {
        "test" => "The test event is on its way. The response appears under Deliveries.",
        "enable" => "Enabled. The endpoint gets the events from now on.",
        "disable" => "Disabled. The endpoint gets no events.",
        "recover" => "Missed events are on their way.",
        "redeliver" => "The delivery is on its way again.",
        _ => "Done.",
    };
    let is_done = flash::succeeded(CHANGE) && flash::form_value(CHANGE, "secret").is_empty();
    view! { <FormSuccess when=Signal::stored(is_done) text /> }
}
