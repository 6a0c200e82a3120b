//! The form that adds or changes an endpoint.

use super::{ADD, UPDATE};
use crate::{
    server::flash,
    settings::api::{add_webhook::AddWebhook, update_webhook::UpdateWebhook},
    ui::{ButtonKind, Field, FormError, SubmitButton, field_error},
};
use domain::webhooks::{MAX_DESCRIPTION_LEN, MAX_URL_LEN, WebhookEndpoint};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// The names of events in the form, and their descriptions.
const EVENTS: [(&str, &str); 11] = [
    ("jobapp.*", "Applications: added, changed, moved, closed, deleted"),
    ("note.*", "Notes"),
    ("contact.*", "Contacts"),
    ("interview.*", "Interviews"),
    ("task.*", "Tasks"),
    ("file.*", "Files"),
    ("stage.*", "Stages of the workspace"),
    ("mail.*", "Decisions about email"),
    ("mailbox.*", "Mailboxes that must be reconnected"),
    ("member.*", "Members of the workspace"),
    ("*", "All events, including types added to JobHax later"),
];

/// The form for a new endpoint, or for an existing one.
#[component]
pub fn EndpointForm(slug: String, endpoint: Option<WebhookEndpoint>) -> impl IntoView {
    let is_new = endpoint.is_none();
    let (action, url) = if is_new {
        (ADD, AddWebhook::url())
    } else {
        (UPDATE, UpdateWebhook::url())
    };
    let failed = flash::error_for(action);
    let is_rejected = failed.is_some();
    let error = Signal::stored(failed);
    let value = |field: &str, current: Option<String>| {
        if is_rejected {
            flash::form_value(action, field)
        } else {
            current.unwrap_or_default()
        }
    };
    let current = endpoint.as_ref();
    let chosen = value("events", current.map(|endpoint| endpoint.events.join(" ")));
    let events_error = field_error(error, "events");
    // Event types that were selected through the API and have no checkbox.
    let others: Vec<String> = chosen
        .split(' ')
        .filter(|name| !name.is_empty() && !EVENTS.iter().any(|(known, _)| known == name))
        .map(str::to_owned)
        .collect();
    let known = EVENTS.map(|(name, label)| {
        let is_chosen = chosen.split(' ').any(|other| other == name);
        view! { <EventChoice name=name.to_owned() label is_chosen /> }
    });
    let others = others
        .into_iter()
        .map(|name| view! { <EventChoice name label="Only" is_chosen=true /> })
        .collect_view();
    view! {
        <form method="post" action=url>
            <input type="hidden" name="slug" value=slug />
            {current
                .map(|endpoint| {
                    view! { <input type="hidden" name="endpoint_id" value=endpoint.id.to_string() /> }
                })}
            <Field
                name="url"
                label="URL"
                id="webhook-url"
                value=value("url", current.map(|endpoint| endpoint.url.clone()))
                hint="Such as https://example.com/jobhax."
                maxlength=u32::try_from(MAX_URL_LEN).unwrap_or_default()
                error=field_error(error, "url")
            />
            <Field
                name="description"
                label="Description"
                id="webhook-description"
                optional=true
                value=value("description", current.map(|endpoint| endpoint.description.clone()))
                hint="What it is for, such as “Slack notifier”."
                maxlength=u32::try_from(MAX_DESCRIPTION_LEN).unwrap_or_default()
                error=field_error(error, "description")
            />
            <fieldset class="group-members scope-area">
                <legend>"Events"</legend>
                <ul>{known} {others}</ul>
            </fieldset>
            {move || events_error.get().map(|text| view! { <p class="field-error" role="alert">{text}</p> })}
            <FormError error />
            <div>
                {if is_new {
                    view! { <SubmitButton label="Add endpoint" pending_label="Adding" kind=ButtonKind::Line /> }
                } else {
                    view! { <SubmitButton label="Save endpoint" pending_label="Saving" kind=ButtonKind::Line /> }
                }}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn EventChoice(name: String, label: &'static str, is_chosen: bool) -> impl IntoView {
    view! {
        <li>
            <label class="group-choice">
                <input type="checkbox" name="events[]" value=name.clone() checked=is_chosen />
                <span>
                    {label} " " <code>{name}</code>
                </span>
            </label>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::EVENTS;
    use domain::{changes::ChangeType, webhooks::types_of};

    #[test]
    fn each_event_type_has_a_checkbox() {
        let names: Vec<String> = EVENTS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .filter(|name| name != "*")
            .collect();
        assert_eq!(types_of(&names), ChangeType::ALL);
    }
}
