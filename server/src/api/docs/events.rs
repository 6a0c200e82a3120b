//! The events that webhooks send, by the kind of object that they are about.

use super::{
    fields::{Direction, members, parameters},
    markdown::code_block,
    operation::pretty,
    reference::Reference,
};
use crate::api::openapi::examples::Examples;
use domain::{changes::ChangeType, webhooks::TEST_EVENT};
use maud::{Markup, html};
use serde_json::{Value, json};

/// The words before the dot of types of events, their title, and the schema of `data.data`, if it is not `null`.
const KINDS: [(&str, &str, Option<&str>); 11] = [
    ("jobapp", "Applications", Some("JobApplication")),
    ("note", "Notes", Some("Note")),
    ("contact", "Contacts", Some("Contact")),
    ("interview", "Interviews", Some("Interview")),
    ("task", "Tasks", Some("Task")),
    ("file", "Files", Some("File")),
    ("stage", "Stages", Some("Stage")),
    ("mail", "Email", None),
    ("mailbox", "Mailboxes", None),
    ("member", "Members", None),
    ("webhook", "Tests", None),
];

pub(super) fn section(reference: &Reference<'_>, examples: &Examples<'_>) -> Markup {
    let webhooks = reference.document["webhooks"].as_object();
    html! {
        section.operation #events aria-labelledby="events-title" {
            div.words {
                h2 #events-title { a.anchor href="#events" { "Events" } }
                p {
                    "What JobHax sends to your endpoints. Each event is a " code { "POST" } " with a JSON body of "
                    code { "type" } ", " code { "timestamp" } " and " code { "data" } ". "
                    a href="/api/docs#webhooks" { "The guide" } " says how to answer, and how to check the signature."
                }
                h3 { "Headers" }
                @if let Some(event) = webhooks.and_then(|events| events.values().next()) {
                    @if let Some(list) = parameters(reference, &event["post"], "header", Direction::Response) { (list) }
                }
                h3 { "Members of " code { "data" } }
                (members(reference, &json!({ "$ref": "#/components/schemas/Change" }), Direction::Response))
            }
            div.samples { p.caption { "A request" } (code_block("http", &request(examples))) }
        }
        @for (kind, title, schema) in KINDS { (events(reference, examples, kind, title, schema)) }
    }
}

fn events(
    reference: &Reference<'_>,
    examples: &Examples<'_>,
    kind: &str,
    title: &str,
    schema: Option<&str>,
) -> Markup {
    let prefix = format!("{kind}.");
    let all = reference.document["webhooks"].as_object().into_iter().flatten();
    let events: Vec<&str> = all
        .map(|(name, _)| name.as_str())
        .filter(|name| name.starts_with(&prefix))
        .collect();
    let first = events.first().copied().unwrap_or_default();
    html! {
        section.operation aria-label={ "Events: " (title) } {
            div.words {
                h3 { (title) }
                dl.events {
                    @for name in &events {
                        div id={ "event-" (name) } { dt { code { (name) } } dd { (meaning(name)) } }
                    }
                }
            }
            div.samples {
                p.caption { code { (first) } }
                (code_block("json", &pretty(&payload(examples, first, schema))))
            }
        }
    }
}

/// A test event as an endpoint gets it.
fn request(examples: &Examples<'_>) -> String {
    let body = pretty(&payload(examples, TEST_EVENT, None));
    format!(
        "POST /jobhax HTTP/1.1\ncontent-type: application/json\nwebhook-id: msg_019a9f0c5a527c3e9d7f0a1b2c3d4e5f\n\
         webhook-timestamp: 1772443800\nwebhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=\n\n{body}"
    )
}

fn meaning(name: &str) -> &'static str {
    ChangeType::parse(name).map_or("You have asked for a test.", ChangeType::meaning)
}

/// The body of a request with this event.
fn payload(examples: &Examples<'_>, name: &str, schema: Option<&str>) -> Value {
    let component = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let example = |name: &str| examples.value(&component(name), "", None);
    let data = if name == TEST_EVENT {
        example("TestEventData")
    } else {
        let mut change = example("Change");
        let data = schema.map(example).unwrap_or_default();
        change["type"] = json!(name);
        change["version"] = data["version"].clone();
        if schema.is_none() || schema == Some("Stage") {
            change["jobapp_id"] = Value::Null;
        }
        change["data"] = data;
        change
    };
    json!({ "type": name, "timestamp": "2026-03-02T09:30:00Z", "data": data })
}
