//! Documentation of the webhook events, grouped by the kind of object.

use super::{
    fields::{Direction, members, parameters},
    markdown::{code_block, inline},
    operation::pretty,
    reference::Reference,
};
use crate::api::openapi::examples::Examples;
use domain::{changes::ChangeType, webhooks::TEST_EVENT};
use maud::{Markup, html};
use serde_json::{Value, json};

/// Prefix of the event types, title of the section, and schema of `data.data`, if that is not `null`.
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

/// Event types that have a `transition`.
const TRANSITIONS: [&str; 3] = ["jobapp.moved", "jobapp.closed", "jobapp.reopened"];

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
                p {
                    code { "jobapp.moved" } ", " code { "jobapp.closed" } " and " code { "jobapp.reopened" } " have a " code { "transition" }
                    ": the stages and outcomes before and after that change. " code { "data" } " is the application as it was when the event was "
                    "prepared, which can be after later changes. An application that moves and gets an outcome at once has "
                    code { "jobapp.closed" } " alone, with both stages in its " code { "transition" } "."
                }
                p {
                    "Applications contain their stage, but have no event when it changes. If you store names of stages, subscribe to "
                    code { "stage.*" } ", too: " code { "stage.updated" } " is sent when a stage is renamed, gets another kind or color, or when the "
                    "stages are put in another order. A deleted stage has " code { "stage.deleted" } ", and each application that was in it "
                    code { "jobapp.moved" } ". "
                    a href="/api/docs#keeping-a-mirror" { "How to keep a mirror" }
                }
                p {
                    "When an application is deleted, each of its notes, interviews, tasks and files has an event, too, such as "
                    code { "interview.deleted" } ". When it is restored, " code { "interview.updated" } " and so on are sent: treat an update of "
                    "an object that you do not have as an addition."
                }
                h3 { "Headers" }
                @if let Some(event) = webhooks.and_then(|events| events.values().next()) {
                    @if let Some(list) = parameters(reference, &event["post"], "header", Direction::Response) { (list) }
                }
                h3 { "Members of " code { "data" } }
                (members(reference, &json!({ "$ref": "#/components/schemas/Change" }), Direction::Response))
            }
            div.samples { p.caption { "A request" } (code_block("http", request(reference))) }
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
    // Show an event with a transition as the example, if there is one.
    let has_transition = |name: &&&str| TRANSITIONS.contains(*name);
    let shown = events.iter().find(has_transition).or(events.first());
    let first = shown.copied().unwrap_or_default();
    html! {
        section.operation aria-label={ "Events: " (title) } {
            div.words {
                h3 { (title) }
                dl.events {
                    @for name in &events {
                        div id={ "event-" (name) } { dt { code { (name) } } dd { (inline(reference, meaning(name))) } }
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

/// The HTTP request of a test event, from the guide. Its signature is valid.
fn request<'a>(reference: &Reference<'a>) -> &'a str {
    let guide = reference.document["info"]["description"]
        .as_str()
        .unwrap_or_default();
    let request = guide.split_once("```http\n").map(|(_, rest)| rest);
    let request = request.and_then(|rest| rest.split_once("\n```"));
    request.map_or("", |(request, _)| request)
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
        let mut data = schema.map(example).unwrap_or_default();
        change["type"] = json!(name);
        change["version"] = data["version"].clone();
        if TRANSITIONS.contains(&name) {
            let transition = example("Transition");
            data["outcome"] = transition["to_outcome"].clone();
            data["is_rejected"] = json!(transition["to_outcome"] == "rejected");
            change["transition"] = transition;
        }
        if schema.is_none() || schema == Some("Stage") {
            change["jobapp_id"] = Value::Null;
        }
        change["data"] = data;
        change
    };
    json!({ "type": name, "timestamp": "2026-03-02T09:30:00Z", "data": data })
}
