//! The section `webhooks` of the document: the requests that endpoints receive (OpenAPI 3.1 §4.8.1).

use domain::{
    changes::{ChangeType, ObjectKind},
    webhooks::TEST_EVENT,
};
use serde_json::{Map, Value, json};

/// One entry for each event type.
pub(super) fn webhooks() -> Value {
    let changes = ChangeType::ALL
        .iter()
        .map(|change| (change.as_str(), change.meaning(), change_schema(*change)));
    let test = (
        TEST_EVENT,
        "You have asked for a test.",
        json!({ "$ref": "#/components/schemas/TestEventData" }),
    );
    let all = changes.chain([test]);
    let entries: Map<String, Value> = all
        .map(|(name, meaning, data)| {
            (
                name.to_owned(),
                json!({ "post": operation(name, meaning, &data) }),
            )
        })
        .collect();
    Value::Object(entries)
}

/// The schema of a change of this type, with the schema of its object.
fn change_schema(change: ChangeType) -> Value {
    let object = match change.object_kind() {
        ObjectKind::Jobapp => Some("JobApplication"),
        ObjectKind::Note => Some("Note"),
        ObjectKind::Contact => Some("Contact"),
        ObjectKind::Interview => Some("Interview"),
        ObjectKind::Task => Some("Task"),
        ObjectKind::File => Some("File"),
        ObjectKind::Stage => Some("Stage"),
        ObjectKind::Mail | ObjectKind::Mailbox | ObjectKind::Member => None,
    };
    let data = match object {
        Some(name) => {
            json!({ "oneOf": [{ "type": "null" }, { "$ref": format!("#/components/schemas/{name}") }] })
        }
        None => json!({ "type": "null" }),
    };
    json!({ "allOf": [
        { "$ref": "#/components/schemas/Change" },
        { "type": "object", "required": ["type", "data"], "properties": { "type": { "const": change.as_str() }, "data": data } },
    ]})
}

fn operation(name: &str, meaning: &str, data: &Value) -> Value {
    json!({
        "tags": ["webhooks"],
        "summary": format!("Event {name}"),
        "operationId": format!("on_{}", name.replace('.', "_")),
        "description": format!("{meaning}\n\nSent to endpoints that get events of this type, signed as Standard Webhooks 1.0 describes."),
        "parameters": [
            header("webhook-id", "Id of the event, the same in each attempt."),
            header("webhook-timestamp", "The time of the attempt, in seconds since 1970."),
            header("webhook-signature", "`v1,` and the signature in base64; several, separated by spaces, while secrets are rotated."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": { "const": name },
                "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
                "data": data,
            },
        }}}},
        "responses": {
            "2XX": { "description": "Accepted. Any other status is retried." },
            "410": { "description": "The endpoint wants no more events and is disabled." },
        },
        "security": [],
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } })
}
