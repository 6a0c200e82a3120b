//! The log of deliveries to an endpoint.

use crate::{
    settings::{Section, api::change_webhook::ChangeWebhook},
    ui::{Icon, Lucide, Pages, RowButton, count},
};
use chrono::{DateTime, Utc};
use domain::{
    WebhookEndpointId,
    pagination::Page,
    routes::{Route, percent_encode},
    webhooks::{DeliveryStatus, RETENTION_DAYS, WebhookAttempt, WebhookDelivery},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use service::platform::time_zone::local_time;

/// Shown without JavaScript, because the list is then not updated.
const RELOAD_HINT: &str = "<p>Reload the page to see the response.</p>";
const FILTERS: [(&str, &str); 4] = [
    ("", "All"),
    ("pending", "Pending"),
    ("failed", "Failed"),
    ("delivered", "Delivered"),
];

#[component]
pub fn Deliveries(
    slug: String,
    id: WebhookEndpointId,
    deliveries: Page<WebhookDelivery>,
    status: Option<DeliveryStatus>,
    is_first: bool,
    is_enabled: bool,
    /// Whether a delivery is about to be sent. The script then updates the list.
    is_sending: bool,
    time_zone: String,
) -> impl IntoView {
    let page = Route::Webhook(slug.clone(), id).to_string();
    let chosen = status.map_or("", DeliveryStatus::as_str);
    let with_status = |status: &str| match status {
        "" => page.clone(),
        status => format!("{page}&status={status}"),
    };
    let filters = FILTERS.map(|(status, label)| {
        view! {
            <a class="btn btn-quiet btn-sm" href=with_status(status) aria-current=(status == chosen).then_some("true")>
                {label}
            </a>
        }
    });
    let first = (!is_first).then(|| with_status(chosen));
    let next = deliveries.pagination.next_cursor.as_deref();
    let next = next.map(|cursor| format!("{}&cursor={}", with_status(chosen), percent_encode(cursor)));
    let content = if deliveries.data.is_empty() {
        let text = match status {
            None => "Nothing was sent yet. Send a test event to see one here.",
            Some(_) => "No delivery has this status.",
        };
        view! { <p>{text}</p> }.into_any()
    } else {
        let rows = deliveries
            .data
            .into_iter()
            .map(|delivery| {
                view! { <DeliveryRow slug=slug.clone() delivery is_enabled time_zone=time_zone.clone() /> }
            })
            .collect_view();
        view! { <ul class="row-list">{rows}</ul> }.into_any()
    };
    view! {
        <Section id="deliveries" title="Deliveries" description="Sent events, and the responses of the endpoint.">
            <nav class="button-row" aria-label="Filter deliveries">
                {filters}
            </nav>
            <div id="live-deliveries" data-sending=is_sending.then_some("")>
                {content}
            </div>
            {is_sending.then(|| view! { <noscript inner_html=RELOAD_HINT></noscript> })}
            <Pages first next />
            <p>{format!("Deliveries are kept for {RETENTION_DAYS} days.")}</p>
        </Section>
    }
    .into_any()
}

#[component]
fn DeliveryRow(
    slug: String,
    delivery: WebhookDelivery,
    is_enabled: bool,
    time_zone: String,
) -> impl IntoView {
    let time = |at: DateTime<Utc>| local_time(at, &time_zone).format("%-d %b, %H:%M:%S").to_string();
    let attempts = count(
        i64::try_from(delivery.attempts.len()).unwrap_or_default(),
        "attempt",
        "attempts",
    );
    let (icon, summary) = match (delivery.status, delivery.next_attempt_at) {
        (DeliveryStatus::Delivered, _) => (Lucide::Check, format!("Delivered, {attempts}")),
        (DeliveryStatus::Failed, _) if delivery.attempts.is_empty() => (
            Lucide::X,
            "Not sent: the endpoint was disabled or kept failing".to_owned(),
        ),
        (DeliveryStatus::Failed, _) => (Lucide::X, format!("Failed, {attempts}")),
        (DeliveryStatus::Pending, Some(next)) => (
            Lucide::Ellipsis,
            format!("Pending, {attempts}, next {}", time(next)),
        ),
        (DeliveryStatus::Pending, None) => (Lucide::Ellipsis, format!("Pending, {attempts}")),
    };
    let rows = delivery
        .attempts
        .iter()
        .map(|attempt| attempt_view(attempt, &time(attempt.at)))
        .collect_view();
    let resend = is_enabled.then(|| {
        view! {
            <form method="post" action=ChangeWebhook::url()>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="endpoint_id" value=delivery.endpoint_id.to_string() />
                <input type="hidden" name="delivery_id" value=delivery.id.to_string() />
                <input type="hidden" name="change" value="redeliver" />
                <RowButton
                    label="Send again"
                    aria_label=format!("Send again {} of {}", delivery.event_type, time(delivery.created_at))
                    class="btn-line"
                />
            </form>
        }
    });
    view! {
        <li>
            <Icon of=icon />
            <div>
                <details class="delivery">
                    <summary>
                        <b>{delivery.event_type.clone()}</b>
                        <span>{format!("{summary} · {}", time(delivery.created_at))}</span>
                    </summary>
                    <p>
                        "webhook-id " <code>{delivery.event_id.to_string()}</code>
                    </p>
                    {rows}
                    <pre tabindex="0" aria-label="Body of the request">{delivery.payload}</pre>
                    {resend}
                </details>
            </div>
        </li>
    }
    .into_any()
}

fn attempt_view(attempt: &WebhookAttempt, time: &str) -> impl IntoView + use<> {
    let answer = match (attempt.status_code, &attempt.error) {
        (Some(status), _) => format!("{time}: status {status} after {} ms", attempt.duration_ms),
        (None, Some(error)) => format!("{time}: {error}"),
        (None, None) => format!("{time}: no response"),
    };
    let response = attempt.response.clone().filter(|text| !text.is_empty());
    view! {
        <p>{answer}</p>
        {response.map(|text| view! { <pre tabindex="0" aria-label="Beginning of the response">{text}</pre> })}
    }
}
